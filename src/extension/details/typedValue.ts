import { AppError } from '../../base/errors'
import { escapeText } from '../../base/text'
import {
  checkMetrics,
  checkParameters,
  checkTags,
  parseNumber,
  parseScalar,
} from '../../registry/fields'
import type { ModelVersion, ParameterValue } from '../../registry/model'
import type { VersionChanges } from '../../registry/registry'
import type { DetailsEdit, ValueField } from '../../webview/details/protocol'

/** A value as it stands in a box to be edited, from which `parseTyped` makes the same value again. */
export function printTyped(value: ParameterValue, field: ValueField): string {
  if (typeof value !== 'string') return String(value)
  const isPlain =
    value.trim() === value &&
    !value.startsWith('"') &&
    escapeText(value, value.length) === value &&
    (field === 'tags' || parseScalar(value) === value)
  return isPlain ? value : quote(value)
}

/** A JSON text in which no character is one that can't be seen. */
function quote(text: string): string {
  return JSON.stringify(text).replaceAll(/[\u007f-\uffff]/g, (character) =>
    escapeText(character) === character
      ? character
      : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** What was typed: quoted a text, whatever it looks like; otherwise a parameter is a number, `true`, `false` or `null` where it reads as one. */
function parseTyped(typed: string, field: ValueField): ParameterValue {
  const word = typed.trim()
  if (word.startsWith('"')) {
    try {
      return String(JSON.parse(word))
    } catch {
      throw new AppError(
        'invalid',
        `${word} begins with a quotation mark and is no quoted text: end it with one, and write \\" for one inside.`,
      )
    }
  }
  return field === 'parameters' ? parseScalar(word) : word
}

/**
 * An edit of the page as a change of the version.
 * @throws AppError `invalid` with the sentence for the person who typed it, `conflict` where a new name is taken.
 */
export function toChanges(edit: DetailsEdit, version: ModelVersion): VersionChanges {
  if (edit.field === 'description') return { description: edit.text.trim() }
  const { field, text } = edit
  if (text === undefined) return { remove: { [field]: [edit.name] } }
  const name = edit.isNew ? edit.name.trim() : edit.name
  if (edit.isNew && Object.hasOwn(version[field], name)) {
    throw new AppError(
      'conflict',
      `There is a ${field.slice(0, -1)} "${escapeText(name)}" already; edit that one.`,
    )
  }
  switch (field) {
    case 'metrics':
      return { metrics: checkMetrics(record(name, metricOf(name, text))) }
    case 'parameters':
      return { parameters: checkParameters(record(name, parseTyped(text, field))) }
    case 'tags':
      return { tags: checkTags(record(name, parseTyped(text, field))) }
  }
}

function metricOf(name: string, text: string): number {
  const value = parseNumber(text)
  if (value !== undefined) return value
  const word = text.trim()
  throw new AppError(
    'invalid',
    word === ''
      ? `Metric "${escapeText(name)}" has no value.`
      : `Metric "${escapeText(name)}" is ${JSON.stringify(word)}, not a finite number.`,
  )
}

/** A name like `__proto__` stays a name, which the checks refuse. */
function record<T>(name: string, value: T): Record<string, T> {
  return Object.fromEntries([[name, value]])
}
