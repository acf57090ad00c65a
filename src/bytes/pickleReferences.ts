import { escapeText } from '../base/text'
import type { Opcode } from './opcodes'
import type { PickleTrace } from './pickleEvents'
import { PickleGlobals } from './pickleGlobals'
import type { PickleStack } from './pickleStack'
import type { CallOpcode, PickleCall, PickleValue } from './pickleValues'
import { isKind, referenceOf } from './pickleValues'

/** What modules and names are made of. */
const NAME = /^[\x21-\x7e]+$/

/** The opcodes that reach outside of the pickle: imports, calls, extension codes, persistent ids. */
export class PickleReferences {
  readonly globals = new PickleGlobals()
  readonly #stack: PickleStack
  readonly #trace: PickleTrace
  #protocol = 0

  constructor(stack: PickleStack, trace: PickleTrace) {
    this.#stack = stack
    this.#trace = trace
  }

  /** Executes an opcode of this kind, under the protocol in force; false for all others. */
  execute(opcode: Opcode, offset: number, protocol: number): boolean {
    const stack = this.#stack
    this.#protocol = protocol
    switch (opcode.info.name) {
      case 'GLOBAL':
        this.#pushGlobal(opcode.text, opcode.name, 'GLOBAL', offset)
        return true
      case 'STACK_GLOBAL': {
        const [module, name] = stack.take(2)
        this.#pushGlobal(module, name, 'STACK_GLOBAL', offset)
        return true
      }
      case 'EXT1':
      case 'EXT2':
      case 'EXT4': {
        const code = Number(opcode.number)
        if (code <= 0) this.#trace.fail('An extension code is not positive', offset)
        this.#trace.extension(offset, code)
        this.#stack.pushObject({ kind: 'unknown', reason: `extension ${code}` })
        return true
      }
      case 'PERSID':
        this.#pushPersistentId(opcode.text ?? '', offset)
        return true
      case 'BINPERSID':
        this.#pushPersistentId(stack.pop(), offset)
        return true
      case 'REDUCE': {
        const [callee = null, args = null] = stack.take(2)
        this.#call('REDUCE', callee, args, undefined, offset)
        return true
      }
      case 'NEWOBJ': {
        const [callee = null, args = null] = stack.take(2)
        this.#call('NEWOBJ', callee, args, undefined, offset)
        return true
      }
      case 'NEWOBJ_EX': {
        const [callee = null, args = null, kwargs] = stack.take(3)
        this.#call('NEWOBJ_EX', callee, args, kwargs, offset)
        return true
      }
      case 'OBJ': {
        const [callee, ...args] = stack.takeToMark()
        if (callee === undefined) this.#trace.fail('OBJ has no class', offset)
        const tuple = { kind: 'tuple', items: args } as const
        this.#call('OBJ', callee ?? stack.unknown, tuple, undefined, offset)
        return true
      }
      case 'INST': {
        const items = stack.takeToMark()
        const callee = this.#global(opcode.text, opcode.name, 'INST', offset)
        this.#call('INST', callee, { kind: 'tuple', items }, undefined, offset)
        return true
      }
      default:
        return false
    }
  }

  #pushPersistentId(id: PickleValue, offset: number): void {
    this.#trace.persistentId(offset, id)
    this.#stack.pushObject({ kind: 'persistent-id', id, offset })
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
      this.#trace.fail(`${opcode} needs two texts`, offset)
      return this.#stack.unknown
    }
    const { global, isNew } = this.globals.find(module, name, this.#protocol, offset)
    if (isNew) {
      this.#stack.count()
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
    const call = this.#stack.pushObject<PickleCall>({
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
}
