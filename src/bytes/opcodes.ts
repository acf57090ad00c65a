import { AppError } from '../base/errors'
import type { ByteReader } from './byteReader'
import {
  decodeRawUnicodeEscape,
  decodeStringEscape,
  MAX_DIGITS,
  narrow,
  parseFloatLiteral,
  parseIntLiteral,
} from './pickleLiterals'

/**
 * How an opcode's argument is written after it. `…-line` are texts that end in a newline, `data`, `text` and `string`
 * (bytes, UTF-8 and Python 2 text) are preceded by a length of as many bytes as the number says.
 */
type ArgumentKind =
  | 'none'
  | 'uint1'
  | 'uint2'
  | 'int4'
  | 'uint4'
  | 'uint8'
  | 'float8'
  | 'long1'
  | 'long4'
  | 'int-line'
  | 'long-line'
  | 'float-line'
  | 'string-line'
  | 'unicode-line'
  | 'index-line'
  | 'name-line'
  | 'name-lines'
  | 'data1'
  | 'data4'
  | 'data8'
  | 'text1'
  | 'text4'
  | 'text8'
  | 'string1'
  | 'string4'

/** Every opcode of protocols 0 to 5, as CPython's `pickletools` lists them: code, name, argument, first protocol. */
const TABLE: readonly (readonly [
  code: number,
  name: string,
  argument: ArgumentKind,
  protocol: number,
])[] = [
  [0x49, 'INT', 'int-line', 0],
  [0x4a, 'BININT', 'int4', 1],
  [0x4b, 'BININT1', 'uint1', 1],
  [0x4d, 'BININT2', 'uint2', 1],
  [0x4c, 'LONG', 'long-line', 0],
  [0x8a, 'LONG1', 'long1', 2],
  [0x8b, 'LONG4', 'long4', 2],
  [0x53, 'STRING', 'string-line', 0],
  [0x54, 'BINSTRING', 'string4', 1],
  [0x55, 'SHORT_BINSTRING', 'string1', 1],
  [0x42, 'BINBYTES', 'data4', 3],
  [0x43, 'SHORT_BINBYTES', 'data1', 3],
  [0x8e, 'BINBYTES8', 'data8', 4],
  [0x96, 'BYTEARRAY8', 'data8', 5],
  [0x97, 'NEXT_BUFFER', 'none', 5],
  [0x98, 'READONLY_BUFFER', 'none', 5],
  [0x4e, 'NONE', 'none', 0],
  [0x88, 'NEWTRUE', 'none', 2],
  [0x89, 'NEWFALSE', 'none', 2],
  [0x56, 'UNICODE', 'unicode-line', 0],
  [0x8c, 'SHORT_BINUNICODE', 'text1', 4],
  [0x58, 'BINUNICODE', 'text4', 1],
  [0x8d, 'BINUNICODE8', 'text8', 4],
  [0x46, 'FLOAT', 'float-line', 0],
  [0x47, 'BINFLOAT', 'float8', 1],
  [0x5d, 'EMPTY_LIST', 'none', 1],
  [0x61, 'APPEND', 'none', 0],
  [0x65, 'APPENDS', 'none', 1],
  [0x6c, 'LIST', 'none', 0],
  [0x29, 'EMPTY_TUPLE', 'none', 1],
  [0x74, 'TUPLE', 'none', 0],
  [0x85, 'TUPLE1', 'none', 2],
  [0x86, 'TUPLE2', 'none', 2],
  [0x87, 'TUPLE3', 'none', 2],
  [0x7d, 'EMPTY_DICT', 'none', 1],
  [0x64, 'DICT', 'none', 0],
  [0x73, 'SETITEM', 'none', 0],
  [0x75, 'SETITEMS', 'none', 1],
  [0x8f, 'EMPTY_SET', 'none', 4],
  [0x90, 'ADDITEMS', 'none', 4],
  [0x91, 'FROZENSET', 'none', 4],
  [0x30, 'POP', 'none', 0],
  [0x32, 'DUP', 'none', 0],
  [0x28, 'MARK', 'none', 0],
  [0x31, 'POP_MARK', 'none', 1],
  [0x67, 'GET', 'index-line', 0],
  [0x68, 'BINGET', 'uint1', 1],
  [0x6a, 'LONG_BINGET', 'uint4', 1],
  [0x70, 'PUT', 'index-line', 0],
  [0x71, 'BINPUT', 'uint1', 1],
  [0x72, 'LONG_BINPUT', 'uint4', 1],
  [0x94, 'MEMOIZE', 'none', 4],
  [0x82, 'EXT1', 'uint1', 2],
  [0x83, 'EXT2', 'uint2', 2],
  [0x84, 'EXT4', 'int4', 2],
  [0x63, 'GLOBAL', 'name-lines', 0],
  [0x93, 'STACK_GLOBAL', 'none', 4],
  [0x52, 'REDUCE', 'none', 0],
  [0x62, 'BUILD', 'none', 0],
  [0x69, 'INST', 'name-lines', 0],
  [0x6f, 'OBJ', 'none', 1],
  [0x81, 'NEWOBJ', 'none', 2],
  [0x92, 'NEWOBJ_EX', 'none', 4],
  [0x80, 'PROTO', 'uint1', 2],
  [0x2e, 'STOP', 'none', 0],
  [0x95, 'FRAME', 'uint8', 4],
  [0x50, 'PERSID', 'name-line', 0],
  [0x51, 'BINPERSID', 'none', 1],
]

/** What is known of an opcode before its argument is read. */
export interface OpcodeInfo {
  readonly code: number
  readonly name: string
  readonly argument: ArgumentKind
  readonly protocol: number
}

/** The table by code: 256 places, most of them empty. */
export const OPCODES: readonly (OpcodeInfo | undefined)[] = TABLE.reduce<
  (OpcodeInfo | undefined)[]
>(
  (byCode, [code, name, argument, protocol]) => {
    byCode[code] = { code, name, argument, protocol }
    return byCode
  },
  Array.from({ length: 256 }),
)

const STOP: OpcodeInfo = { code: 0x2e, name: 'STOP', argument: 'none', protocol: 0 }

/** Where the bytes of a literal lie in the reader, without the length or quotes around it. */
export interface Literal {
  readonly offset: number
  readonly length: number
}

/** One opcode with its argument. Offsets are in bytes from the start of the reader. */
export interface Opcode {
  readonly info: OpcodeInfo
  readonly offset: number
  /** Where the next opcode begins. */
  readonly end: number
  /** An integer or float; a `bigint` where it is beyond 2^53. */
  readonly number: number | bigint | undefined
  /** A text, or a module; `undefined` for a literal longer than `MAX_TEXT`. */
  readonly text: string | undefined
  /** The name of GLOBAL and INST. */
  readonly name: string | undefined
  /** Where a literal's bytes lie, without the length or quotes around it; -1 where there is none. */
  readonly dataOffset: number
  readonly dataLength: number
}

/** Longer texts are skipped by offset: no name, key or setting is that long. */
export const MAX_TEXT = 65_536
/** A line is searched this far: a text of protocol 0. */
const MAX_LINE = 1024 * 1024 * 1024

/**
 * Reads opcodes one by one into itself, since a pickle has millions of them: what an opcode has is valid until the next
 * `read`. Throws `AppError('corrupt')` with the offset where CPython's unpickler would stop too: an unknown opcode, an
 * argument that leaves the data, a malformed number.
 */
export class OpcodeReader implements Opcode {
  readonly #reader: ByteReader
  info: OpcodeInfo = STOP
  offset = 0
  end = 0
  number: number | bigint | undefined
  text: string | undefined
  name: string | undefined
  dataOffset = -1
  dataLength = 0

  constructor(reader: ByteReader) {
    this.#reader = reader
  }

  /** Reads the opcode at `offset`. */
  read(offset: number): void {
    const reader = this.#reader
    const code = reader.u8(offset)
    const info = OPCODES[code]
    if (!info) {
      throw this.#corrupt(
        offset,
        `Byte 0x${code.toString(16).padStart(2, '0')} is no pickle opcode`,
      )
    }
    const at = offset + 1
    this.info = info
    this.offset = offset
    this.number = undefined
    this.text = undefined
    this.name = undefined
    this.dataOffset = -1
    this.dataLength = 0
    switch (info.argument) {
      case 'none':
        this.end = at
        return
      case 'uint1':
        this.#setNumber(reader.u8(at), at + 1)
        return
      case 'uint2':
        this.#setNumber(reader.u16(at), at + 2)
        return
      case 'int4':
        this.#setNumber(reader.i32(at), at + 4)
        return
      case 'uint4':
        this.#setNumber(reader.u32(at), at + 4)
        return
      case 'uint8':
        this.#setNumber(Number(reader.u64(at)), at + 8)
        return
      case 'float8':
        this.#setNumber(reader.f64(at, false), at + 8)
        return
      case 'long1':
        this.#readLong(at + 1, reader.u8(at))
        return
      case 'long4':
        this.#readLong(at + 4, this.#positive(reader.i32(at)))
        return
      case 'data1':
        this.#setLiteral(at + 1, reader.u8(at))
        return
      case 'data4':
        this.#setLiteral(at + 4, reader.u32(at))
        return
      case 'data8':
        this.#setLiteral(at + 8, reader.size64(at))
        return
      case 'text1':
        this.#readText(at + 1, reader.u8(at), 'utf8')
        return
      case 'text4':
        this.#readText(at + 4, reader.u32(at), 'utf8')
        return
      case 'text8':
        this.#readText(at + 8, reader.size64(at), 'utf8')
        return
      case 'string1':
        this.#readText(at + 1, reader.u8(at), 'latin1')
        return
      case 'string4':
        this.#readText(at + 4, this.#positive(reader.i32(at)), 'latin1')
        return
      default:
        this.#readLines(info)
    }
  }

  #setNumber(number: number, end: number): void {
    this.number = number
    this.end = end
  }

  #setLiteral(start: number, length: number): void {
    this.#reader.check(start, length)
    this.dataOffset = start
    this.dataLength = length
    this.end = start + length
  }

  #readText(start: number, length: number, encoding: 'utf8' | 'latin1'): void {
    this.#setLiteral(start, length)
    if (length <= MAX_TEXT) this.text = this.#reader.text(start, length, encoding)
  }

  /** Little-endian two's complement of `length` bytes. */
  #readLong(start: number, length: number): void {
    this.#setLiteral(start, length)
    const reader = this.#reader
    if (length <= 6) {
      let value = 0
      for (let index = length - 1; index >= 0; index--) {
        value = value * 256 + reader.u8(start + index)
      }
      const negative = length > 0 && reader.u8(start + length - 1) >= 128
      this.number = negative ? value - 256 ** length : value
    } else if (length <= MAX_DIGITS) {
      const hex = Buffer.from(reader.bytes(start, length)).reverse().toString('hex')
      this.number = narrow(BigInt.asIntN(length * 8, BigInt(`0x${hex}`)))
    }
  }

  #readLines(info: OpcodeInfo): void {
    this.#readLine(this.offset + 1)
    const { dataOffset: start, dataLength: length } = this
    const isName = info.argument === 'name-lines'
    const isKept = length <= MAX_TEXT
    const text = isKept ? this.#reader.text(start, length, isName ? 'utf8' : 'latin1') : undefined
    switch (info.argument) {
      case 'name-line':
        this.text = text
        return
      case 'name-lines':
        this.text = text
        this.#readLine(this.end)
        if (this.dataLength <= MAX_TEXT) {
          this.name = this.#reader.text(this.dataOffset, this.dataLength, 'utf8')
        }
        return
      case 'unicode-line':
        this.text = text === undefined ? undefined : decodeRawUnicodeEscape(text)
        return
      case 'string-line':
        this.#unquote(text)
        return
      default:
        this.#parseNumber(info, text)
    }
  }

  /** Finds the line at `start`; CPython accepts no line that the data end without a newline. */
  #readLine(start: number): void {
    const from = Math.min(start, this.#reader.size)
    const end = this.#reader.indexOf(0x0a, from, Math.min(this.#reader.size, from + MAX_LINE))
    if (end < 0) throw this.#corrupt(this.offset, 'A pickle line has no end')
    this.dataOffset = start
    this.dataLength = end - start
    this.end = end + 1
  }

  #unquote(text: string | undefined): void {
    const { dataOffset: start, dataLength: length } = this
    const quote = length < 2 ? 0 : this.#reader.u8(start)
    if ((quote !== 0x22 && quote !== 0x27) || quote !== this.#reader.u8(start + length - 1)) {
      throw this.#corrupt(this.offset, 'A pickle string has no quotes around it')
    }
    this.dataOffset = start + 1
    this.dataLength = length - 2
    this.text = text && decodeStringEscape(text.slice(1, -1))
  }

  /** INT, LONG, FLOAT, GET and PUT. INT's `01` and `00` are booleans, which the machine tells by the literal's length. */
  #parseNumber(info: OpcodeInfo, text: string | undefined): void {
    if (text === undefined) return
    this.number =
      info.argument === 'float-line'
        ? parseFloatLiteral(text)
        : parseIntLiteral(
            info.argument === 'long-line' ? text.replace(/L$/, '') : text,
            info.argument === 'index-line' ? 10 : 0,
          )
    if (this.number === undefined) {
      throw this.#corrupt(this.offset, `The number of ${info.name} is malformed`)
    }
  }

  #positive(length: number): number {
    if (length < 0) throw this.#corrupt(this.offset, 'A pickle literal has a negative length')
    return length
  }

  #corrupt(at: number, problem: string): AppError {
    const offset = this.#reader.base + at
    return new AppError('corrupt', `${problem} (offset ${offset}).`, { location: { offset } })
  }
}
