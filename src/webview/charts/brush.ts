/** The part of an axis that is chosen: from 0 at its foot to 1 at its head. */
export type Brush = readonly [low: number, high: number]

export const WHOLE: Brush = [0, 1]

/** A little more than the places of values, which are sums of fractions. */
const ROUNDING = 1e-9

export function isWhole([low, high]: Brush): boolean {
  return low <= 0 && high >= 1
}

/** True for a version that crosses every axis within its brush; one without a value is on no part of an axis. */
export function isWithin(
  crossings: readonly (number | null)[],
  brushes: readonly Brush[],
): boolean {
  return brushes.every((brush, axis) => {
    if (isWhole(brush)) return true
    const along = crossings[axis] ?? null
    return along !== null && along >= brush[0] - ROUNDING && along <= brush[1] + ROUNDING
  })
}

/** A brush between two places, in whichever order the mouse went. */
export function between(a: number, b: number): Brush {
  const [low, high] = a < b ? [a, b] : [b, a]
  return [Math.max(0, low), Math.min(1, high)]
}

/** Where a key takes an end of a brush along an axis with these stops; `undefined` for other keys. */
export function stepped(
  brush: Brush,
  end: 'low' | 'high',
  key: string,
  stops: readonly number[],
): Brush | undefined {
  if (key === 'Escape') return WHOLE
  const [low, high] = brush
  const at = end === 'low' ? low : high
  const next = stopAfter(at, key, stops)
  if (next === undefined) return undefined
  return end === 'low' ? [Math.min(next, high), high] : [low, Math.max(next, low)]
}

function stopAfter(at: number, key: string, stops: readonly number[]): number | undefined {
  const above = stops.filter((stop) => stop > at + ROUNDING)
  const below = stops.filter((stop) => stop < at - ROUNDING)
  switch (key) {
    case 'ArrowUp':
    case 'ArrowRight':
      return above[0] ?? 1
    case 'ArrowDown':
    case 'ArrowLeft':
      return below.at(-1) ?? 0
    case 'PageUp':
      return above[4] ?? 1
    case 'PageDown':
      return below.at(-5) ?? 0
    case 'Home':
      return 0
    case 'End':
      return 1
    default:
      return undefined
  }
}
