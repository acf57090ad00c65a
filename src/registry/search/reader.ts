import type { ModelVersion } from '../model'
import { readField } from './fields'
import type { FieldValue } from './fields'
import type { Field } from './query'
import type { References } from './references'

/** A compiled condition. */
export type Test = (version: ModelVersion, references: References) => boolean

/** A compiled operand; `undefined` and `null` are missing values. */
export type Reader<T = FieldValue> = (
  version: ModelVersion,
  references: References,
) => T | undefined

/** Reads a field of the version or of the version that it refers to. */
export function fieldReader(field: Field): Reader {
  const read = readField(field)
  const { of } = field
  if (!of) return read
  return (version, references) => {
    const other = references(version, of)
    return other && read(other)
  }
}
