import type { PickleAnomalyRule, PickleEvent } from '../../bytes/pickle'
import type { PickleGlobal, PickleValue } from '../../bytes/pickleValues'
import { calleeOf, isKind, itemsOf } from '../../bytes/pickleValues'
import type { Content, ScanContext } from '../context'
import type { RuleId } from '../rules'
import { describe, judgeCall } from './calls'
import type { GlobalVerdict } from './globals'
import { judge, reportGlobal } from './globals'
import { isContainer, leadsOn } from './shapes'
import { checkState, checkStateArgument } from './stateKeys'

/** What the loader of the pickle provides: PyTorch resolves persistent ids, TorchScript has classes of its own. */
export type PickleFlavor = 'plain' | 'torch' | 'torch-legacy' | 'torchscript'

const ANOMALIES: Readonly<Record<PickleAnomalyRule, RuleId | undefined>> = {
  'frame-crossed': 'pickle/frames',
  'frame-nested': 'pickle/frames',
  'protocol-position': 'pickle/protocol',
  'protocol-raised': 'pickle/protocol-raised',
  'protocol-unknown': 'pickle/damaged',
  'global-characters': 'pickle/odd-global',
  'global-unresolved': 'pickle/unresolved-global',
  'memo-index': 'pickle/bomb',
  'number-skipped': 'pickle/bomb',
  // These are judged with what is called or built, which the events of that name have.
  'call-unknown': undefined,
  'build-on-global': undefined,
}
/** What is judged by how it is called; kept as a value it is an unknown name like any other. */
const JUDGED_BY_CALL: ReadonlySet<string> = new Set([
  'builtins.getattr',
  'builtins.type',
  'functools.partial',
])

/** Turns what one pickle does into findings. */
export class EventJudge {
  readonly #content: Content
  readonly #context: ScanContext
  readonly #flavor: PickleFlavor
  readonly #verdicts = new Map<PickleGlobal, GlobalVerdict>()
  readonly #uncalled = new Map<PickleGlobal, number>()

  constructor(content: Content, context: ScanContext, flavor: PickleFlavor) {
    this.#content = content
    this.#context = context
    this.#flavor = flavor
  }

  judge(event: PickleEvent): void {
    this.#context.budget.step()
    switch (event.kind) {
      case 'global':
        this.#global(event.global, event.offset)
        return
      case 'call': {
        const problem = judgeCall(event.call, this.verdict, this.#flavor === 'torch-legacy')
        if (problem) this.#add(problem.rule, event.offset, problem.evidence)
        for (const { rule, evidence } of checkStateArgument(event.call)) {
          this.#add(rule, event.offset, evidence)
        }
        this.#arguments(event.call.args, event.offset)
        if (isKind(event.call.callee, 'global')) this.#uncalled.delete(event.call.callee)
        return
      }
      case 'build':
        this.#build(event.target, event.state, event.offset)
        return
      case 'items':
        this.#items(event.target, event.offset)
        return
      case 'persistent-id':
        if (this.#flavor === 'plain') {
          this.#add('pickle/persistent-id', event.offset, describe(event.id))
        }
        return
      case 'extension':
        this.#add('pickle/extension', event.offset, `extension code ${event.code}`)
        return
      case 'anomaly': {
        const rule = ANOMALIES[event.rule]
        if (rule) this.#add(rule, event.offset, event.message)
      }
    }
  }

  /** What is thought of a global, worked out once for each. */
  readonly verdict = (global: PickleGlobal): GlobalVerdict => {
    const known = this.#verdicts.get(global)
    if (known) return known
    const verdict = judge(global, this.#context, this.#flavor === 'torchscript')
    this.#verdicts.set(global, verdict)
    return verdict
  }

  #add(rule: RuleId, offset: number, evidence: string): void {
    this.#context.add(rule, this.#content, { offset, evidence })
  }

  #global(global: PickleGlobal, offset: number): void {
    if (this.#verdicts.has(global)) return
    const { rule } = this.verdict(global)
    if (!rule) return
    if (rule === 'pickle/unknown-global' && JUDGED_BY_CALL.has(global.path)) {
      this.#uncalled.set(global, offset)
    } else reportGlobal(global, rule, offset, this.#content, this.#context)
  }

  /** Reports what is judged by how it is called, and was not. */
  finish(): void {
    for (const [global, offset] of this.#uncalled) {
      reportGlobal(global, 'pickle/unknown-global', offset, this.#content, this.#context)
    }
    this.#uncalled.clear()
  }

  /** A function that is handed to another one is called by it. */
  #arguments(args: PickleValue, offset: number): void {
    for (const arg of itemsOf(args)) {
      this.#handedOn(arg, offset)
      if (isKind(arg, 'global') && JUDGED_BY_CALL.has(arg.path)) {
        reportGlobal(arg, 'pickle/unknown-global', offset, this.#content, this.#context)
      }
    }
  }

  /** What imports or calls as its arguments say is only ever called by picklers, never kept. */
  #handedOn(value: PickleValue, offset: number): void {
    if (isKind(value, 'global') && leadsOn(value)) {
      this.#add('pickle/unknown-call', offset, describe(value))
    }
  }

  #build(target: PickleValue, state: PickleValue, offset: number): void {
    if (!isKind(target, 'call') && !isKind(target, 'unknown')) {
      this.#add('pickle/state-on-global', offset, describe(target))
      return
    }
    // A partial function gets what it calls as a part of its state.
    for (const part of itemsOf(state)) this.#handedOn(part, offset)
    for (const { rule, evidence } of checkState(state)) this.#add(rule, offset, evidence)
  }

  #items(target: PickleValue, offset: number): void {
    if (isKind(target, 'unknown')) return
    const callee = calleeOf(target)
    if (callee && isContainer(callee)) return
    // What is not vetted may be a list or dict of its own; it is reported by its name.
    if (callee && this.verdict(callee).judgement.kind !== 'allowed') return
    if (callee && this.#context.allow.has(callee.path)) return
    this.#add('pickle/items-target', offset, describe(target))
  }
}
