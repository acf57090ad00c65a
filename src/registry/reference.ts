import { AppError } from '../base/errors'
import { checkName } from './names'

/** `churn`, `churn:1.2.0` or `churn@production`, `churn@champion`, `churn@latest`. */
export interface Reference {
  readonly model: string
  readonly version?: string
  /** A stage, an alias, or `latest`. */
  readonly label?: string
}

/** @throws AppError `invalid` for what is no reference, or holds a name that nothing may have. */
export function parseReference(text: string): Reference {
  // Callers without types give anything, and `undefined` is the name of a model once it is a text.
  const match = typeof text === 'string' ? /^([^:@]+)(?:([:@])(.+))?$/s.exec(text) : null
  if (!match) {
    throw new AppError(
      'invalid',
      `${JSON.stringify(text)} is not a reference: write model:version, model@stage, model@alias or model@latest.`,
    )
  }
  const [, model = '', separator, rest = ''] = match
  checkName('model', model)
  if (separator === ':') {
    checkName('version', rest)
    return { model, version: rest }
  }
  if (separator === '@') {
    checkName('alias', rest)
    return { model, label: rest }
  }
  return { model }
}
