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

/**
 * What tells a tensor or module apart in little room, counted in characters: `model.layers.0.mlp.up_proj.weight` becomes
 * `mlp.up_proj.weight`, then `up_proj.weight`, `up_proj` and `up_pr…`.
 */
export function fitName(name: string, room: number): string {
  const parts = name.split(/(?<=[^./])[./](?=[^./])/)
  let from = 0
  for (const [index, part] of parts.entries()) {
    if (name.length - from <= room) return name.slice(from)
    if (index < parts.length - 2) from += part.length + 1
  }
  const telling = parts.at(-2) ?? name
  return telling.length <= room ? telling : `${telling.slice(0, Math.max(1, room - 1))}…`
}

/** A text of several lines from a file or document: lines stay lines, whatever else can't be seen is written out. */
export function escapeLines(text: string, limit = 2000): string {
  return text
    .split(/\r?\n/)
    .map((line) => escapeText(line, limit))
    .join('\n')
}
