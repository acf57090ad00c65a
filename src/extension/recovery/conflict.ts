import type { AppError } from '../../base/errors'

/** True for a document that git left with conflict markers; the error says so. */
export function isConflict({ message }: AppError): boolean {
  return message.includes('merge conflict markers')
}
