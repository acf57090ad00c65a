import { parse } from 'csv-parse'
import { AppError } from '../base/errors'
import { Slices } from './slices'
import type { Table } from './harvester'

/** Characters handed to the parser at once. */
const PIECE = 16_384
/** A number where a comma is the decimal mark: a spreadsheet saves a log so, with another separator. */
const DECIMAL_COMMA = /^[+-]?\d*,\d+(?:e[+-]?\d+)?$/i
/** Columns of a log: one with 1,000 metrics is real. */
const MAX_COLUMNS = 5000

/** The separator of a header line: the one of `,`, tab and `;` that is there most often. */
export function delimiterOf(header: string): string {
  const counts = [',', '\t', ';'].map((mark) => [header.split(mark).length, mark] as const)
  return counts.reduce((best, next) => (next[0] > best[0] ? next : best))[1]
}

/**
 * A CSV or TSV log. Rows may be shorter or longer than the header (a writer that was stopped, a column that came
 * later): cells go by the header, surplus ones are dropped.
 * @throws AppError `corrupt` where quotes don't close.
 */
export async function parseDelimited(
  text: string,
  signal: AbortSignal | undefined,
  delimiter = delimiterOf(text.slice(0, text.indexOf('\n') + 1 || undefined)),
): Promise<Table> {
  const rows: string[][] = []
  const parser = parse({
    delimiter,
    relaxColumnCount: true,
    relaxQuotes: true,
    skipEmptyLines: true,
    trim: true,
  })
  const drained = async (): Promise<void> => {
    for await (const row of parser) {
      if (!Array.isArray(row)) continue
      const cells = row.slice(0, MAX_COLUMNS).map(String)
      rows.push(delimiter === ',' ? cells : cells.map(withDecimalPoint))
    }
  }
  const done = drained()
  // A failure is awaited below; until then it must not count as unhandled.
  done.catch(() => undefined)
  const slices = new Slices(signal)
  try {
    for (let at = 0; at < text.length && !parser.errored; at += PIECE) {
      parser.write(text.slice(at, at + PIECE))
      await slices.turn()
    }
    parser.end()
    await done
  } catch (cause) {
    parser.destroy()
    if (cause instanceof AppError) throw cause
    throw new AppError('corrupt', "It isn't a table: a quoted cell does not end.", { cause })
  }
  const [columns = [], ...body] = rows
  return { columns, rows: body }
}

function withDecimalPoint(cell: string): string {
  return DECIMAL_COMMA.test(cell) ? cell.replace(',', '.') : cell
}
