import type { PickleCall, PickleValue } from '../../bytes/pickleValues'
import { entriesOf, isKind, itemsOf } from '../../bytes/pickleValues'
import { changesBehaviour } from '../policy/names'
import type { RuleId } from '../rules'
import { isArgumentTemplate } from './scipyTemplate'

/** What is wrong with a state, with the key that shows it. */
export interface StateProblem {
  readonly rule: RuleId
  readonly evidence: string
}

/** What SciPy executes when one of its distributions is loaded. */
const TEMPLATE = '_parse_arg_template'
/** Values of one computed state that are looked at, and how deep. */
const MAX_DEPTH = 16
/** Functions of PyTorch that give an object a state, which is the argument at this place. */
const STATE_ARGUMENT: ReadonlyMap<string, number> = new Map([
  ['dill._dill._create_array', 3],
  ['torch._tensor._rebuild_from_type_v2', 3],
  ['torch._utils._rebuild_parameter_with_state', 3],
])

/** What is wrong with the state of BUILD: keys that change how the object behaves, or source that is executed. */
export function checkState(state: PickleValue): StateProblem[] {
  const problems: StateProblem[] = []
  const parts = isKind(state, 'tuple') ? state.items : [state]
  // Only a plain dict is a state of attributes; other objects are passed to __setstate__.
  for (const part of parts) {
    for (const [key, value] of entriesOf(part)) checkEntry(key, value, problems)
    if (isKind(part, 'call')) checkComputed(part, 0, problems)
  }
  return problems
}

/** What is wrong with a state that is an argument of a call. */
export function checkStateArgument(call: PickleCall): StateProblem[] {
  const place = isKind(call.callee, 'global') ? STATE_ARGUMENT.get(call.callee.path) : undefined
  const state = place === undefined ? undefined : itemsOf(call.args)[place]
  return state === undefined ? [] : checkState(state)
}

function checkEntry(key: PickleValue, value: PickleValue, problems: StateProblem[]): void {
  if (typeof key === 'string') {
    if (changesBehaviour(key)) problems.push({ rule: 'pickle/state-keys', evidence: key })
    if (key === TEMPLATE && !isArgumentTemplate(value)) {
      problems.push({
        rule: 'pickle/executed-template',
        evidence: typeof value === 'string' ? value : 'not a text',
      })
    }
  } else if (isText(key)) {
    problems.push({ rule: 'pickle/state-keys', evidence: 'a key that is computed' })
  }
}

/** A state that a call makes: `dict([('__class__', …)])`. No pickler writes such a key there, wherever it stands. */
function checkComputed(value: PickleValue, depth: number, problems: StateProblem[]): void {
  if (depth > MAX_DEPTH) return
  if (typeof value === 'string') {
    if (changesBehaviour(value) || value === TEMPLATE) {
      problems.push({ rule: 'pickle/state-keys', evidence: value })
    }
    return
  }
  if (isText(value)) {
    problems.push({ rule: 'pickle/state-keys', evidence: 'a key that is computed' })
  }
  if (isKind(value, 'call')) {
    checkComputed(value.args, depth + 1, problems)
    if (value.kwargs !== undefined) checkComputed(value.kwargs, depth + 1, problems)
  } else for (const item of itemsOf(value)) checkComputed(item, depth + 1, problems)
  if (depth === 0) return
  for (const [key] of entriesOf(value)) checkComputed(key, depth + 1, problems)
}

/** A text that is made by a call, so that it can't be told. */
function isText(value: PickleValue): boolean {
  return (
    isKind(value, 'call') && isKind(value.callee, 'global') && value.callee.path === 'builtins.str'
  )
}
