const DAY = /^(\d{4})-(\d{2})-(\d{2})$/
const TIME = /^(\d{4})-(\d{2})-(\d{2})[T ]+(\d{2}):(\d{2})$/

/** A time as a person writes it, in their own zone; a day means its end, since what was done on it counts. */
export function parseMoment(text: string): Date | undefined {
  const trimmed = text.trim()
  const [, year, month, day, hour, minute] = DAY.exec(trimmed) ?? TIME.exec(trimmed) ?? []
  if (year === undefined || month === undefined || day === undefined) return undefined
  const date = new Date(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour ?? 23),
    Number(minute ?? 59),
    59,
    999,
  )
  // 31 February would be a day in March, and 14:60 a time after 15:00.
  const isSame =
    date.getMonth() === Number(month) - 1 &&
    date.getDate() === Number(day) &&
    date.getMinutes() === Number(minute ?? 59)
  return isSame ? date : undefined
}
