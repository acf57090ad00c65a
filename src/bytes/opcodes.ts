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
  readonly literal: Literal | undefined
}

/** Longer texts are skipped by offset: no name, key or setting is that long. */
export const MAX_TEXT = 65_536
/** A line is searched this far: a text of protocol 0. */
const MAX_LINE = 1024 * 1024 * 1024

const EMPTY = { number: undefined, text: undefined, name: undefined, literal: undefined } as const

/**
 * Reads the opcode at `offset`. Throws `AppError('corrupt')` with the offset where CPython's unpickler would stop too: an
 * unknown opcode, an argument that leaves the data, a malformed number.
 */
export function readOpcode(reader: ByteReader, offset: number): Opcode {
  const code = reader.u8(offset)
  const info = OPCODES[code]
  if (!info) {
    throw corrupt(
      reader,
      offset,
      `Byte 0x${code.toString(16).padStart(2, '0')} is no pickle opcode`,
    )
  }
  const at = offset + 1
  switch (info.argument) {
    case 'none':
      return { ...EMPTY, info, offset, end: at }
    case 'uint1':
      return { ...EMPTY, info, offset, end: at + 1, number: reader.u8(at) }
    case 'uint2':
      return { ...EMPTY, info, offset, end: at + 2, number: reader.u16(at) }
    case 'int4':
      return { ...EMPTY, info, offset, end: at + 4, number: reader.i32(at) }
    case 'uint4':
      return { ...EMPTY, info, offset, end: at + 4, number: reader.u32(at) }
    case 'uint8':
      return { ...EMPTY, info, offset, end: at + 8, number: reader.size64(at) }
    case 'float8':
      return { ...EMPTY, info, offset, end: at + 8, number: reader.f64(at, false) }
    case 'long1':
      return readLong(reader, info, offset, at + 1, reader.u8(at))
    case 'long4':
      return readLong(reader, info, offset, at + 4, positive(reader, offset, reader.i32(at)))
    case 'data1':
      return readData(reader, info, offset, at + 1, reader.u8(at))
    case 'data4':
      return readData(reader, info, offset, at + 4, reader.u32(at))
    case 'data8':
      return readData(reader, info, offset, at + 8, reader.size64(at))
    case 'text1':
      return readText(reader, info, offset, at + 1, reader.u8(at), 'utf8')
    case 'text4':
      return readText(reader, info, offset, at + 4, reader.u32(at), 'utf8')
    case 'text8':
      return readText(reader, info, offset, at + 8, reader.size64(at), 'utf8')
    case 'string1':
      return readText(reader, info, offset, at + 1, reader.u8(at), 'latin1')
    case 'string4':
      return readText(
        reader,
        info,
        offset,
        at + 4,
        positive(reader, offset, reader.i32(at)),
        'latin1',
      )
    default:
      return readLines(reader, info, offset)
  }
}

/** All opcodes from `offset` to the end of the data, through every STOP; throws as `readOpcode` does. */
export function* readOpcodes(reader: ByteReader, offset = 0): Generator<Opcode, void> {
  for (let at = offset; at < reader.size;) {
    const opcode = readOpcode(reader, at)
    yield opcode
    at = opcode.end
  }
}

function corrupt(reader: ByteReader, offset: number, problem: string): AppError {
  const absolute = reader.base + offset
  return new AppError('corrupt', `${problem} (offset ${absolute}).`, {
    location: { offset: absolute },
  })
}

function positive(reader: ByteReader, offset: number, length: number): number {
  if (length < 0) throw corrupt(reader, offset, 'A pickle literal has a negative length')
  return length
}

function readData(
  reader: ByteReader,
  info: OpcodeInfo,
  offset: number,
  start: number,
  length: number,
): Opcode {
  reader.check(start, length)
  return { ...EMPTY, info, offset, end: start + length, literal: { offset: start, length } }
}

function readText(
  reader: ByteReader,
  info: OpcodeInfo,
  offset: number,
  start: number,
  length: number,
  encoding: 'utf8' | 'latin1',
): Opcode {
  reader.check(start, length)
  const literal = { offset: start, length }
  const text = length > MAX_TEXT ? undefined : decode(reader.bytes(start, length), encoding)
  return { ...EMPTY, info, offset, end: start + length, text, literal }
}

function decode(bytes: Uint8Array, encoding: 'utf8' | 'latin1'): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString(encoding)
}

/** Little-endian two's complement of `length` bytes. */
function readLong(
  reader: ByteReader,
  info: OpcodeInfo,
  offset: number,
  start: number,
  length: number,
): Opcode {
  reader.check(start, length)
  const literal = { offset: start, length }
  let number: number | bigint | undefined
  if (length <= 6) {
    let value = 0
    for (let index = length - 1; index >= 0; index--) value = value * 256 + reader.u8(start + index)
    const negative = length > 0 && reader.u8(start + length - 1) >= 128
    number = negative ? value - 256 ** length : value
  } else if (length <= MAX_DIGITS) {
    const hex = Buffer.from(reader.bytes(start, length)).reverse().toString('hex')
    number = narrow(BigInt.asIntN(length * 8, BigInt(`0x${hex}`)))
  }
  return { ...EMPTY, info, offset, end: start + length, number, literal }
}

/** The line at `start` without its newline; CPython accepts no line that the data end without one. */
function lineAt(reader: ByteReader, offset: number, start: number): Literal {
  const from = Math.min(start, reader.size)
  const end = reader.indexOf(0x0a, from, Math.min(reader.size, from + MAX_LINE))
  if (end < 0) throw corrupt(reader, offset, 'A pickle line has no end')
  return { offset: start, length: end - start }
}

function readLines(reader: ByteReader, info: OpcodeInfo, offset: number): Opcode {
  const line = lineAt(reader, offset, offset + 1)
  const end = line.offset + line.length + 1
  const bytes = line.length > MAX_TEXT ? undefined : reader.bytes(line.offset, line.length)
  const text = bytes && decode(bytes, 'latin1')
  const base = { ...EMPTY, info, offset, end, literal: line }
  switch (info.argument) {
    case 'name-line':
      return { ...base, text }
    case 'name-lines': {
      const second = lineAt(reader, offset, end)
      const name = second.length > MAX_TEXT ? undefined : reader.bytes(second.offset, second.length)
      return {
        ...base,
        end: second.offset + second.length + 1,
        text: bytes && decode(bytes, 'utf8'),
        name: name && decode(name, 'utf8'),
      }
    }
    case 'unicode-line':
      return { ...base, text: text === undefined ? undefined : decodeRawUnicodeEscape(text) }
    case 'string-line': {
      const quoted = reader.head(line.offset, 1)[0]
      if (line.length < 2 || !isQuote(quoted) || quoted !== reader.u8(end - 2)) {
        throw corrupt(reader, offset, 'A pickle string has no quotes around it')
      }
      const literal = { offset: line.offset + 1, length: line.length - 2 }
      return { ...base, literal, text: text && decodeStringEscape(text.slice(1, -1)) }
    }
    default:
      return { ...base, number: parseNumber(reader, info, offset, text) }
  }
}

function isQuote(byte: number | undefined): boolean {
  return byte === 0x22 || byte === 0x27
}

/** INT, LONG, FLOAT, GET and PUT. INT's `01` and `00` are booleans, which the machine tells by the literal's length. */
function parseNumber(
  reader: ByteReader,
  info: OpcodeInfo,
  offset: number,
  text: string | undefined,
): number | bigint | undefined {
  if (text === undefined) return undefined
  const value =
    info.argument === 'float-line'
      ? parseFloatLiteral(text)
      : parseIntLiteral(
          info.argument === 'long-line' ? text.replace(/L$/, '') : text,
          info.argument === 'index-line' ? 10 : 0,
        )
  if (value === undefined) throw corrupt(reader, offset, `The number of ${info.name} is malformed`)
  return value
}
