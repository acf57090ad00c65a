/** Where a part of a whole is drawn, in pixels. */
export interface Rectangle {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/**
 * Divides a rectangle into one for each weight, in their order and as square as can be: Bruls, Huizing and van Wijk,
 * "Squarified Treemaps" (2000). Weights are positive and sorted, largest first.
 */
export function squarify(weights: readonly number[], within: Rectangle): Rectangle[] {
  const result: Rectangle[] = []
  let free = within
  let left = weights.reduce((sum, weight) => sum + weight, 0)
  for (let start = 0; start < weights.length;) {
    const area = (free.width * free.height) / left
    const short = Math.min(free.width, free.height)
    let end = start + 1
    let sum = weights[start] ?? 0
    while (end < weights.length) {
      const next = sum + (weights[end] ?? 0)
      if (
        worst(weights, start, end + 1, next, area, short) >
        worst(weights, start, end, sum, area, short)
      )
        break
      sum = next
      end++
    }
    free = layRow(weights.slice(start, end), { sum, share: sum / left }, free, result)
    left -= sum
    start = end
  }
  return result
}

/** How far from a square the least square one of a row is. */
function worst(
  weights: readonly number[],
  start: number,
  end: number,
  sum: number,
  area: number,
  short: number,
): number {
  const thickness = (sum * area) / short
  let result = 1
  // The first is the largest, the last the smallest: between them nothing is worse.
  for (const weight of [weights[start] ?? 0, weights[end - 1] ?? 0]) {
    const length = (weight * area) / thickness
    result = Math.max(result, length / thickness, thickness / length)
  }
  return result
}

/** Lays a row along the short side and returns what is left free. */
function layRow(
  row: readonly number[],
  { sum, share }: { readonly sum: number; readonly share: number },
  free: Rectangle,
  result: Rectangle[],
): Rectangle {
  const { x, y, width, height } = free
  let done = 0
  if (width >= height) {
    const thickness = width * share
    for (const weight of row) {
      result.push({
        x,
        y: y + (done / sum) * height,
        width: thickness,
        height: (weight / sum) * height,
      })
      done += weight
    }
    return { x: x + thickness, y, width: width - thickness, height }
  }
  const thickness = height * share
  for (const weight of row) {
    result.push({
      x: x + (done / sum) * width,
      y,
      width: (weight / sum) * width,
      height: thickness,
    })
    done += weight
  }
  return { x, y: y + thickness, width, height: height - thickness }
}
