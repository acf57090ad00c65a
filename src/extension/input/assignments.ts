import { AppError } from '../../base/errors'
import {
  checkMetrics,
  checkParameters,
  checkTags,
  parseNumber,
  parseScalar,
} from '../../registry/fields'
import type { Metrics, Parameters, ParameterValue, Tags } from '../../registry/model'

/** One `name=value`; a quoted value is a text, whatever it looks like. */
interface Assignment {
  readonly name: string
  readonly value: string
  readonly quoted: boolean
}

const QUOTED = String.raw`"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'`
// A comma ends a value where a space, the end or the next name follows, so that `layers=64,32` is one value.
const PLAIN = String.raw`(?:[^\s,;]|[,;](?!\s|$|[^\s=,;]+=))`
const ASSIGNMENT = new RegExp(
  String.raw`[\s,;]*(?:${QUOTED}|([^\s=,;"'][^\s=]*))\s*=\s*(?:${QUOTED}|((?!["'])${PLAIN}+)?)(?=[\s,;]|$)`,
  'y',
)

function parseAssignments(noun: string, text: string): Assignment[] {
  const assignments: Assignment[] = []
  const seen = new Set<string>()
  let position = 0
  while (text.slice(position).replaceAll(/[\s,;]/g, '') !== '') {
    ASSIGNMENT.lastIndex = position
    const match = ASSIGNMENT.exec(text)
    if (!match) {
      const rest = text.slice(position).trim().split(/\s/, 1)[0] ?? ''
      throw new AppError('invalid', `${JSON.stringify(rest)} is not a ${noun}: write name=value.`)
    }
    const [, doubleName, singleName, plainName, doubleValue, singleValue, plainValue] = match
    const name = unescape(doubleName ?? singleName) ?? plainName ?? ''
    const quotedValue = unescape(doubleValue ?? singleValue)
    if (seen.has(name)) throw new AppError('invalid', `The ${noun} "${name}" is there twice.`)
    seen.add(name)
    assignments.push({
      name,
      value: quotedValue ?? plainValue ?? '',
      quoted: quotedValue !== undefined,
    })
    position = ASSIGNMENT.lastIndex
  }
  return assignments
}

function unescape(quoted: string | undefined): string | undefined {
  return quoted?.replaceAll(/\\(.)/g, '$1')
}

/**
 * `accuracy=0.94 loss=0.12`, separated by spaces or commas.
 * @throws AppError `invalid` with the metric's name.
 */
export function parseMetrics(text: string): Metrics {
  const entries = parseAssignments('metric', text).map(({ name, value }) => {
    const number = parseNumber(value)
    if (number === undefined) {
      throw new AppError(
        'invalid',
        value === ''
          ? `Metric "${name}" has no value.`
          : `Metric "${name}" is ${JSON.stringify(value)}, not a finite number.`,
      )
    }
    return [name, number] as const
  })
  return checkMetrics(fromEntries(entries))
}

/** `lr=0.001 optimizer=adam shuffle=true`: numbers, `true`, `false` and `null` as such, anything else and quoted as text. */
export function parseParameters(text: string): Parameters {
  const entries = parseAssignments('parameter', text).map(
    ({ name, value, quoted }) => [name, quoted ? value : parseScalar(value)] as const,
  )
  return checkParameters(fromEntries(entries))
}

/** `team=risk note="two words"` */
export function parseTags(text: string): Tags {
  const entries = parseAssignments('tag', text).map(({ name, value }) => [name, value] as const)
  return checkTags(fromEntries(entries))
}

/** `Object.fromEntries`, where a name like `__proto__` stays a name that the checks can refuse. */
function fromEntries<T>(entries: readonly (readonly [string, T])[]): Record<string, T> {
  return Object.fromEntries(entries)
}

/** What the parsers read back to the same values. */
export function printAssignments(values: Readonly<Record<string, ParameterValue>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${printWord(name)}=${printValue(value)}`)
    .join(' ')
}

function printValue(value: ParameterValue): string {
  if (typeof value !== 'string') return String(value)
  return parseScalar(value) === value ? printWord(value) : quote(value)
}

function printWord(text: string): string {
  return /^[^\s=,;"'\\]+$/.test(text) ? text : quote(text)
}

function quote(text: string): string {
  return `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`
}

/** What is wrong with a text that one of the parsers reads; `undefined` where nothing is. */
export function problemOf(parse: (text: string) => unknown, text: string): string | undefined {
  try {
    parse(text)
    return undefined
  } catch (error) {
    if (error instanceof AppError) return error.message
    throw error
  }
}
