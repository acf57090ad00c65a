import { parse, YAMLParseError } from 'yaml'
import { AppError } from '../base/errors'
import type { JsonObject } from '../bytes/boundedJson'
import { parseBoundedJson, toObject } from '../bytes/boundedJson'

/** Text of a YAML configuration that is parsed: the library takes a second for a few megabytes. */
export const MAX_YAML = 512 * 1024
/** Aliases that a configuration may use; more are an attack on memory. */
const MAX_ALIASES = 50

/** A YAML mapping as plain JSON without prototypes. Throws `corrupt` for everything else; `name` is said in the message. */
export function parseYamlObject(text: string, name: string): JsonObject {
  const object = toObject(parseBoundedJson(toJson(text, name)).value)
  if (object) return object
  throw new AppError('corrupt', `${name} is not a YAML mapping.`, { location: { file: name } })
}

function toJson(text: string, name: string): string {
  try {
    const value: unknown = parse(text, { maxAliasCount: MAX_ALIASES, logLevel: 'error' })
    return JSON.stringify(value ?? null)
  } catch (error) {
    // ReferenceError is how the library refuses aliases; a mapping that holds itself is a TypeError of JSON.
    if (
      error instanceof YAMLParseError ||
      error instanceof ReferenceError ||
      error instanceof TypeError ||
      error instanceof RangeError
    ) {
      throw new AppError('corrupt', `${name} is not YAML that can be read.`, {
        cause: error,
        location: { file: name },
      })
    }
    throw error
  }
}
