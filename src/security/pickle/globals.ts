import type { PickleGlobal } from '../../bytes/pickleValues'
import type { Content, ScanContext } from '../context'
import type { Judgement } from '../policy/judge'
import { judgeGlobal } from '../policy/judge'
import { isClassName, isIdentifier } from '../policy/names'
import type { RuleId } from '../rules'

/** Modules of classes and functions that are stored by value. */
const BY_VALUE = /^(?:dill|cloudpickle)(?:\.|$)/
const OLD_JOBLIB = /^(?:sklearn\.externals\.)?joblib\.numpy_pickle(?:_compat)?$/
/** How TorchScript names the classes of its own code. */
const TORCHSCRIPT = /^__torch__(?:\.|$)/

/** What the scanner thinks of one name of a pickle. */
export interface GlobalVerdict {
  readonly judgement: Judgement
  readonly rule: RuleId | undefined
}

/**
 * Judges a global as it is looked up and as it is written: which of the two an unpickler takes depends on its version and
 * on the protocol. A list of the workspace lifts what is unknown, never what is known to be dangerous.
 */
export function judge(
  global: PickleGlobal,
  context: ScanContext,
  isTorchScript: boolean,
): GlobalVerdict {
  const { module, name, rawModule, rawName } = global
  const names = [judgeGlobal(module, name), judgeGlobal(rawModule, rawName)]
  const denied = names.find(({ kind }) => kind === 'denied')
  if (denied) return { judgement: denied, rule: ruleOfDenied(global) }
  const library = names.find(({ kind }) => kind === 'library')
  if (library) return { judgement: library, rule: 'pickle/library-global' }
  const [judgement = { kind: 'unknown' }] = names
  if (judgement.kind === 'allowed') return { judgement, rule: undefined }
  if (isTorchScript && TORCHSCRIPT.test(module)) {
    return { judgement: { kind: 'allowed', roles: TORCHSCRIPT_ROLES }, rule: undefined }
  }
  if (context.allow.has(global.path)) {
    return {
      judgement: { kind: 'allowed', roles: WORKSPACE_ROLES },
      rule: 'pickle/allowed-by-workspace',
    }
  }
  return { judgement, rule: ruleOfUnknown(global) }
}

const TORCHSCRIPT_ROLES = new Set(['make', 'class'] as const)
const WORKSPACE_ROLES = new Set(['make', 'class', 'value'] as const)

function ruleOfDenied({ module, name }: PickleGlobal): RuleId {
  const isCode =
    BY_VALUE.test(module) || (module === 'types' && /^(?:Code|Function)Type$/.test(name))
  return isCode ? 'pickle/embedded-code' : 'pickle/dangerous-global'
}

function ruleOfUnknown({ module, name }: PickleGlobal): RuleId {
  if (OLD_JOBLIB.test(module) && /^Z?NDArrayWrapper$/.test(name)) return 'pickle/old-joblib'
  const parts = name.split('.')
  if (parts.length === 1) return 'pickle/unknown-global'
  return parts.every((part) => isIdentifier(part) && isClassName(part))
    ? 'pickle/nested-class'
    : 'pickle/dotted-global'
}

/** Reports what is to be said of a global. */
export function reportGlobal(
  global: PickleGlobal,
  rule: RuleId,
  offset: number,
  content: Content,
  context: ScanContext,
): void {
  const mapped = global.rawModule !== global.module || global.rawName !== global.name
  const written = mapped ? `${global.rawModule}.${global.rawName} = ${global.path}` : global.path
  context.add(rule, content, { offset, evidence: written })
}
