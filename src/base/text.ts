const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']

/** Bytes as people read them, in powers of 1000: `12.3 GB`. */
export function formatBytes(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000
    unit++
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1
  return `${value.toFixed(digits)} ${UNITS[unit]}`
}

/** `1 file`, `3 files`. */
export function plural(count: number, noun: string, nouns = `${noun}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? noun : nouns}`
}

const AGES: readonly (readonly [milliseconds: number, unit: string])[] = [
  [365 * 86_400_000, 'y'],
  [30 * 86_400_000, 'mo'],
  [7 * 86_400_000, 'w'],
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
]

/** How long ago, in one short term: `2 d`, `just now`. */
export function formatAge(at: string, now: Date): string {
  const elapsed = now.getTime() - Date.parse(at)
  for (const [length, unit] of AGES) {
    if (elapsed >= length) return `${Math.floor(elapsed / length)} ${unit}`
  }
  return 'just now'
}

/** How long ago, within a sentence: `2 d ago`, `just now`. */
export function formatAgo(at: string, now: Date): string {
  const age = formatAge(at, now)
  return age === 'just now' ? age : `${age} ago`
}

/** A metric's value in at most five significant digits: `0.94`, `1.2346e-7`. */
export function formatNumber(value: number): string {
  return String(Number(value.toPrecision(5)))
}

// C0 and C1 controls, bidirectional overrides and isolates, zero-width and line separators:
// everything that can make a terminal or a label show what is not there.
const UNPRINTABLE =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g

/** Text from a file, safe to print: control and bidirectional characters become `\xNN` or `\uNNNN`; cut at `limit`. */
export function escapeText(text: string, limit = 200): string {
  const escaped = text.slice(0, limit).replace(UNPRINTABLE, (character) => {
    const code = character.charCodeAt(0)
    return code < 256
      ? `\\x${code.toString(16).padStart(2, '0')}`
      : `\\u${code.toString(16).padStart(4, '0')}`
  })
  return text.length > limit ? `${escaped}…` : escaped
}

/** `a`, `a and b`, `a, b and c`. */
export function listing(items: readonly string[]): string {
  return items.length < 2
    ? (items[0] ?? '')
    : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`
}
