import { AppError, isAppError } from '../base/errors'
import { escapeText } from '../base/text'
import type { ByteReader } from './byteReader'
import type { Budget } from './limits'
import { BudgetExceeded, LIMITS } from './limits'
import type { Opcode } from './opcodes'
import { OpcodeReader } from './opcodes'
import { PickleConstants } from './pickleConstants'
import { PickleContainers } from './pickleContainers'
import type { PickleEvent } from './pickleEvents'
import { PickleTrace } from './pickleEvents'
import { PickleReferences } from './pickleReferences'
import { PickleStack } from './pickleStack'
import type { PickleCall, PickleGlobal, PickleValue } from './pickleValues'
import { isKind } from './pickleValues'

/** The highest protocol that CPython reads. */
const HIGHEST_PROTOCOL = 5
/** Python's unpickler asks its file for as many bytes, and files take no larger number. */
const MAX_FRAME = 2 ** 63

export interface PickleOptions {
  readonly offset?: number
  readonly budget: Budget
  /** False leaves `events` empty: whoever wants the value alone saves half of the memory. */
  readonly recordEvents?: boolean
  /**
   * Called after BUILD, with the object and the offset of the next opcode. What it returns is where to go on, and the
   * value that takes the object's place: joblib writes an array's raw bytes there, in the middle of the pickle.
   */
  readonly afterBuild?: (
    target: PickleCall,
    offset: number,
  ) => { readonly offset: number; readonly value?: PickleValue } | undefined
}

/** What one pickle, from its first opcode to STOP, would do. */
export interface PickleResult {
  /** What STOP returns; `undefined` where there is none. */
  readonly value: PickleValue | undefined
  readonly events: readonly PickleEvent[]
  /** Each global once, in order of first use. */
  readonly globals: readonly PickleGlobal[]
  /** As PROTO sets it last; without PROTO, 1 where an opcode asks for it, else 0. */
  readonly protocol: number
  readonly start: number
  /** After STOP, or where the opcodes could not be read further. */
  readonly end: number
  /** True where STOP was reached. */
  readonly stopped: boolean
  /** Where and why CPython's unpickler would raise; what it does before that is done. */
  readonly error: AppError | undefined
  /** True where a cap of `LIMITS` or the budget ended the reading. */
  readonly exhausted: boolean
  readonly opcodes: number
}

/** CPython's `_pickle.c` (3.11) over descriptions of values. */
export class PickleMachine {
  readonly #reader: ByteReader
  readonly #options: PickleOptions
  readonly #stack: PickleStack
  readonly #trace: PickleTrace
  readonly #containers: PickleContainers
  readonly #constants: PickleConstants
  readonly #references: PickleReferences
  readonly #start: number
  #position: number
  /** Where the opcode that is executed begins. */
  #offset = 0
  #opcodes = 0
  #protocol = 0
  #highest = 0
  #frameEnd = -1

  constructor(reader: ByteReader, options: PickleOptions) {
    this.#reader = reader
    this.#options = options
    this.#start = options.offset ?? 0
    this.#trace = new PickleTrace(options.recordEvents ?? true, reader.base)
    this.#containers = new PickleContainers(this.#trace)
    this.#position = this.#start
    this.#stack = new PickleStack((problem) => this.#fail(problem))
    this.#constants = new PickleConstants(this.#stack, this.#trace)
    this.#references = new PickleReferences(this.#stack, this.#trace)
  }

  run(): PickleResult {
    let exhausted = false
    let stopped = false
    let value: PickleValue | undefined
    try {
      const opcode = new OpcodeReader(this.#reader)
      const { budget } = this.#options
      for (;;) {
        budget.step()
        opcode.read(this.#position)
        this.#offset = opcode.offset
        if (this.#frameEnd >= 0) this.#checkFrame(opcode)
        this.#opcodes++
        if (opcode.info.protocol > this.#highest) this.#highest = opcode.info.protocol
        if (opcode.info.code === 0x2e) {
          value = this.#stack.pop()
          this.#position = opcode.end
          stopped = true
          break
        }
        this.#position = opcode.end
        this.#execute(opcode, opcode.offset)
      }
    } catch (error) {
      if (!isAppError(error) || error.code !== 'corrupt') throw error
      exhausted = error instanceof BudgetExceeded
      if (!exhausted) this.#trace.stop(error)
    }
    return {
      value,
      events: this.#trace.events,
      globals: this.#references.globals.list,
      protocol: this.#protocol || Math.min(this.#highest, 1),
      start: this.#start,
      end: this.#position,
      stopped,
      error: this.#trace.error,
      exhausted,
      opcodes: this.#opcodes,
    }
  }

  /** Notes what CPython raises. */
  #fail(problem: string): void {
    this.#trace.fail(problem, this.#offset)
  }

  /** A frame promises that no opcode crosses its end; CPython's C and Python unpicklers differ in what they do then. */
  #checkFrame({ info, offset, end }: Opcode): void {
    if (offset >= this.#frameEnd) this.#frameEnd = -1
    else if (end > this.#frameEnd) {
      this.#trace.anomaly(offset, 'frame-crossed', `${info.name} goes beyond the end of its frame.`)
      this.#frameEnd = -1
    }
  }

  #execute(opcode: Opcode, offset: number): void {
    const stack = this.#stack
    switch (opcode.info.name) {
      case 'PROTO':
        this.#setProtocol(Number(opcode.number), offset)
        return
      case 'FRAME':
        this.#enterFrame(Number(opcode.number), opcode)
        return
      case 'MARK':
        stack.mark()
        return
      case 'NONE':
        stack.push(null)
        return
      case 'NEWTRUE':
        stack.push(true)
        return
      case 'NEWFALSE':
        stack.push(false)
        return
      case 'INT':
        this.#constants.int(opcode, offset)
        return
      case 'BININT':
      case 'BININT1':
      case 'BININT2':
      case 'BINFLOAT':
      case 'FLOAT':
      case 'LONG':
      case 'LONG1':
      case 'LONG4':
        this.#constants.number(opcode, offset)
        return
      case 'STRING':
      case 'BINSTRING':
      case 'SHORT_BINSTRING':
      case 'UNICODE':
      case 'BINUNICODE':
      case 'SHORT_BINUNICODE':
      case 'BINUNICODE8':
        this.#constants.text(opcode)
        return
      case 'BINBYTES':
      case 'SHORT_BINBYTES':
      case 'BINBYTES8':
      case 'BYTEARRAY8':
        this.#constants.bytes(opcode)
        return
      case 'NEXT_BUFFER':
        stack.pushObject({ kind: 'unknown', reason: 'out-of-band buffer' })
        return
      case 'READONLY_BUFFER':
        stack.top()
        return
      case 'EMPTY_LIST':
        stack.pushObject({ kind: 'list', items: [], length: 0 })
        return
      case 'EMPTY_DICT':
        stack.pushObject({ kind: 'dict', entries: [], length: 0 })
        return
      case 'EMPTY_SET':
        stack.pushObject({ kind: 'set', items: [], length: 0 })
        return
      case 'EMPTY_TUPLE':
        stack.pushObject({ kind: 'tuple', items: [] })
        return
      case 'TUPLE1':
        stack.pushObject({ kind: 'tuple', items: stack.take(1) })
        return
      case 'TUPLE2':
        stack.pushObject({ kind: 'tuple', items: stack.take(2) })
        return
      case 'TUPLE3':
        stack.pushObject({ kind: 'tuple', items: stack.take(3) })
        return
      case 'TUPLE':
        stack.pushObject({ kind: 'tuple', items: stack.takeToMark() })
        return
      case 'LIST': {
        const items = stack.takeToMark()
        stack.pushObject({ kind: 'list', items, length: items.length })
        return
      }
      case 'FROZENSET': {
        const items = stack.takeToMark()
        stack.pushObject({ kind: 'frozenset', items, length: items.length })
        return
      }
      case 'DICT': {
        const items = stack.takeToMark()
        const entries = this.#containers.pairs(items, 'DICT', offset)
        this.#containers.checkKeys(entries, offset)
        stack.pushObject({ kind: 'dict', entries, length: entries.length })
        return
      }
      case 'APPEND': {
        const items = stack.take(1)
        this.#containers.append(stack.top(), items, opcode.info.name, offset)
        return
      }
      case 'APPENDS':
      case 'ADDITEMS': {
        const items = stack.takeToMark()
        const target = stack.top()
        if (items.length > 0) {
          this.#containers.append(target, items, opcode.info.name, offset)
        }
        return
      }
      case 'SETITEM': {
        const items = stack.take(2)
        this.#containers.setItems(stack.top(), items, opcode.info.name, offset)
        return
      }
      case 'SETITEMS': {
        const items = stack.takeToMark()
        const target = stack.top()
        if (items.length > 0) {
          this.#containers.setItems(target, items, opcode.info.name, offset)
        }
        return
      }
      case 'POP':
        stack.popOrUnmark()
        return
      case 'POP_MARK':
        stack.takeToMark()
        return
      case 'DUP':
        stack.push(stack.top())
        return
      case 'GET':
      case 'BINGET':
      case 'LONG_BINGET':
        stack.push(stack.recall(opcode.number))
        return
      case 'PUT':
      case 'BINPUT':
      case 'LONG_BINPUT':
        this.#memoize(opcode, offset)
        return
      case 'MEMOIZE':
        stack.memoize(stack.memoLength)
        return
      case 'BUILD':
        this.#build(offset)
        return
      default:
        if (!this.#references.execute(opcode, offset, this.#protocol)) {
          throw new AppError('corrupt', `The opcode ${opcode.info.name} is not handled.`)
        }
    }
  }

  #setProtocol(protocol: number, offset: number): void {
    if (protocol > HIGHEST_PROTOCOL) {
      this.#trace.anomaly(offset, 'protocol-unknown', `Protocol ${protocol} does not exist.`)
      this.#fail(`Protocol ${protocol} is not supported`)
      return
    }
    if (offset !== this.#start) {
      const raised = this.#protocol < 4 && protocol >= 4
      const rule = raised ? 'protocol-raised' : 'protocol-position'
      this.#trace.anomaly(
        offset,
        rule,
        `The protocol is set to ${protocol} in the middle of the pickle.`,
      )
    }
    this.#protocol = protocol
  }

  #enterFrame(length: number, { offset, end }: Opcode): void {
    if (this.#frameEnd > offset) {
      this.#trace.anomaly(offset, 'frame-nested', 'A frame begins inside another one.')
    }
    if (length >= MAX_FRAME) this.#fail('A frame has an impossible length')
    else if (length > this.#reader.size - end) {
      this.#trace.tolerate('A frame goes beyond the end of the data', offset)
    }
    this.#frameEnd = end + length
  }

  #build(offset: number): void {
    const [state = null] = this.#stack.take(1)
    const target = this.#stack.top()
    this.#trace.build(offset, target, state)
    if (isKind(target, 'global')) {
      this.#trace.anomaly(
        offset,
        'build-on-global',
        `BUILD changes ${escapeText(target.path)} itself.`,
      )
    }
    if (!isKind(target, 'call')) return
    target.state = state
    const next = this.#options.afterBuild?.(target, this.#position)
    if (!next) return
    this.#position = next.offset
    if (next.value !== undefined) {
      this.#stack.pop()
      this.#stack.push(next.value)
    }
  }

  #memoize({ number, info }: Opcode, offset: number): void {
    if (typeof number !== 'number' || number < 0) {
      this.#fail(`${info.name} has an impossible index`)
      return
    }
    if (number > LIMITS.pickleStack) {
      this.#trace.anomaly(
        offset,
        'memo-index',
        `${info.name} takes the place ${number} of the memo.`,
      )
    }
    this.#stack.memoize(number)
  }
}
