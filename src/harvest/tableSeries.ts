import { numberOf } from './flatten'
import type { Table } from './harvester'

/**
 * The points of one column of a log: rows without a number in it are left out. Steps are the numbers of the `along`
 * column, or the rows' positions where there is none.
 */
export function columnPoints(
  { columns, rows }: Table,
  column: string,
  along?: string,
): (readonly [step: number, value: number])[] {
  const at = columns.indexOf(column)
  const steps = along === undefined ? -1 : columns.indexOf(along)
  const points: (readonly [number, number])[] = []
  for (const [index, row] of rows.entries()) {
    const value = numberOf(row[at] ?? '')
    if (value === undefined) continue
    const step = steps < 0 ? index : numberOf(row[steps] ?? '')
    points.push([step ?? index, value])
  }
  return points
}
