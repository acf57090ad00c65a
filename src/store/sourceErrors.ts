import type { BigIntStats } from 'node:fs'
import { AppError, systemCode } from '../base/errors'

const REPLACEMENT = '\ufffd'

/** A pipe, a socket or a device would block, or never end. */
export function notRegular(path: string, stats: BigIntStats): AppError {
  const what = stats.isSocket()
    ? 'a socket'
    : stats.isFIFO()
      ? 'a named pipe'
      : stats.isCharacterDevice() || stats.isBlockDevice()
        ? 'a device'
        : 'not a regular file'
  return new AppError(
    'invalid',
    `${path} is ${what}; only regular files and folders can be registered.`,
  )
}

/** Why something that shall be registered can't be looked at, as a sentence; what is no such reason is given back. */
export function explainUnreadable(path: string, error: unknown): unknown {
  switch (systemCode(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      // Node replaces bytes that are no UTF-8, and then nothing is found under that name.
      if (path.includes(REPLACEMENT)) {
        return new AppError('invalid', `The name of ${path} is not UTF-8. Rename it.`, {
          cause: error,
        })
      }
      return new AppError('notFound', `${path} does not exist.`, { cause: error })
    case 'EACCES':
    case 'EPERM':
      return new AppError(
        'invalid',
        `${path} can't be read: permission denied. Check who may read it.`,
        {
          cause: error,
        },
      )
    case 'ELOOP':
      return new AppError('invalid', `${path} is a symbolic link that leads back to itself.`, {
        cause: error,
      })
    case 'ENAMETOOLONG':
      return new AppError('invalid', `${path.slice(0, 80)}… is longer than a path can be.`, {
        cause: error,
      })
    default:
      return error
  }
}
