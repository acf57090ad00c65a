import { escapeText, formatAge, formatBytes, formatNumber, plural } from '../base/text'
import { METRICS, type ModelVersion } from '../registry/model'
import type { Style } from './answer'

const GAP = '  '

/** Rows under a bold head, each column as wide as its widest cell; the last one is not padded. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  style: Style,
): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => escapeText(cell)))
  const widths = head.map((_, column) => Math.max(...cells.map((row) => width(row[column] ?? ''))))
  const lines = cells.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - width(cell)))
      .join(GAP)
      .trimEnd(),
  )
  const [first = '', ...rest] = lines
  return [style.bold(first), ...rest].join('\n')
}

/** In characters and not in code units, so that a letter beyond the basic plane does not shift its row. */
function width(text: string): number {
  return Array.from(text).length
}

/** Labels and values below one another; fields without a value are left out. */
export function fields(
  entries: readonly (readonly [label: string, value: string | undefined])[],
  style: Style,
): string {
  const shown = entries.filter((entry): entry is [string, string] => Boolean(entry[1]))
  const labels = Math.max(0, ...shown.map(([label]) => label.length))
  return shown
    .map(([label, value]) => `${style.bold(label.padEnd(labels))}${GAP}${escapeText(value, 4000)}`)
    .join('\n')
}

/** `accuracy 0.94, f1_score 0.91`: the well-known metrics first, `limit` of them. */
export function metricsText({ metrics }: ModelVersion, limit = Infinity): string {
  const known: readonly string[] = METRICS
  const names = Object.keys(metrics).sort((a, b) => rank(known, a) - rank(known, b))
  const shown = names.slice(0, limit).map((name) => `${name} ${formatNumber(metrics[name] ?? NaN)}`)
  return shown.join(', ') + (names.length > limit ? ', …' : '')
}

function rank(known: readonly string[], name: string): number {
  const index = known.indexOf(name)
  return index === -1 ? known.length : index
}

/** `name=value, …` of parameters or tags. */
function pairsText(values: Readonly<Record<string, unknown>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(', ')
}

function artifactText({ artifact }: ModelVersion): string | undefined {
  if (!artifact) return undefined
  const files = artifact.kind === 'folder' ? `${plural(artifact.files.length, 'file')}, ` : ''
  return `${artifact.uri} (${files}${formatBytes(artifact.size)})`
}

/** Everything about one version that a person asks for first. */
export function versionText(version: ModelVersion, style: Style, now: Date): string {
  const { source } = version
  return [
    style.bold(escapeText(version.fullName)),
    fields(
      [
        ['Stage', version.stage],
        ['Aliases', version.aliases.join(', ')],
        ['Framework', version.framework],
        ['Format', version.format],
        [
          'Created',
          `${version.createdAt} (${formatAge(version.createdAt, now)}) by ${version.createdBy}`,
        ],
        ['Description', version.description],
        ['Metrics', metricsText(version)],
        ['Parameters', pairsText(version.parameters)],
        ['Tags', pairsText(version.tags)],
        ['Artifact', artifactText(version)],
        ['SHA-256', version.artifact?.sha256],
        ['Source', source?.path],
        [
          'Commit',
          source?.git && `${source.git.commit}${source.git.dirty ? ' (changed since)' : ''}`,
        ],
        ['Run', source?.run],
        ['Notebook', source?.notebook && `${source.notebook.path}, cell ${source.notebook.cell}`],
        ['Data', source?.datasets?.map(({ path }) => path).join(', ')],
      ],
      style,
    ),
  ].join('\n')
}
