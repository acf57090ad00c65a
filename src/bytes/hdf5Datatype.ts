import { LIMITS } from './limits'
import { encodedSize } from './hdf5Source'
import type { Cursor } from './hdf5Source'

/** Members of a compound or enumeration that are looked at: `complex64` has two. */
const MAX_MEMBERS = 1000

/** An element's type, by the name that NumPy gives it: `float32`, `>f8`, `object` for text of any length. */
export interface Hdf5Type {
  readonly name: string
  readonly size: number
  readonly kind: 'integer' | 'float' | 'text' | 'variableText' | 'boolean' | 'other'
  readonly littleEndian: boolean
  readonly signed: boolean
}

/** Reads a datatype message (spec IV.A.2.d). */
export function readDatatype(cursor: Cursor, depth = 0): Hdf5Type {
  const { source } = cursor
  if (depth > LIMITS.depth) throw source.corrupt('HDF5 types nest too deep.', cursor.position)
  source.budget.step()
  const head = cursor.u8()
  const version = head >> 4
  const bits = cursor.uint(3)
  const size = cursor.u32()
  const littleEndian = (bits & 1) === 0
  const type = (name: string, kind: Hdf5Type['kind'] = 'other', signed = false): Hdf5Type => ({
    name,
    size,
    kind,
    littleEndian,
    signed,
  })
  switch (head & 15) {
    case 0: {
      cursor.take(4)
      const signed = (bits & 8) !== 0
      return type(numberName(signed ? 'int' : 'uint', size, littleEndian), 'integer', signed)
    }
    case 1: {
      cursor.take(5)
      const exponentSize = cursor.u8()
      cursor.take(6)
      if (size === 2 && exponentSize === 8) return type('bfloat16')
      return type(numberName('float', size, littleEndian), 'float', true)
    }
    case 3:
      return type(`S${size}`, 'text')
    case 5:
      cursor.take(bits & 0xff)
      return type(`V${size}`)
    case 6:
      return type(readCompound(cursor, version, bits & 0xffff, size, depth))
    case 7:
      return type('reference')
    case 8:
      return readEnumeration(cursor, version, bits & 0xffff, depth, type)
    case 9: {
      const isText = (bits & 15) === 1
      readDatatype(cursor, depth + 1)
      return type('object', isText ? 'variableText' : 'other')
    }
    case 10: {
      const rank = cursor.u8()
      if (version < 3) cursor.take(3)
      cursor.take(rank * 4)
      if (version < 3) cursor.take(rank * 4)
      return type(`${readDatatype(cursor, depth + 1).name} array`)
    }
    default:
      return type(`V${size}`)
  }
}

/** NumPy names big-endian numbers by a code: `>f8`. */
function numberName(kind: 'int' | 'uint' | 'float', size: number, littleEndian: boolean): string {
  return littleEndian || size === 1
    ? `${kind}${size * 8}`
    : `>${kind === 'uint' ? 'u' : kind.charAt(0)}${size}`
}

/** Where a member's name ends: padded to 8 bytes before version 3 (spec IV.A.2.d, "Compound"). */
function readName(cursor: Cursor, version: number): string {
  const start = cursor.position
  const name = cursor.zeroTerminated(LIMITS.depth * 1024)
  if (version < 3) cursor.take(-(cursor.position - start) & 7)
  return name
}

function readCompound(
  cursor: Cursor,
  version: number,
  count: number,
  size: number,
  depth: number,
): string {
  const members: string[] = []
  for (let index = 0; index < Math.min(count, MAX_MEMBERS); index++) {
    const name = readName(cursor, version)
    // The offset of the member has as many bytes as the size of the whole needs.
    cursor.take(version < 3 ? 4 : encodedSize(size))
    if (version === 1) cursor.take(28)
    members.push(`${name}:${readDatatype(cursor, depth + 1).name}`)
  }
  switch (members.join()) {
    case 'r:float32,i:float32':
      return 'complex64'
    case 'r:float64,i:float64':
      return 'complex128'
    default:
      return 'compound'
  }
}

function readEnumeration(
  cursor: Cursor,
  version: number,
  count: number,
  depth: number,
  type: (name: string, kind?: Hdf5Type['kind'], signed?: boolean) => Hdf5Type,
): Hdf5Type {
  const base = readDatatype(cursor, depth + 1)
  const names: string[] = []
  for (let index = 0; index < Math.min(count, MAX_MEMBERS); index++) {
    names.push(readName(cursor, version))
  }
  // h5py writes NumPy's bool as this enumeration.
  return names.join() === 'FALSE,TRUE' && base.size === 1
    ? type('bool', 'boolean')
    : type(base.name, base.kind, base.signed)
}
