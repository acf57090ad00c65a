import type { PythonLiteral } from './pythonLiteral'

/** A NumPy element type. */
export interface NumpyDtype {
  /** NumPy's own words (`str(dtype)`): `float32`, `>i2`, `<U4`, `object`, `[('id', '<i4')]`. */
  readonly name: string
  /** In bytes; 0 where it is not fixed. */
  readonly itemSize: number
  /** The character of the array interface: `f`, `i`, `u`, `b`, `c`, `U`, `S`, `O`, `V`, `M`, `m`. */
  readonly kind: string
  readonly littleEndian: boolean
}

/** Names of a kind before the number of bits; others have none. */
const NAMES: Readonly<Record<string, string>> = {
  f: 'float',
  i: 'int',
  u: 'uint',
  c: 'complex',
}
const FIXED: Readonly<Record<string, string>> = {
  b: 'bool',
  O: 'object',
  M: 'datetime64',
  m: 'timedelta64',
}
/** One-letter codes of Python's `array` and `struct` that old pickles have. */
const CODES: ReadonlyMap<string, string> = new Map([
  ['?', 'b1'],
  ['f', 'f4'],
  ['d', 'f8'],
  ['e', 'f2'],
  ['O', 'O8'],
])
/** More than any real element: a text of this length. */
const MAX_ITEM = 2 ** 31

/** Understands a type text such as `<f4`, `|O`, `U10`, `<M8[ns]`; `undefined` for what NumPy has no type for. */
export function parseDtype(text: string): NumpyDtype | undefined {
  const plain = CODES.get(text) ?? text
  const match = /^([<>|=]?)([?bBiufcUSaOVMm])(\d*)(\[[^\]]*\])?$/.exec(plain)
  if (!match) return undefined
  const [, order = '', letter = '', digits = '', unit = ''] = match
  const size = digits === '' ? 1 : Number(digits)
  const kind = letter === '?' ? 'b' : letter === 'B' ? 'u' : letter === 'a' ? 'S' : letter
  const itemSize = kind === 'U' ? size * 4 : kind === 'O' ? 8 : size
  if (itemSize > MAX_ITEM) return undefined
  return {
    name: nameOf(kind, size, itemSize, order, unit),
    itemSize,
    kind,
    littleEndian: order !== '>',
  }
}

function nameOf(kind: string, size: number, itemSize: number, order: string, unit: string): string {
  if (kind === 'U') return `${order === '>' ? '>' : '<'}U${size}`
  if (kind === 'S' || kind === 'V') return `|${kind}${size}`
  if (order === '>' && itemSize > 1) return `>${kind}${size}${unit}`
  const base = NAMES[kind]
  return base === undefined ? `${FIXED[kind] ?? kind}${unit}` : `${base}${itemSize * 8}`
}

/** The fields of a structured type as NumPy prints them. */
export function printDescr(descr: PythonLiteral): string {
  if (!Array.isArray(descr)) return `'${textOf(descr)}'`
  const fields = (descr as readonly PythonLiteral[]).map((field) => {
    const [name, type = '', shape] = Array.isArray(field) ? (field as readonly PythonLiteral[]) : []
    const sizes = Array.isArray(shape) ? shape : shape === undefined ? [] : [shape]
    const suffix = sizes.length === 1 ? `, (${String(sizes[0])},)` : `, (${sizes.join(', ')})`
    return `('${textOf(name)}', ${printDescr(type)}${sizes.length > 0 ? suffix : ''})`
  })
  return `[${fields.join(', ')}]`
}

function textOf(value: PythonLiteral | undefined): string {
  return typeof value === 'string' ? value : ''
}

/** The type of an npy header: a text, or the fields of a structured one, whose size is their sum. */
export function dtypeOfDescr(descr: PythonLiteral): NumpyDtype | undefined {
  if (typeof descr === 'string') return parseDtype(descr)
  if (!Array.isArray(descr)) return undefined
  let itemSize = 0
  let hasObjects = false
  for (const field of descr) {
    if (!Array.isArray(field)) return undefined
    const [, type, shape] = field as readonly PythonLiteral[]
    const inner = type === undefined ? undefined : dtypeOfDescr(type)
    if (!inner) return undefined
    const counts = Array.isArray(shape) ? shape : [shape ?? 1]
    itemSize += counts.reduce<number>((size, count) => size * Number(count), inner.itemSize)
    hasObjects ||= inner.kind === 'O'
  }
  if (!Number.isSafeInteger(itemSize) || itemSize < 0 || itemSize > MAX_ITEM) return undefined
  return { name: printDescr(descr), itemSize, kind: hasObjects ? 'O' : 'V', littleEndian: true }
}

/** The first elements of an array as numbers, booleans or texts; `undefined` for types that have no such form. */
export function decodeElements(
  bytes: Uint8Array,
  dtype: NumpyDtype,
  count: number,
): (number | boolean | string)[] | undefined {
  const { itemSize, kind } = dtype
  if (itemSize === 0 || itemSize * count > bytes.length) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const decode = decoder(view, bytes, dtype)
  if (!decode || !'fiubUS'.includes(kind)) return undefined
  return Array.from({ length: count }, (_, index) => decode(index * itemSize))
}

function decoder(
  view: DataView,
  bytes: Uint8Array,
  { kind, itemSize, littleEndian: little }: NumpyDtype,
): ((at: number) => number | boolean | string) | undefined {
  switch (`${kind}${kind === 'U' || kind === 'S' ? '' : itemSize}`) {
    case 'f2':
      return (at) => half(view.getUint16(at, little))
    case 'f4':
      return (at) => view.getFloat32(at, little)
    case 'f8':
      return (at) => view.getFloat64(at, little)
    case 'i1':
      return (at) => view.getInt8(at)
    case 'i2':
      return (at) => view.getInt16(at, little)
    case 'i4':
      return (at) => view.getInt32(at, little)
    case 'i8':
      return (at) => Number(view.getBigInt64(at, little))
    case 'u1':
      return (at) => view.getUint8(at)
    case 'u2':
      return (at) => view.getUint16(at, little)
    case 'u4':
      return (at) => view.getUint32(at, little)
    case 'u8':
      return (at) => Number(view.getBigUint64(at, little))
    case 'b1':
      return (at) => view.getUint8(at) !== 0
    case 'S':
      return (at) => trimZeros(Buffer.from(bytes.subarray(at, at + itemSize)).toString('latin1'))
    case 'U':
      return (at) => {
        let text = ''
        for (let offset = at; offset < at + itemSize; offset += 4) {
          const code = view.getUint32(offset, little)
          text += code > 0x10ffff ? '\ufffd' : String.fromCodePoint(code)
        }
        return trimZeros(text)
      }
    default:
      return undefined
  }
}

function trimZeros(text: string): string {
  let end = text.length
  while (end > 0 && text.charCodeAt(end - 1) === 0) end--
  return text.slice(0, end)
}

/** IEEE 754 binary16. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}
