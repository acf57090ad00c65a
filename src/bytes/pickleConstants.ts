import { LIMITS } from './limits'
import type { Opcode } from './opcodes'
import type { PickleTrace } from './pickleEvents'
import type { PickleStack } from './pickleStack'

/** Puts numbers and literals on the stack; those that are too long to be kept by where they lie. */
export class PickleConstants {
  readonly #stack: PickleStack
  readonly #trace: PickleTrace
  #characters = 0

  constructor(stack: PickleStack, trace: PickleTrace) {
    this.#stack = stack
    this.#trace = trace
  }

  int(opcode: Opcode, offset: number): void {
    // "00" and "01" are how protocol 0 writes booleans: CPython goes by the two characters.
    const { number } = opcode
    if (opcode.dataLength === 2 && (number === 0 || number === 1)) {
      this.#stack.push(number === 1)
    } else {
      this.number(opcode, offset)
    }
  }

  number(opcode: Opcode, offset: number): void {
    if (opcode.number !== undefined) {
      this.#stack.push(opcode.number)
      return
    }
    const { name } = opcode.info
    this.#trace.anomaly(offset, 'number-skipped', `${name} has too many digits to be read.`)
    this.#longText(opcode)
  }

  #longText({ dataOffset, dataLength }: Opcode): void {
    this.#stack.pushObject({
      kind: 'long-text',
      literal: { offset: dataOffset, length: dataLength },
    })
  }

  text(opcode: Opcode): void {
    const { text } = opcode
    if (text !== undefined) this.#characters += text.length
    if (text !== undefined && this.#characters <= LIMITS.pickleText) this.#stack.push(text)
    else this.#longText(opcode)
  }

  bytes({ info, dataOffset, dataLength }: Opcode): void {
    this.#stack.pushObject({
      kind: info.name === 'BYTEARRAY8' ? 'bytearray' : 'bytes',
      literal: { offset: dataOffset, length: dataLength },
    })
  }
}
