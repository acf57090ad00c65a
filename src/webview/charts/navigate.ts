import type { Mark } from './marks'

/** Where somebody is among the marks. */
export interface Spot {
  readonly row: number
  readonly index: number
}

type Rows = readonly (readonly Pick<Mark, 'x' | 'y'>[])[]

/** Marks that PageUp and PageDown go past. */
const PAGE = 10

/** The first mark there is. */
export function firstSpot(rows: Rows): Spot | undefined {
  const row = rows.findIndex((marks) => marks.length > 0)
  return row < 0 ? undefined : { row, index: 0 }
}

/** Where a key leads; `undefined` for keys that lead nowhere. */
export function moved(rows: Rows, from: Spot, key: string): Spot | undefined {
  const last = (rows[from.row]?.length ?? 0) - 1
  const along = (index: number): Spot => ({
    row: from.row,
    index: Math.max(0, Math.min(last, index)),
  })
  switch (key) {
    case 'ArrowLeft':
      return along(from.index - 1)
    case 'ArrowRight':
      return along(from.index + 1)
    case 'PageUp':
      return along(from.index - PAGE)
    case 'PageDown':
      return along(from.index + PAGE)
    case 'Home':
      return along(0)
    case 'End':
      return along(last)
    case 'ArrowUp':
      return across(rows, from, -1)
    case 'ArrowDown':
      return across(rows, from, 1)
    default:
      return undefined
  }
}

/** To the mark of the next row that is nearest from left to right; within the only row, to the next mark. */
function across(rows: Rows, from: Spot, by: 1 | -1): Spot {
  const filled = rows.flatMap((marks, row) => (marks.length > 0 ? [row] : []))
  if (filled.length < 2) {
    return moved(rows, from, by > 0 ? 'ArrowRight' : 'ArrowLeft') ?? from
  }
  const row = filled[filled.indexOf(from.row) + by]
  if (row === undefined) return from
  const x = rows[from.row]?.[from.index]?.x ?? 0
  const marks = rows[row] ?? []
  let index = 0
  for (const [candidate, mark] of marks.entries())
    if (Math.abs(mark.x - x) < Math.abs((marks[index]?.x ?? 0) - x)) index = candidate
  return { row, index }
}

/** The mark that is nearest to a point, and not farther than `reach`. */
export function nearestSpot(rows: Rows, x: number, y: number, reach: number): Spot | undefined {
  let best: Spot | undefined
  let least = reach * reach
  for (const [row, marks] of rows.entries()) {
    for (const [index, mark] of marks.entries()) {
      const away = (mark.x - x) ** 2 + (mark.y - y) ** 2
      if (away <= least) [best, least] = [{ row, index }, away]
    }
  }
  return best
}
