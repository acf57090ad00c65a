import type { ByteReader } from '../bytes/byteReader'
import type { PickleValue } from '../bytes/pickleValues'
import { calleeOf, entriesOf, isKind, itemsOf } from '../bytes/pickleValues'
import type { MetadataValue } from '../registry/inspection'
import { arrayOf, scalarOf } from '../bytes/pickleArrays'

/** Items and levels of a list or dict that are worth a line. */
const SHOWN = 8
const LEVELS = 3

/**
 * A value as one scalar for a table of settings: numbers, texts, booleans and None as they are, a class by its path, an
 * object as `StandardScaler()`, short lists and dicts in Python's notation. `undefined` where nothing can be said.
 */
export function toScalar(
  value: PickleValue | undefined,
  reader: ByteReader,
): MetadataValue | null | undefined {
  const scalar = scalarOf(value, reader)
  if (scalar !== undefined) {
    return typeof scalar === 'number' && !Number.isFinite(scalar) ? pythonFloat(scalar) : scalar
  }
  return describe(value, reader, 0)
}

function pythonFloat(value: number): string {
  return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf'
}

function describe(
  value: PickleValue | undefined,
  reader: ByteReader,
  level: number,
): string | undefined {
  const scalar = scalarOf(value, reader)
  if (scalar !== undefined) return literal(scalar)
  if (value === undefined || level > LEVELS) return undefined
  if (isKind(value, 'global')) return value.path
  if (isKind(value, 'tuple')) return sequence('(', itemsOf(value), ')', reader, level)
  if (isKind(value, 'list')) return sequence('[', itemsOf(value), ']', reader, level)
  if (isKind(value, 'set')) return sequence('{', itemsOf(value), '}', reader, level)
  if (isKind(value, 'dict')) return pairs(value, reader, level)
  const array = arrayOf(value)
  if (array) return `array of ${array.dtype.name}, shape (${array.shape.join(', ')})`
  const callee = calleeOf(value)
  return callee && `${callee.name.split('.').at(-1)}(${enumValue(value, reader)})`
}

/** The argument of a call that has one text or number only, as members of an Enum do: `SchedulerType('linear')`. */
function enumValue(value: PickleValue, reader: ByteReader): string {
  const [argument, ...others] = isKind(value, 'call') ? itemsOf(value.args) : []
  const isMember =
    others.length === 0 && (typeof argument === 'string' || typeof argument === 'number')
  return isMember ? (describe(argument, reader, 0) ?? '') : ''
}

function literal(value: number | boolean | string | null): string {
  if (value === null) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  return typeof value === 'string' ? `'${value}'` : String(value)
}

function sequence(
  open: string,
  items: readonly PickleValue[],
  close: string,
  reader: ByteReader,
  level: number,
): string {
  const shown = items.slice(0, SHOWN).map((item) => describe(item, reader, level + 1) ?? '…')
  if (items.length > SHOWN) shown.push(`… ${items.length} in all`)
  return `${open}${shown.join(', ')}${close}`
}

function pairs(value: PickleValue, reader: ByteReader, level: number): string {
  const entries = entriesOf(value)
  const shown = entries
    .slice(0, SHOWN)
    .map(
      ([key, item]) =>
        `${describe(key, reader, level + 1) ?? '…'}: ${describe(item, reader, level + 1) ?? '…'}`,
    )
  if (entries.length > SHOWN) shown.push(`… ${entries.length} in all`)
  return `{${shown.join(', ')}}`
}
