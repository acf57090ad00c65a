import type { PickleCall, PickleGlobal, PickleValue } from '../../bytes/pickleValues'
import { isKind, itemsOf } from '../../bytes/pickleValues'
import { judgeGlobal } from '../policy/judge'
import { isClassName, isDunder, isIdentifier } from '../policy/names'
import { DENIED_ANYWHERE } from '../policy/deny'
import type { RuleId } from '../rules'
import type { GlobalVerdict } from './globals'
import { isEndlessCall } from './bombs'
import {
  attributeOf,
  importedBy,
  innerCallee,
  isKnownMethod,
  isKnownPartial,
  isTypeOfConstant,
  leadsOn,
} from './shapes'

/** What is wrong with a call, with what it calls for the evidence. */
export interface CallProblem {
  readonly rule: RuleId
  readonly evidence: string
}

const ENCODINGS = /^(?:latin-?_?1|iso-?8859-?1|utf-?8|ascii)$/i
/** What `_reconstructor` begins with: an object, or what a class inherits from. */
const BASES =
  /^(?:builtins\.(?:object|dict|list|tuple|set|frozenset|int|float|complex|str|bytes|bytearray)|collections\.\w+|numpy\.\w+)$/
/** Makes an object of the class that is its first argument. */
const CONSTRUCTORS = /^copyreg\.(?:_reconstructor|__newobj__|__newobj_ex__)$/

/**
 * What is wrong with a call, beside what its names say by themselves: every global is judged where it is named, so a
 * call of a denied or unknown one is reported already.
 */
export function judgeCall(
  call: PickleCall,
  judge: (global: PickleGlobal) => GlobalVerdict,
  isTorchLegacy: boolean,
): CallProblem | undefined {
  const { callee } = call
  if (isKind(callee, 'global')) return judgeNamed(call, callee, judge)
  if (isTorchLegacy && isSourceReference(callee)) return undefined
  const attribute = attributeOf(callee)
  if (attribute) {
    if (isKnownMethod(attribute)) return undefined
    // Classes of others may be made by a method of theirs; those that are vetted are never.
    const isVetted =
      isKind(attribute.object, 'global') && judge(attribute.object).judgement.kind === 'allowed'
    const rule = isVetted ? 'pickle/unknown-call' : 'pickle/unvetted-call'
    return { rule, evidence: describe(callee) }
  }
  if (isKind(callee, 'call') && isKind(callee.callee, 'global')) {
    if (callee.callee.path === 'functools.partial') {
      return { rule: 'pickle/unvetted-call', evidence: describe(callee) }
    }
  }
  return { rule: 'pickle/unknown-call', evidence: describe(callee) }
}

function judgeNamed(
  call: PickleCall,
  callee: PickleGlobal,
  judge: (global: PickleGlobal) => GlobalVerdict,
): CallProblem | undefined {
  const { path } = callee
  const args = itemsOf(call.args)
  const problem = (rule: RuleId): CallProblem => ({ rule, evidence: describe(call) })
  switch (path) {
    case 'builtins.getattr':
      return judgeAttribute(call)
    case 'builtins.type':
      return isTypeOfConstant(call) ? undefined : problem('pickle/new-type')
    case 'functools.partial':
      if (isKind(args[0], 'global') && args[0].path === 'builtins.getattr') {
        return problem('pickle/attribute-escape')
      }
      return isKnownPartial(call) ? undefined : problem('pickle/partial')
    case '_codecs.encode':
      return args.every((arg, index) => index !== 1 || isEncoding(arg))
        ? undefined
        : problem('pickle/unvetted-call')
  }
  if (CONSTRUCTORS.test(path)) {
    if (!isKind(args[0], 'global')) return problem('pickle/unknown-call')
    // The second argument's constructor is called with the third.
    const base = args[1]
    if (path !== 'copyreg._reconstructor' || (isKind(base, 'global') && BASES.test(base.path)))
      return undefined
    return problem('pickle/unvetted-call')
  }
  const inner = innerCallee(callee, call.args)
  if (inner !== undefined && inner !== null) {
    if (!isKind(inner, 'global') || leadsOn(inner)) return problem('pickle/unknown-call')
    const { judgement } = judge(inner)
    if (judgement.kind !== 'allowed' || judgement.roles.has('make')) return undefined
    return problem('pickle/unvetted-call')
  }
  if (isEndlessCall(call)) return problem('pickle/bomb')
  const imported = importedBy(call)
  if (imported === 'unknown') return problem('pickle/unresolved-global')
  if (imported) {
    const { rule } = judge(imported)
    return rule && problem(rule)
  }
  const { judgement } = judge(callee)
  if (judgement.kind !== 'allowed' || judgement.roles.has('make')) return undefined
  const makes = call.opcode === 'NEWOBJ' || call.opcode === 'NEWOBJ_EX'
  // OBJ and INST of protocol 0 to 2 made instances of old classes without arguments.
  const isBare = args.length === 0 && (call.opcode === 'OBJ' || call.opcode === 'INST')
  return judgement.roles.has('class') && (makes || isBare)
    ? undefined
    : problem('pickle/unvetted-call')
}

/** `getattr(object, name)`: bound methods and members of enumerations are written so, and so is any way out. */
function judgeAttribute(call: PickleCall): CallProblem | undefined {
  const attribute = attributeOf(call)
  if (attribute && isKnownMethod(attribute)) return undefined
  const escape: CallProblem = { rule: 'pickle/attribute-escape', evidence: describe(call) }
  const name = attribute?.name
  if (typeof name !== 'string' || !isIdentifier(name) || isDunder(name)) return escape
  if (DENIED_ANYWHERE.has(name)) return escape
  const object = attribute?.object
  if (isKind(object, 'global')) {
    const { kind } = judgeGlobal(object.module, object.name)
    if (kind === 'denied' || kind === 'library') return escape
    // A module that is reached as an attribute has a name in lower case: then anything follows.
    if (kind === 'unknown' && !isClassName(object.name)) return escape
    if (judgeGlobal(object.module, `${object.name}.${name}`).kind === 'denied') return escape
    return { rule: 'pickle/attribute', evidence: describe(call) }
  }
  return isKind(object, 'call') && isKind(object.callee, 'global')
    ? { rule: 'pickle/attribute', evidence: describe(call) }
    : escape
}

/** A class that torch's old format names by a persistent id, with its source. */
function isSourceReference(callee: PickleValue): boolean {
  if (!isKind(callee, 'persistent-id')) return false
  const [tag, made] = itemsOf(callee.id)
  return tag === 'module' && isKind(made, 'global')
}

function isEncoding(value: PickleValue): boolean {
  return typeof value === 'string' && ENCODINGS.test(value)
}

const SHOWN_DEPTH = 3
const SHOWN_ITEMS = 4

/** A value in a form that reads like Python. */
export function describe(value: PickleValue | undefined, depth = 0): string {
  if (value === undefined || value === null) return 'None'
  if (typeof value !== 'object')
    return typeof value === 'string' ? `'${value.slice(0, 80)}'` : String(value)
  if (depth >= SHOWN_DEPTH) return '…'
  const list = (items: readonly PickleValue[]): string =>
    items
      .slice(0, SHOWN_ITEMS)
      .map((item) => describe(item, depth + 1))
      .concat(items.length > SHOWN_ITEMS ? ['…'] : [])
      .join(', ')
  switch (value.kind) {
    case 'global':
      return value.path
    case 'call':
      return `${describe(value.callee, depth + 1)}(${list(itemsOf(value.args))})`
    case 'tuple':
      return `(${list(value.items)})`
    case 'list':
      return `[${list(value.items)}]`
    case 'dict':
      return '{…}'
    case 'bytes':
    case 'bytearray':
      return `${value.literal.length} bytes`
    case 'persistent-id':
      return `persistent id ${describe(value.id, depth + 1)}`
    default:
      return value.kind
  }
}
