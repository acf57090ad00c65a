import { sep } from 'node:path'
import { AppError, isAppError, systemCode } from './errors'
import { LOCKS, SIDE, TEMPORARY } from './modelsFolder'

/** Names below these mean nothing to a person, who has to look at the folder that holds them. */
const INTERNAL = [TEMPORARY, LOCKS, SIDE].map((name) => `${sep}${name}`)

/**
 * A failed system call as a sentence with a remedy; what is no system error, or an unknown one, is given back as it is.
 * @param doing What was being done, with its object: `write the registry /data/.models`.
 */
export function explainSystemError(error: unknown, doing: string): unknown {
  if (isAppError(error)) return error
  const path = error instanceof Error && 'path' in error ? shown(String(error.path)) : undefined
  const where = path === undefined ? '' : ` (${path})`
  switch (systemCode(error)) {
    case 'EACCES':
    case 'EPERM':
      return new AppError(
        'invalid',
        `Can't ${doing}: permission denied${where}. Check who may write there.`,
        {
          cause: error,
        },
      )
    case 'EROFS':
      return new AppError('invalid', `Can't ${doing}: the file system is read-only${where}.`, {
        cause: error,
      })
    case 'ENOSPC':
    case 'EDQUOT':
      return new AppError(
        'busy',
        `Can't ${doing}: the disk is full${where}. Free some space and try again.`,
        {
          cause: error,
        },
      )
    case 'EMFILE':
    case 'ENFILE':
      return new AppError('busy', `Can't ${doing}: too many files are open${where}. Try again.`, {
        cause: error,
      })
    case 'EIO':
      return new AppError(
        'corrupt',
        `Can't ${doing}: the disk reports an error${where}. Check the disk.`,
        {
          cause: error,
        },
      )
    default:
      return error
  }
}

function shown(path: string): string {
  const cuts = INTERNAL.map((name) => `${path}${sep}`.indexOf(`${name}${sep}`)).filter(
    (at) => at > 0,
  )
  return cuts.length === 0 ? path : path.slice(0, Math.min(...cuts))
}
