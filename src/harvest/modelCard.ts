import { stringify } from 'yaml'
import { formatBytes, formatNumber } from '../base/text'
import type { TensorSpec } from '../registry/inspection'
import type { ModelVersion, RegisteredModel } from '../registry/model'
import { markdownCode, markdownParagraphs, markdownTable, markdownText } from './markdown'
import { bestDirection } from './names'
import { commitUrl } from './remoteUrl'

/** What is not in the registry and a card has a place for. */
export interface CardContext {
  /** An SPDX id, as the hub wants it: `apache-2.0`. */
  readonly license?: string
  readonly language?: string
  /** What the model does, as the hub names tasks: `tabular-classification`. */
  readonly task?: string
  readonly intendedUse?: string
  readonly limitations?: string
}

/** The hub's names of the metrics that have another one here (huggingface.co/metrics). */
const HUB_METRICS: ReadonlyMap<string, string> = new Map([
  ['f1_score', 'f1'],
  ['auc_roc', 'roc_auc'],
])
/** How the hub writes licences, those without an id of their own included. */
const LICENSE_ID = /^[a-z\d][a-z\d.+-]*$/i
/** What a stage of DVC depends on beside its data. */
const CODE = /\.(?:py|ipynb|r|jl|sh)$/i
/** Rows of a table; a card is read by people. */
const MAX_ROWS = 200

/**
 * A model card for a version, in the form of the Hugging Face hub: YAML front matter with a `model-index`, and sections
 * on use, data, metrics, lineage and files. A function of what is given, so that two runs give the same bytes.
 */
export function renderModelCard(
  model: Pick<RegisteredModel, 'name' | 'description' | 'tags'>,
  version: ModelVersion,
  production: ModelVersion | undefined,
  context: CardContext = {},
): string {
  const sections = [
    `# ${markdownText(model.name)} ${markdownText(version.version)}`,
    markdownParagraphs(version.description || model.description),
    use(version, context),
    data(version),
    inputsAndOutputs(version),
    metrics(version, production),
    parameters(version),
    lineage(version),
    files(version),
  ]
  const body = sections.filter((section) => section !== '').join('\n\n')
  return `---\n${frontMatter(model, version, context)}---\n\n${body}\n`
}

function frontMatter(
  model: Pick<RegisteredModel, 'name' | 'tags'>,
  version: ModelVersion,
  context: CardContext,
): string {
  const tags = { ...model.tags, ...version.tags }
  const task = context.task ?? tags.pipeline_tag
  const names = Object.keys(version.metrics)
  const baseModel = version.parameters.base_model ?? tags.base_model
  const dataset = version.source?.datasets?.find(({ path }) => !CODE.test(path))
  const fields = {
    ...licenseFields(context.license ?? tags.license),
    language: oneOrMore(context.language ?? tags.language),
    library_name: version.framework === 'custom' ? undefined : version.framework,
    pipeline_tag: task,
    tags: [version.framework, ...(version.format ? [version.format] : []), version.stage],
    base_model: typeof baseModel === 'string' ? oneOrMore(baseModel) : undefined,
    datasets: namesIn(tags.datasets),
    metrics: names.length > 0 ? names.map(hubMetric) : undefined,
    'model-index': [
      {
        name: model.name,
        // The hub refuses a result without a task and a data set, so both are named even where they are not known.
        results:
          names.length === 0
            ? []
            : [
                {
                  task: { type: task ?? 'other' },
                  dataset: {
                    type: dataset?.path ?? 'unknown',
                    name: dataset?.path ?? 'unknown',
                    ...(dataset?.digest ? { revision: dataset.digest } : {}),
                  },
                  metrics: names.map((name) => ({
                    type: hubMetric(name),
                    name,
                    value: version.metrics[name],
                  })),
                },
              ],
      },
    ],
  }
  // The hub reads cards with YAML 1.1, for which `no` (Norwegian) is false and `1e-7` a text.
  const written = stringify(withoutEmpty(fields), { lineWidth: 0, version: '1.1' })
  return written.replaceAll(/^(\s+value: -?\d+)(e[+-]\d+)$/gm, '$1.0$2')
}

function licenseFields(license: string | undefined): Readonly<Record<string, string>> {
  if (license === undefined || license === '') return {}
  return LICENSE_ID.test(license) ? { license } : { license: 'other', license_name: license }
}

/** The names that a tag lists, as they were read from a card's list. */
function namesIn(tag: string | undefined): readonly string[] | undefined {
  const names = (tag ?? '').split(/,\s*/).filter((name) => name !== '')
  return names.length > 0 ? names : undefined
}

function oneOrMore(tag: string | undefined): string | readonly string[] | undefined {
  const names = namesIn(tag)
  return names?.length === 1 ? names[0] : names
}

function hubMetric(name: string): string {
  return HUB_METRICS.get(name) ?? name
}

function withoutEmpty(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== ''),
  )
}

function section(title: string, ...parts: readonly string[]): string {
  const text = parts.filter((part) => part !== '').join('\n\n')
  return text === '' ? '' : `## ${title}\n\n${text}`
}

function bullets(entries: readonly (readonly [label: string, value: string])[]): string {
  return entries
    .filter(([, value]) => value !== '')
    .map(([label, value]) => `- ${label}: ${value}`)
    .join('\n')
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return ''
  const more = rows.length - MAX_ROWS
  const shown = markdownTable(columns, rows.slice(0, MAX_ROWS))
  return more > 0 ? `${shown}\n\nAnd ${more} more.` : shown
}

function use(version: ModelVersion, context: CardContext): string {
  return section(
    'Use',
    markdownParagraphs(context.intendedUse ?? ''),
    bullets([
      ['Reference', markdownCode(version.fullName)],
      ['Stage', markdownText(version.stage)],
      ['Framework', markdownText(version.framework)],
      ['Format', markdownText(version.format ?? '')],
      ['Where it lies', markdownCode(`model-registry path ${version.fullName}`)],
    ]),
    context.limitations ? `### Limitations\n\n${markdownParagraphs(context.limitations)}` : '',
  )
}

function data(version: ModelVersion): string {
  const rows = (version.source?.datasets ?? []).map(({ path, digest }) => [
    markdownCode(path),
    markdownCode(digest ?? ''),
  ])
  return section('Data', table(['Data set', 'Digest'], rows))
}

function inputsAndOutputs(version: ModelVersion): string {
  const { inputs = [], outputs = [] } = version.inspection?.summary ?? {}
  const row = (kind: string, { name, dtype, shape }: TensorSpec): string[] => [
    kind,
    markdownCode(name),
    markdownText(dtype ?? ''),
    shape === undefined ? '' : markdownCode(`[${shape.map((size) => size ?? '?').join(', ')}]`),
  ]
  const rows = [
    ...inputs.map((spec) => row('Input', spec)),
    ...outputs.map((spec) => row('Output', spec)),
  ]
  return section('Inputs and outputs', table(['', 'Name', 'Type', 'Shape'], rows))
}

function metrics(version: ModelVersion, production: ModelVersion | undefined): string {
  const other = production?.id === version.id ? undefined : production
  const names = new Set([...Object.keys(version.metrics), ...Object.keys(other?.metrics ?? {})])
  if (!other) {
    const rows = [...names].map((name) => [markdownCode(name), number(metric(version, name))])
    return section('Metrics', table(['Metric', 'Value'], rows))
  }
  const rows = [...names].map((name) => {
    const [now, before] = [metric(version, name), metric(other, name)]
    return [markdownCode(name), number(now), number(before), difference(name, now, before)]
  })
  const title = `In production (${markdownText(other.version)})`
  return section('Metrics', table(['Metric', 'This version', title, 'Difference'], rows))
}

/** A metric may be called `constructor`, which every record has. */
function metric({ metrics: record }: ModelVersion, name: string): number | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined
}

function number(value: number | undefined): string {
  return value === undefined ? '' : formatNumber(value)
}

function difference(name: string, now: number | undefined, before: number | undefined): string {
  if (now === undefined || before === undefined) return ''
  const change = now - before
  if (change === 0) return 'same'
  const isBetter = bestDirection(name) === 'min' ? change < 0 : change > 0
  return `${change > 0 ? '+' : ''}${formatNumber(change)} (${isBetter ? 'better' : 'worse'})`
}

function parameters(version: ModelVersion): string {
  const rows = Object.entries(version.parameters).map(([name, value]) => [
    markdownCode(name),
    markdownCode(String(value)),
  ])
  return section('Parameters', table(['Parameter', 'Value'], rows))
}

function lineage(version: ModelVersion): string {
  const { git, run, path, environment, notebook } = version.source ?? {}
  const link = git?.remote === undefined ? undefined : commitUrl(git.remote, git.commit)
  const commit = git ? markdownCode(git.commit.slice(0, 12)) : ''
  const packages = Object.entries(environment ?? {}).map(([name, value]) => [
    markdownCode(name),
    markdownCode(value),
  ])
  return section(
    'Lineage',
    bullets([
      ['Commit', link === undefined ? commit : `[${commit}](<${link}>)`],
      ['Branch', markdownCode(git?.branch ?? '')],
      ['Author of the commit', markdownText(git?.author ?? '')],
      ['Uncommitted changes', git ? (git.dirty ? 'yes' : 'no') : ''],
      ['Run', markdownCode(run ?? '')],
      ['Notebook', notebook ? `${markdownCode(notebook.path)}, cell ${notebook.cell}` : ''],
      ['Registered from', markdownCode(path ?? '')],
      ['Registered', `${version.createdAt} by ${markdownText(version.createdBy)}`],
    ]),
    table(['Package', 'Version'], packages),
  )
}

function files(version: ModelVersion): string {
  const rows = (version.artifact?.files ?? []).map(({ path, size, sha256 }) => [
    markdownCode(path),
    formatBytes(size),
    markdownCode(sha256),
  ])
  return section('Files', table(['File', 'Size', 'SHA-256'], rows))
}
