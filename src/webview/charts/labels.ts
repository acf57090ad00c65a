/** Between a point and its label. */
const GAP = 9
/** How far a point reaches around its middle. */
const POINT = 4

/** A text at a point, before anybody knows whether it fits. */
export interface Label {
  readonly x: number
  readonly y: number
  readonly text: string
}

/** A label with its own left end and middle. */
export interface PlacedLabel extends Label {
  readonly left: number
  readonly middle: number
}

interface Box {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/**
 * Puts labels beside their points: right of them, left, above or below, wherever nothing stands yet. What finds no place
 * is left out, so the first ones should be those that matter.
 */
export function placeLabels(
  labels: readonly Label[],
  within: Box,
  widthOf: (text: string) => number,
  height: number,
  points: readonly Pick<Label, 'x' | 'y'>[] = [],
): PlacedLabel[] {
  const taken: Box[] = []
  const placed: PlacedLabel[] = []
  for (const label of labels) {
    const width = widthOf(label.text)
    const { x, y } = label
    const places = [
      { left: x + GAP, middle: y },
      { left: x - GAP - width, middle: y },
      { left: x - width / 2, middle: y - GAP - height / 2 },
      { left: x - width / 2, middle: y + GAP + height / 2 },
    ]
    const isFree = ({ left, middle }: { left: number; middle: number }): boolean => {
      const box = boxOf(left, middle, width, height)
      return isInside(box, within) && !taken.some((other) => meet(box, other))
    }
    // Points may be covered where there is no other way: a halo keeps the text legible.
    const free =
      places.find(
        (one) => isFree(one) && !covers(boxOf(one.left, one.middle, width, height), points),
      ) ?? places.find(isFree)
    if (!free) continue
    taken.push(boxOf(free.left, free.middle, width, height))
    placed.push({ ...label, ...free })
  }
  return placed
}

function boxOf(left: number, middle: number, width: number, height: number): Box {
  return { left, right: left + width, top: middle - height / 2, bottom: middle + height / 2 }
}

function covers(box: Box, points: readonly Pick<Label, 'x' | 'y'>[]): boolean {
  return points.some(
    ({ x, y }) =>
      x > box.left - POINT &&
      x < box.right + POINT &&
      y > box.top - POINT &&
      y < box.bottom + POINT,
  )
}

function isInside(box: Box, within: Box): boolean {
  return (
    box.left >= within.left &&
    box.right <= within.right &&
    box.top >= within.top &&
    box.bottom <= within.bottom
  )
}

function meet(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
}

/**
 * The heights of labels at the ends of lines, moved apart until none covers another, in the order of what they name.
 * `undefined` where there are more than there is room for.
 */
export function spread(
  wanted: readonly number[],
  top: number,
  bottom: number,
  height: number,
): readonly number[] | undefined {
  if (wanted.length * height > bottom - top) return undefined
  const order = wanted.map((y, index) => ({ y, index })).sort((a, b) => a.y - b.y)
  let free = top + height / 2
  for (const one of order) {
    one.y = Math.max(one.y, free)
    free = one.y + height
  }
  let limit = bottom - height / 2
  for (const one of order.toReversed()) {
    one.y = Math.min(one.y, limit)
    limit = one.y - height
  }
  const result: number[] = []
  for (const { y, index } of order) result[index] = y
  return result
}

/** A text of at most `room` pixels, with an ellipsis where it was longer. */
export function fitText(text: string, room: number, widthOf: (text: string) => number): string {
  if (widthOf(text) <= room) return text
  let [fits, tooLong] = [0, text.length]
  while (tooLong - fits > 1) {
    const half = (fits + tooLong) >> 1
    if (widthOf(`${text.slice(0, half)}…`) <= room) fits = half
    else tooLong = half
  }
  return `${text.slice(0, fits)}…`
}
