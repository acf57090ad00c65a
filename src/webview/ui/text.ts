import { escapeText } from '../../base/text'

const UNITS: readonly (readonly [size: number, unit: string])[] = [
  [1e15, 'Q'],
  [1e12, 'T'],
  [1e9, 'B'],
  [1e6, 'M'],
  [1e5, 'K'],
]

/** A count as people speak of it, three digits of it: `124 M`; exact below a hundred thousand: `9,824`. */
export function formatCount(count: number): string {
  for (const [size, unit] of UNITS) {
    // What rounds up to the next unit is written in it.
    if (count < size * 0.9995) continue
    const value = count / (unit === 'K' ? 1000 : size)
    const digits = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2
    return `${value.toFixed(digits)} ${unit}`
  }
  return formatExact(count)
}

/** `124,439,808` */
export function formatExact(count: number): string {
  return count.toLocaleString('en-US')
}

/** `12.3 %`, and `< 0.1 %` for what is not nothing. */
export function formatShare(part: number, whole: number): string {
  if (part === 0 || whole === 0) return '0 %'
  const percent = (100 * part) / whole
  if (percent < 0.1) return '< 0.1 %'
  return `${percent >= 99.95 ? 100 : percent.toFixed(1)} %`
}

/** `768 × 3072`; a free dimension is `?`, none at all a scalar. */
export function formatShape(shape: readonly (number | string | null)[]): string {
  if (shape.length === 0) return 'scalar'
  return shape
    .map((size) => (size === null ? '?' : typeof size === 'string' ? escapeText(size, 60) : size))
    .join(' × ')
}

/** The end of a text, where names differ: `…attn.q_proj`. */
export function shorten(text: string, length: number): string {
  return text.length <= length ? text : `…${text.slice(text.length - length + 1)}`
}
