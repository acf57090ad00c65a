import { AppError, isAppError } from '../base/errors'
import { escapeText } from '../base/text'
import type { ByteReader } from './byteReader'
import type { Budget } from './limits'
import { BudgetExceeded, LIMITS } from './limits'
import type { Opcode } from './opcodes'
import { OpcodeReader } from './opcodes'
import { PickleContainers } from './pickleContainers'
import type { PickleEvent } from './pickleEvents'
import { PickleTrace } from './pickleEvents'
import { PickleGlobals } from './pickleGlobals'
import { PickleStack } from './pickleStack'
import type { CallOpcode, PickleCall, PickleGlobal, PickleValue } from './pickleValues'
import { isKind, referenceOf } from './pickleValues'

/** What modules and names are made of. */
const NAME = /^[\x21-\x7e]+$/
/** The highest protocol that CPython reads. */
const HIGHEST_PROTOCOL = 5

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
  readonly #globals = new PickleGlobals()
  readonly #start: number
  #position: number
  #opcodes = 0
  #protocol = 0
  #highest = 0
  #frameEnd = -1
  #values = 0
  #text = 0

  constructor(reader: ByteReader, options: PickleOptions) {
    this.#reader = reader
    this.#options = options
    this.#start = options.offset ?? 0
    this.#trace = new PickleTrace(options.recordEvents ?? true)
    this.#containers = new PickleContainers(this.#trace)
    this.#position = this.#start
    this.#stack = new PickleStack((problem) => this.#fail(problem))
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
        const { offset } = opcode
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
        this.#execute(opcode, offset)
      }
    } catch (error) {
      if (!isAppError(error) || error.code !== 'corrupt') throw error
      exhausted = error instanceof BudgetExceeded
      if (!exhausted) this.#trace.stop(error)
    }
    return {
      value,
      events: this.#trace.events,
      globals: this.#globals.list,
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
    this.#trace.fail(problem, this.#reader.base + this.#position)
  }

  /** A frame promises that no opcode crosses its end; CPython's C and Python unpicklers differ in what they do then. */
  #checkFrame({ info, offset, end }: Opcode): void {
    if (offset >= this.#frameEnd) this.#frameEnd = -1
    else if (end > this.#frameEnd) {
      this.#trace.anomaly(offset, 'frame-crossed', `${info.name} goes beyond the end of its frame.`)
      this.#frameEnd = -1
    }
  }

  /** Counts what a value costs, so that no pickle fills the memory. */
  #count(values: number): void {
    this.#values += values
    if (this.#values > LIMITS.pickleValues) {
      throw new BudgetExceeded('The pickle builds more objects than are looked at.')
    }
  }

  #push<T extends PickleValue>(value: T): T {
    if (typeof value === 'object' && value !== null) this.#count(1)
    this.#stack.push(value)
    return value
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
        this.#pushInt(opcode, offset)
        return
      case 'BININT':
      case 'BININT1':
      case 'BININT2':
      case 'BINFLOAT':
      case 'FLOAT':
      case 'LONG':
      case 'LONG1':
      case 'LONG4':
        this.#pushNumber(opcode, offset)
        return
      case 'STRING':
      case 'BINSTRING':
      case 'SHORT_BINSTRING':
      case 'UNICODE':
      case 'BINUNICODE':
      case 'SHORT_BINUNICODE':
      case 'BINUNICODE8':
        this.#pushText(opcode)
        return
      case 'BINBYTES':
      case 'SHORT_BINBYTES':
      case 'BINBYTES8':
      case 'BYTEARRAY8':
        this.#push({
          kind: opcode.info.name === 'BYTEARRAY8' ? 'bytearray' : 'bytes',
          literal: { offset: opcode.dataOffset, length: opcode.dataLength },
        })
        return
      case 'NEXT_BUFFER':
        this.#push({ kind: 'unknown', reason: 'out-of-band buffer' })
        return
      case 'READONLY_BUFFER':
        stack.top()
        return
      case 'EMPTY_LIST':
        this.#push({ kind: 'list', items: [], length: 0 })
        return
      case 'EMPTY_DICT':
        this.#push({ kind: 'dict', entries: [], length: 0 })
        return
      case 'EMPTY_SET':
        this.#push({ kind: 'set', items: [], length: 0 })
        return
      case 'EMPTY_TUPLE':
        this.#push({ kind: 'tuple', items: [] })
        return
      case 'TUPLE1':
        this.#push({ kind: 'tuple', items: stack.take(1) })
        return
      case 'TUPLE2':
        this.#push({ kind: 'tuple', items: stack.take(2) })
        return
      case 'TUPLE3':
        this.#push({ kind: 'tuple', items: stack.take(3) })
        return
      case 'TUPLE':
        this.#push({ kind: 'tuple', items: stack.takeToMark() })
        return
      case 'LIST': {
        const items = stack.takeToMark()
        this.#push({ kind: 'list', items, length: items.length })
        return
      }
      case 'FROZENSET': {
        const items = stack.takeToMark()
        this.#push({ kind: 'frozenset', items, length: items.length })
        return
      }
      case 'DICT': {
        const items = stack.takeToMark()
        const entries = this.#containers.pairs(items, 'DICT', offset)
        this.#containers.checkKeys(entries, offset)
        this.#push({ kind: 'dict', entries, length: entries.length })
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
      default:
        this.#executeReference(opcode, offset)
    }
  }

  /** The opcodes that reach outside of the pickle. */
  #executeReference(opcode: Opcode, offset: number): void {
    const stack = this.#stack
    switch (opcode.info.name) {
      case 'GLOBAL':
        this.#pushGlobal(opcode.text, opcode.name, 'GLOBAL', offset)
        return
      case 'STACK_GLOBAL': {
        const [module, name] = stack.take(2)
        this.#pushGlobal(module, name, 'STACK_GLOBAL', offset)
        return
      }
      case 'EXT1':
      case 'EXT2':
      case 'EXT4': {
        const code = Number(opcode.number)
        if (code <= 0) this.#fail('An extension code is not positive')
        this.#trace.extension(offset, code)
        this.#push({ kind: 'unknown', reason: `extension ${code}` })
        return
      }
      case 'PERSID':
        this.#pushPersistentId(opcode.text ?? '', offset)
        return
      case 'BINPERSID':
        this.#pushPersistentId(stack.pop(), offset)
        return
      case 'REDUCE': {
        const [callee = null, args = null] = stack.take(2)
        this.#call('REDUCE', callee, args, undefined, offset)
        return
      }
      case 'NEWOBJ': {
        const [callee = null, args = null] = stack.take(2)
        this.#call('NEWOBJ', callee, args, undefined, offset)
        return
      }
      case 'NEWOBJ_EX': {
        const [callee = null, args = null, kwargs] = stack.take(3)
        this.#call('NEWOBJ_EX', callee, args, kwargs, offset)
        return
      }
      case 'OBJ': {
        const [callee, ...args] = stack.takeToMark()
        if (callee === undefined) this.#fail('OBJ has no class')
        const tuple = { kind: 'tuple', items: args } as const
        this.#call('OBJ', callee ?? stack.unknown, tuple, undefined, offset)
        return
      }
      case 'INST': {
        const items = stack.takeToMark()
        const callee = this.#global(opcode.text, opcode.name, 'INST', offset)
        this.#call('INST', callee, { kind: 'tuple', items }, undefined, offset)
        return
      }
      case 'BUILD':
        this.#build(offset)
        return
      default:
        throw new AppError('corrupt', `The opcode ${opcode.info.name} is not handled.`)
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
    if (length > this.#reader.size - end) this.#fail('A frame goes beyond the end of the data')
    this.#frameEnd = end + length
  }

  #pushInt(opcode: Opcode, offset: number): void {
    // "00" and "01" are how protocol 0 writes booleans: CPython goes by the two characters.
    const { number } = opcode
    if (opcode.dataLength === 2 && (number === 0 || number === 1)) {
      this.#stack.push(number === 1)
    } else {
      this.#pushNumber(opcode, offset)
    }
  }

  #pushNumber(opcode: Opcode, offset: number): void {
    if (opcode.number !== undefined) {
      this.#stack.push(opcode.number)
      return
    }
    const { name } = opcode.info
    this.#trace.anomaly(offset, 'number-skipped', `${name} has too many digits to be read.`)
    this.#pushLongText(opcode)
  }

  #pushLongText({ dataOffset, dataLength }: Opcode): void {
    this.#push({ kind: 'long-text', literal: { offset: dataOffset, length: dataLength } })
  }

  #pushText(opcode: Opcode): void {
    const { text } = opcode
    if (text !== undefined) this.#text += text.length
    if (text !== undefined && this.#text <= LIMITS.pickleText) this.#stack.push(text)
    else this.#pushLongText(opcode)
  }

  #pushPersistentId(id: PickleValue, offset: number): void {
    this.#trace.persistentId(offset, id)
    this.#push({ kind: 'persistent-id', id, offset })
  }

  #pushGlobal(
    module: PickleValue | undefined,
    name: PickleValue | undefined,
    opcode: string,
    offset: number,
  ): void {
    this.#stack.push(this.#global(module, name, opcode, offset))
  }

  #global(
    module: PickleValue | undefined,
    name: PickleValue | undefined,
    opcode: string,
    offset: number,
  ): PickleValue {
    if (typeof module !== 'string' || typeof name !== 'string') {
      this.#trace.anomaly(offset, 'global-unresolved', `What ${opcode} imports can't be told.`)
      this.#fail(`${opcode} needs two texts`)
      return this.#stack.unknown
    }
    const { global, isNew } = this.#globals.find(module, name, this.#protocol, offset)
    if (isNew) {
      this.#count(1)
      if (!NAME.test(module) || !NAME.test(name)) {
        const shown = escapeText(`${module}.${name}`)
        this.#trace.anomaly(
          offset,
          'global-characters',
          `${shown} has characters that no name has.`,
        )
      }
    }
    this.#trace.global(offset, global, opcode)
    return global
  }

  #call(
    opcode: CallOpcode,
    callee: PickleValue,
    args: PickleValue,
    kwargs: PickleValue | undefined,
    offset: number,
  ): void {
    if (!isKind(referenceOf(callee), 'global')) {
      this.#trace.anomaly(
        offset,
        'call-unknown',
        `${opcode} calls what is not named by the pickle.`,
      )
    }
    const call = this.#push<PickleCall>({
      kind: 'call',
      opcode,
      callee,
      args,
      kwargs,
      offset,
      state: undefined,
      items: undefined,
      entries: undefined,
    })
    this.#trace.call(offset, call)
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
      this.#push(next.value)
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
