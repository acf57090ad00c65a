import type { PickleEvent, PickleOptions, PickleResult } from '../../bytes/pickle'
import { runPickle } from '../../bytes/pickle'
import { arrayOf, isArrayWrapper } from '../../bytes/pickleArrays'
import type { PickleCall } from '../../bytes/pickleValues'
import { isKind, itemsOf } from '../../bytes/pickleValues'
import { AppError } from '../../base/errors'
import { BudgetExceeded, LIMITS } from '../../bytes/limits'
import type { Content, ScanContext } from '../context'
import { judgeGlobal } from '../policy/judge'
import { wrappedArray } from './arrayType'
import type { PickleFlavor } from './events'
import { EventJudge } from './events'
import { isBomb } from './bombs'
import { ValueWalk } from './literals'
import { startsAsPickle } from './probe'
import { sweep } from './sweep'

export interface PickleScanOptions {
  readonly flavor?: PickleFlavor
  /** Pickles that are read; the rest is left to the caller. */
  readonly count?: number
}

export interface PickleScanResult {
  /** What they are, where a count was asked for. */
  readonly results: readonly PickleResult[]
  /** Where reading ended. */
  readonly end: number
  /** False where the last pickle has no end. */
  readonly isWhole: boolean
}

/** Scans the pickles that a content begins with. Nothing of what they say is done. */
export function scanPickles(
  content: Content,
  context: ScanContext,
  options: PickleScanOptions = {},
): PickleScanResult {
  context.markModel()
  return new PickleScan(content, context, options).run()
}

class PickleScan {
  readonly #content: Content
  readonly #context: ScanContext
  readonly #options: PickleScanOptions
  readonly #judge: EventJudge
  readonly #walk: ValueWalk
  /** Where the raw bytes of the first array begin, which a plain unpickler would read as opcodes. */
  #firstArray = Infinity

  constructor(content: Content, context: ScanContext, options: PickleScanOptions) {
    this.#content = content
    this.#context = context
    this.#options = options
    this.#judge = new EventJudge(content, context, options.flavor ?? 'plain')
    this.#walk = new ValueWalk(content, context)
  }

  run(): PickleScanResult {
    const { reader } = this.#content
    const { count = Infinity } = this.#options
    const results: PickleResult[] = []
    let offset = 0
    let isWhole = true
    while (offset < reader.size && results.length < count) {
      const isNext = offset === 0 || this.#isPickleAt(offset)
      if (!isNext) break
      const result = this.#one(offset, 0)
      if (count < Infinity) results.push(result)
      offset = result.end
      isWhole = result.stopped
      if (!result.stopped) break
    }
    if (this.#firstArray < Infinity) this.#readLinearly()
    if (!isWhole) sweep(this.#content, this.#context, offset)
    else if (offset < reader.size && count === Infinity) {
      this.#context.add('pickle/trailing', this.#content, {
        offset,
        evidence: `${reader.size - offset} bytes`,
      })
      sweep(this.#content, this.#context, offset)
    }
    return { results, end: offset, isWhole }
  }

  #isPickleAt(offset: number): boolean {
    return startsAsPickle(this.#content.reader.view(offset))
  }

  /** Scans one pickle, at the beginning or inside of another (an array of objects). */
  #one(offset: number, level: number): PickleResult {
    const { reader } = this.#content
    const result = runPickle(reader, {
      offset,
      budget: this.#context.budget,
      afterBuild: this.#skipArray(level),
    })
    for (const event of result.events) this.#event(event)
    this.#judge.finish()
    this.#walk.visit(result.value)
    if (isBomb(result.value)) this.#context.add('pickle/bomb', this.#content, { offset })
    this.#reportEnd(result)
    return result
  }

  #event(event: PickleEvent): void {
    this.#judge.judge(event)
    if (event.kind === 'build') {
      // An array's numbers are no file, whatever they spell.
      if (isKind(event.target, 'call') && arrayOf(event.target)?.data) return
      this.#walk.visit(event.state)
    } else if (event.kind === 'call') {
      this.#walk.visit(event.call.args)
      this.#walk.visit(event.call.kwargs)
      this.#loadFromBytes(event.call)
    }
  }

  /** `torch.storage._load_from_bytes` is `torch.load` of its argument. */
  #loadFromBytes(call: PickleCall): void {
    if (!isKind(call.callee, 'global')) return
    if (call.callee.path !== 'torch.storage._load_from_bytes') return
    const [bytes] = itemsOf(call.args)
    const { offset } = call
    if (!isKind(bytes, 'bytes') && !isKind(bytes, 'bytearray')) {
      this.#context.add('pickle/nested-unreadable', this.#content, { offset })
      return
    }
    const inner = this.#content.reader.view(bytes.literal.offset, bytes.literal.length)
    if (!/^(?:\x80[\x02-\x05]|PK)/.test(String.fromCharCode(...inner.head(0, 2)))) {
      this.#context.add('pickle/nested-unreadable', this.#content, { offset })
    }
    const path = `bytes at ${bytes.literal.offset}`
    this.#context.scanInner(this.#content, {
      reader: inner,
      name: 'storage.pt',
      path,
      within: 'torch',
    })
  }

  #reportEnd({ error, exhausted, stopped, end }: PickleResult): void {
    const offset = error?.location?.offset ?? end
    if (exhausted) this.#context.add('scan/budget', this.#content, { offset })
    else if (!stopped) {
      this.#context.add('pickle/damaged', this.#content, {
        offset,
        ...(error && { evidence: error.message }),
      })
    } else if (error) {
      this.#context.add('pickle/contradiction', this.#content, { offset, evidence: error.message })
    }
  }

  /** Goes past the raw bytes of joblib's arrays, and into the pickles of those that hold objects. */
  #skipArray(level: number): NonNullable<PickleOptions['afterBuild']> {
    const { reader } = this.#content
    return (target, offset) => {
      if (!isArrayWrapper(target)) return undefined
      this.#firstArray = Math.min(this.#firstArray, offset)
      const array = wrappedArray(target)
      if (!array) {
        this.#context.add('pickle/array-type', this.#content, { offset })
        throw new AppError('corrupt', `The type of the array at offset ${offset} is not known.`, {
          location: { offset: reader.base + offset },
        })
      }
      if (array.hasObjects) {
        if (level >= LIMITS.depth) throw new BudgetExceeded('Arrays are nested too deep.')
        const inner = this.#one(offset, level + 1)
        if (!inner.stopped) {
          throw inner.error ?? new BudgetExceeded('The array was not read to its end.')
        }
        return { offset: inner.end, ...(inner.value !== undefined && { value: inner.value }) }
      }
      const start = offset + (array.isAligned ? 1 + reader.u8(offset) : 0)
      reader.check(start, array.length)
      return { offset: start + array.length }
    }
  }

  /** What a plain unpickler, which knows nothing of joblib's arrays, would execute of their bytes. */
  #readLinearly(): void {
    const { events } = runPickle(this.#content.reader, { budget: this.#context.budget })
    for (const event of events) {
      if (event.kind !== 'global' || event.afterError || event.offset < this.#firstArray) continue
      const { kind } = judgeGlobal(event.global.module, event.global.name)
      if (kind !== 'denied' && kind !== 'library') continue
      const { path: evidence } = event.global
      this.#context.add('joblib/linear', this.#content, { offset: event.offset, evidence })
    }
  }
}
