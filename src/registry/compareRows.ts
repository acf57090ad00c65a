import type { ComparisonCell, ComparisonRow } from './compare'
import type { ModelVersion } from './model'

/** Every name that a record of one of the versions has, in order. */
export function keysOf(
  versions: readonly ModelVersion[],
  record: (version: ModelVersion) => object,
): string[] {
  return [...new Set(versions.flatMap((version) => Object.keys(record(version))))].sort()
}

/** A row for each name of a record. */
export function recordRows(
  versions: readonly ModelVersion[],
  record: (version: ModelVersion) => Readonly<Record<string, unknown>>,
): ComparisonRow[] {
  return keysOf(versions, record).map((name) =>
    textRow(name, versions, (version) => {
      const own = record(version)
      const value = Object.hasOwn(own, name) ? own[name] : undefined
      return typeof value === 'string' || value === undefined ? value : JSON.stringify(value)
    }),
  )
}

export function textRow(
  name: string,
  versions: readonly ModelVersion[],
  read: (version: ModelVersion) => string | undefined,
): ComparisonRow {
  const texts = versions.map((version) => read(version) || undefined)
  return {
    name,
    cells: texts.map((text): ComparisonCell => ({ text })),
    differs: new Set(texts).size > 1,
  }
}

/** Rows of what at least one version has. */
export function rowsOf(
  versions: readonly ModelVersion[],
  fields: Readonly<Record<string, (version: ModelVersion) => string | undefined>>,
): ComparisonRow[] {
  return Object.entries(fields)
    .map(([name, read]) => textRow(name, versions, read))
    .filter(({ cells }) => cells.some(({ text }) => text !== undefined))
}
