/** Units of size by their lower-case name: powers of 1000, and with an `i` of 1024. */
const SIZE_UNITS: ReadonlyMap<string, number> = new Map([
  ['b', 1],
  ...['k', 'm', 'g', 't', 'p'].flatMap((letter, index): [string, number][] => [
    [`${letter}b`, 1000 ** (index + 1)],
    [`${letter}ib`, 1024 ** (index + 1)],
  ]),
])

/** The bytes of a unit of size in any case: `MB` is 1,000,000, `MiB` 1,048,576; `undefined` for any other word. */
export function sizeUnit(unit: string): number | undefined {
  return SIZE_UNITS.get(unit.toLowerCase())
}

/** Bytes of `100MB`, `1.5 GiB` or `2048`; `undefined` where the text is no size. */
export function parseSize(text: string): number | undefined {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(text)
  if (!match) return undefined
  const factor = match[2] ? sizeUnit(match[2]) : 1
  return factor === undefined ? undefined : Number(match[1]) * factor
}

const ISO_DATE =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?)?$/i

/**
 * Milliseconds since 1970 of an ISO 8601 date (its first moment in UTC) or date and time (UTC where no zone is given);
 * `undefined` for anything else, 30 February among it.
 */
export function parseDate(text: string): number | undefined {
  const match = ISO_DATE.exec(text.trim())
  if (!match) return undefined
  const [whole, year, month, day, zone] = match
  const calendar = new Date(`${year}-${month}-${day}T00:00:00Z`)
  if (Number.isNaN(calendar.getTime()) || calendar.getUTCDate() !== Number(day)) return undefined
  if (whole.length === 10) return calendar.getTime()
  const iso = whole
    .toUpperCase()
    .replace(' ', 'T')
    .replace(/([+-]\d\d)(\d\d)$/, '$1:$2')
  const time = Date.parse(zone ? iso : `${iso}Z`)
  return Number.isNaN(time) ? undefined : time
}

/** The number that a text spells (`1e-4`, as YAML 1.1 leaves it), or `undefined`. */
export function parseNumber(text: string): number | undefined {
  if (!/^\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?\s*$/i.test(text)) return undefined
  const value = Number(text)
  return Number.isFinite(value) ? value : undefined
}
