import { AppError } from '../base/errors'
import type { ByteReader } from './byteReader'
import type { PythonLiteral } from './pythonLiteral'
import { parsePythonLiteral } from './pythonLiteral'

/** NEP 1: `\x93NUMPY`, version, length of the header, a Python dict, the elements. */
const NPY_MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59] as const
/** NumPy itself refuses more than 10,000 characters; a structured dtype of many fields has some thousands. */
const MAX_HEADER = 65_536

export interface NpyHeader {
  readonly version: number
  /** `descr`: a type text such as `<f4`, or the list of a structured one's fields. */
  readonly descr: PythonLiteral
  readonly fortranOrder: boolean
  readonly shape: readonly number[]
  /** Where the elements begin. */
  readonly dataOffset: number
}

export function isNpy(head: Uint8Array): boolean {
  return NPY_MAGIC.every((byte, index) => head[index] === byte)
}

/** Reads the header of an npy file; throws `corrupt` where it is none, or says what can't be. */
export function readNpyHeader(reader: ByteReader): NpyHeader {
  const version = reader.u8(6)
  if (version < 1 || version > 3) throw corrupt(reader, 6, `Version ${version} of npy is not known`)
  const start = version === 1 ? 10 : 12
  const length = version === 1 ? reader.u16(8) : reader.u32(8)
  if (length > MAX_HEADER) throw corrupt(reader, 8, `An npy header of ${length} bytes is not read`)
  const encoding = version === 3 ? 'utf8' : 'latin1'
  const text = Buffer.from(reader.bytes(start, length)).toString(encoding)
  const header = parsePythonLiteral(text, reader.base + start)
  if (!(header instanceof Map)) throw corrupt(reader, start, 'The npy header is no dict')
  const descr = header.get('descr')
  const shape = header.get('shape')
  if (descr === undefined || !isShape(shape)) {
    throw corrupt(reader, start, 'The npy header has no type or no shape')
  }
  const fortranOrder = header.get('fortran_order') === true
  return { version, descr, fortranOrder, shape, dataOffset: start + length }
}

function isShape(value: PythonLiteral | undefined): value is readonly number[] {
  return (
    Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && Number(size) >= 0)
  )
}

function corrupt(reader: ByteReader, at: number, problem: string): AppError {
  const offset = reader.base + at
  return new AppError('corrupt', `${problem} (offset ${offset}).`, { location: { offset } })
}
