import { numberOf } from './flatten'
import type { RunReader, Table } from './harvester'

/** Rows between two looks at the clock. */
const ROWS_IN_A_ROW = 2000

/**
 * The points of one column of a log: rows without a number in it are left out. Steps are the numbers of the `along`
 * column, or the rows' positions where there is none.
 */
export async function columnPoints(
  reader: RunReader,
  { columns, rows }: Table,
  column: string,
  along?: string,
): Promise<(readonly [step: number, value: number])[]> {
  const at = columns.indexOf(column)
  const steps = along === undefined ? -1 : columns.indexOf(along)
  const points: (readonly [number, number])[] = []
  for (const [index, row] of rows.entries()) {
    if (index % ROWS_IN_A_ROW === 0) await reader.turn()
    const value = numberOf(row[at] ?? '')
    if (value === undefined) continue
    const step = steps < 0 ? index : numberOf(row[steps] ?? '')
    points.push([step ?? index, value])
  }
  return points
}
