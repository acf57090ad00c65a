import { AppError } from '../base/errors'
import { parseDate } from '../registry/search/literals'

const DAY_MILLISECONDS = 24 * 60 * 60 * 1000

/**
 * A time as it is written on the command line, in UTC where no zone is given. A day means its end: what was done on it
 * counts. The future is as good as now.
 * @throws AppError `invalid` that names the option.
 */
export function parseMoment(option: string, text: string): Date {
  const time = parseDate(text)
  if (time !== undefined) {
    const isDay = text.trim().length === '2026-01-31'.length
    return new Date(Math.min(isDay ? time + DAY_MILLISECONDS - 1 : time, Date.now()))
  }
  throw new AppError(
    'invalid',
    `${option} is ${JSON.stringify(text)}, not a date such as 2026-01-31 or a time such as 2026-01-31T14:30:00Z.`,
  )
}
