import { AppError } from '../base/errors'
import type { Metrics, Parameters, ParameterValue, Tags } from './model'

/** Beyond this a value belongs into a file beside the model: documents are read and reviewed by people. */
const MAX_KEY = 250
const MAX_TEXT = 100_000

/** Callers without types give anything, a list or a `Map` too, which has no fields of its own. @throws AppError `invalid` */
export function checkGiven(subject: string, value: unknown): asserts value is object {
  if (typeof value === 'object' && value !== null && !(Symbol.iterator in value)) return
  throw new AppError('invalid', `${subject} must be an object of names and values.`)
}

function checkKey(noun: string, key: string): void {
  if (key.trim() === '') throw new AppError('invalid', `A ${noun} needs a name.`)
  if (key.length > MAX_KEY) {
    throw new AppError(
      'invalid',
      `The ${noun} name "${key.slice(0, 40)}…" is longer than ${MAX_KEY} characters.`,
    )
  }
  // A key of this name would be the object's prototype and vanish from the document.
  if (key === '__proto__') throw new AppError('invalid', `A ${noun} can't be named "__proto__".`)
}

function entriesOf(noun: string, value: unknown): [string, unknown][] {
  if (value === undefined) return []
  checkGiven(`The ${noun}s`, value)
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined)
  for (const [key] of entries) checkKey(noun, key)
  return entries
}

/** Finite numbers only; what was not measured is absent. Throws `invalid` with the metric's name. */
export function checkMetrics(value: unknown): Metrics {
  const metrics: Record<string, number> = {}
  for (const [name, number] of entriesOf('metric', value)) {
    if (typeof number !== 'number' || !Number.isFinite(number)) {
      throw new AppError(
        'invalid',
        `Metric "${name}" is ${shown(number)}, not a finite number; leave out what was not measured.`,
      )
    }
    metrics[name] = number
  }
  return metrics
}

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' && value !== null ? 'an object' : String(value)
}

export function isParameterValue(value: unknown): value is ParameterValue {
  return (
    value === null ||
    typeof value === 'string' ||
    typeof value === 'boolean' ||
    (typeof value === 'number' && Number.isFinite(value))
  )
}

/** JSON scalars only. Throws `invalid` with the parameter's name. */
export function checkParameters(value: unknown): Parameters {
  const parameters: Record<string, ParameterValue> = {}
  for (const [name, inner] of entriesOf('parameter', value)) {
    if (!isParameterValue(inner)) {
      throw new AppError(
        'invalid',
        `Parameter "${name}" must be a text, a finite number, true, false or null.`,
      )
    }
    checkText(`Parameter "${name}"`, inner)
    parameters[name] = inner
  }
  return parameters
}

/** Strings only. Throws `invalid` with the tag's name. */
export function checkTags(value: unknown): Tags {
  const tags: Record<string, string> = {}
  for (const [name, inner] of entriesOf('tag', value)) {
    if (typeof inner !== 'string') throw new AppError('invalid', `Tag "${name}" must be a text.`)
    checkText(`Tag "${name}"`, inner)
    tags[name] = inner
  }
  return tags
}

export function checkDescription(value: unknown): string {
  if (value === undefined) return ''
  if (typeof value !== 'string') throw new AppError('invalid', 'The description must be a text.')
  checkText('The description', value)
  return value
}

function checkText(subject: string, value: unknown): void {
  if (typeof value === 'string' && value.length > MAX_TEXT) {
    throw new AppError(
      'invalid',
      `${subject} has ${value.length} characters; ${MAX_TEXT} are allowed. Keep long texts in a file.`,
    )
  }
}

/** The word as a number where it is one as people type it: `0.94`, `-1e-3`, `12`; `undefined` otherwise. */
export function parseNumber(text: string): number | undefined {
  const trimmed = text.trim()
  if (!/^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(trimmed)) return undefined
  const value = Number(trimmed)
  return Number.isFinite(value) ? value : undefined
}

/** One `name=0.94` of a metric. Throws `invalid`. */
export function parseMetric(text: string): [name: string, value: number] {
  const [name, word] = splitAssignment('metric', text)
  const value = parseNumber(word)
  if (value === undefined) {
    throw new AppError(
      'invalid',
      `Metric "${name}" is ${JSON.stringify(word)}, not a finite number.`,
    )
  }
  return [name, value]
}

/** One `name=value` of a parameter: a number, `true`, `false` or `null` where it reads as one, else a text. */
export function parseParameter(text: string): [name: string, value: ParameterValue] {
  const [name, word] = splitAssignment('parameter', text)
  return [name, parseScalar(word)]
}

/** A word as the value that it reads as: a number, `true`, `false` or `null`, else a text. */
export function parseScalar(word: string): ParameterValue {
  if (word === 'true' || word === 'false') return word === 'true'
  if (word === 'null') return null
  const number = parseNumber(word)
  return number === undefined || losesDigits(word, number) ? word : number
}

/** `007` and a seed of twenty digits would come back as other texts: they are names in digits. */
function losesDigits(word: string, number: number): boolean {
  if (/^[+-]?0\d/.test(word)) return true
  return /^[+-]?\d+$/.test(word) && !Number.isSafeInteger(number) && String(number) !== word
}

/** One `name=value` of a tag. */
export function parseTag(text: string): [name: string, value: string] {
  return splitAssignment('tag', text)
}

function splitAssignment(noun: string, text: string): [name: string, word: string] {
  const at = text.indexOf('=')
  if (at < 1) {
    throw new AppError('invalid', `${JSON.stringify(text)} is not a ${noun}: write name=value.`)
  }
  const name = text.slice(0, at).trim()
  checkKey(noun, name)
  return [name, text.slice(at + 1).trim()]
}
