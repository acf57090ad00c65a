import { escapeText, formatNumber } from '../../base/text'
import { compareMetric, metricDirection } from '../../registry/metricDirection'
import type { DirectionOverrides, MetricDirection } from '../../registry/metricDirection'
import type { ModelVersion, RegisteredModel } from '../../registry/model'
import type { ArtifactTrouble } from './node'
import { artifactSize, scanText, stageTitle } from './texts'

/** Longer lists are cut: a tooltip is for a glance. */
const ROWS = 12

export interface TooltipOptions {
  /** The version in production that metrics are compared with, if it is another one. */
  readonly production: ModelVersion | undefined
  readonly trouble: ArtifactTrouble | undefined
  /** Which way metrics get better, where a person has said so. */
  readonly directions: DirectionOverrides
  /** Command links, as Markdown that we made ourselves. */
  readonly links: readonly string[]
}

const TROUBLE: Readonly<Record<ArtifactTrouble, string>> = {
  missing: '$(warning) The artifact is not on this machine.',
  damaged: '$(warning) The artifact is not what was registered.',
}

/** A version at a glance, as Markdown; every text of the registry is escaped. */
export function versionTooltip(version: ModelVersion, options: TooltipOptions): string {
  const aliases = version.aliases.map((alias) => `\`@${alias}\``).join(' ')
  const parts = [
    `**${escapeMarkdown(version.fullName)}** — ${stageTitle(version.stage)}${aliases && ` ${aliases}`}`,
    escapeMarkdown(version.description, 500),
    options.trouble ? TROUBLE[options.trouble] : '',
    scanLine(version),
    metricsTable(version, options),
    factsTable(version),
    options.links.join(' · '),
  ]
  return parts.filter((part) => part !== '').join('\n\n')
}

/** A model at a glance, likewise. */
export function modelTooltip(model: RegisteredModel): string {
  const { latestVersion, productionVersion } = model
  const facts: [string, string | undefined][] = [
    ['Versions', String(model.versions.length)],
    ['Latest', latestVersion && escapeMarkdown(latestVersion.version)],
    ['In production', productionVersion && escapeMarkdown(productionVersion.version)],
    ['Aliases', listed(model.aliases)],
    ['Tags', listed(model.tags)],
    ['Registered', dated(model.createdAt)],
  ]
  const parts = [
    `**${escapeMarkdown(model.name)}**`,
    escapeMarkdown(model.description, 500),
    table(facts),
  ]
  return parts.filter((part) => part !== '').join('\n\n')
}

/** What the scan says and why, where that is more than "clean". */
function scanLine(version: ModelVersion): string {
  const text = scanText(version)
  const first = version.scan?.findings[0]?.message
  return text === ''
    ? ''
    : `$(shield) Scan: ${text}${first === undefined ? '' : ` — ${escapeMarkdown(first)}`}`
}

function metricsTable(version: ModelVersion, { production, directions }: TooltipOptions): string {
  const metrics = Object.entries(version.metrics)
  if (metrics.length === 0) return ''
  const head = production
    ? `| Metric | | to ${escapeMarkdown(production.version)} |\n|:--|--:|:--|`
    : '| Metric | |\n|:--|--:|'
  const rows = metrics.slice(0, ROWS).map(([name, value]) => {
    const cells = [escapeMarkdown(name, 60), formatNumber(value)]
    if (production)
      cells.push(difference(value, production.metrics[name], metricDirection(name, directions)))
    return `| ${cells.join(' | ')} |`
  })
  if (metrics.length > ROWS) rows.push(`| and ${metrics.length - ROWS} more | |`)
  return [head, ...rows].join('\n')
}

/** In words as well as by sign: whether up is good depends on the metric. */
function difference(value: number, other: number | undefined, direction: MetricDirection): string {
  if (other === undefined) return ''
  const change = value - other
  if (change === 0) return '='
  const better = compareMetric(value, other, direction) < 0
  return `${change > 0 ? '+' : '−'}${formatNumber(Math.abs(change))} ${better ? 'better' : 'worse'}`
}

function factsTable(version: ModelVersion): string {
  const { artifact, source } = version
  const facts: [string, string | undefined][] = [
    ['Framework', escapeMarkdown(version.framework)],
    ['Artifact', artifact && escapeMarkdown(artifact.uri)],
    ['Size', artifactSize(version)],
    ['SHA-256', artifact && `\`${artifact.sha256.slice(0, 12)}…\``],
    ['From', source?.path === undefined ? undefined : escapeMarkdown(source.path)],
    [
      'Commit',
      source?.git &&
        `\`${source.git.commit.slice(0, 10)}\`${source.git.dirty ? ' with changes' : ''}`,
    ],
    ['Tags', listed(version.tags)],
    ['Parameters', listed(version.parameters)],
    ['Registered', `${dated(version.createdAt)} by ${escapeMarkdown(version.createdBy)}`],
  ]
  return table(facts)
}

function table(facts: readonly (readonly [name: string, value: string | undefined])[]): string {
  const rows = facts.flatMap(([name, value]) => (value ? [`| ${name} | ${value} |`] : []))
  return ['| | |', '|:--|:--|', ...rows].join('\n')
}

function dated(at: string): string {
  return `${at.slice(0, 16).replace('T', ' ')} UTC`
}

function listed(values: Readonly<Record<string, unknown>>): string {
  const entries = Object.entries(values)
  const shown = entries
    .slice(0, ROWS)
    .map(([name, value]) => escapeMarkdown(`${name}=${String(value)}`, 80))
  if (entries.length > ROWS) shown.push(`and ${entries.length - ROWS} more`)
  return shown.join(', ')
}

/** Text that shows as itself: no link, image, icon, emphasis, table cell or HTML can come out of it. */
export function escapeMarkdown(text: string, limit = 200): string {
  return escapeText(text.replaceAll(/\r?\n|\t/g, ' '), limit)
    .replaceAll('&', '&amp;')
    .replaceAll(/[\\`*_{}[\]()#+\-.!|~$:@/]/g, (character) => `&#${character.charCodeAt(0)};`)
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
}
