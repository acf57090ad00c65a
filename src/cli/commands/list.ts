import type { Command } from 'commander'
import type { ModelRegistry } from '../../app'
import { formatAge } from '../../base/text'
import type { ModelVersion, RegisteredModel } from '../../registry/model'
import type { Style } from '../answer'
import { parseMoment } from '../moment'
import { metricsText, table } from '../print'
import type { Answering } from '../program'

const METRICS_SHOWN = 2

export function addList(program: Command, answering: Answering): void {
  program
    .command('list')
    .description('List the models with their versions, newest first.')
    .option(
      '--as-of <date>',
      'as they stood at that time, such as 2026-01-31 (its end, in UTC) or 2026-01-31T12:00:00Z',
    )
    .action(({ asOf }: { readonly asOf?: string }) =>
      answering(async (context) => {
        const registry = await context.open({ readOnly: true })
        const at = asOf === undefined ? undefined : parseMoment('--as-of', asOf)
        const models = at ? registry.modelsAt(at) : registry.listModels()
        const broken = registry.listBroken()
        return {
          json: modelsJson(models, broken),
          text: (style) => {
            for (const { error } of broken) context.note(error.message)
            if (models.length === 0 && broken.length === 0) {
              const then = at ? ` at ${at.toISOString()}` : ''
              context.note(`No models ${at ? 'were' : 'are'} registered here${then}.`)
            }
            return models.length === 0 ? '' : modelsTable(models, style, at ?? new Date())
          },
        }
      }),
    )
}

/** A model as `--json` gives it. */
export function modelJson({ name, description, tags, aliases, versions }: RegisteredModel) {
  return { name, description, tags, aliases, versions }
}

function modelsJson(
  models: readonly RegisteredModel[],
  broken: ReturnType<ModelRegistry['listBroken']>,
): unknown {
  const entries = [
    ...models.map(modelJson),
    ...broken.map(({ name, error }) => ({
      name,
      versions: [],
      error: { code: error.code, message: error.message },
    })),
  ]
  return entries.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
}

function modelsTable(models: readonly RegisteredModel[], style: Style, now: Date): string {
  const rows = models.flatMap((model) =>
    model.versions.length === 0
      ? [[model.name, '-', '-', '-', '-', '-']]
      : [...model.versions].reverse().map((version) => row(version, now)),
  )
  return table(['MODEL', 'VERSION', 'STAGE', 'FRAMEWORK', 'AGE', 'METRICS'], rows, style)
}

/** Versions as rows, in the order given. */
export function versionTable(versions: readonly ModelVersion[], style: Style, now: Date): string {
  if (versions.length === 0) return ''
  return table(
    ['MODEL', 'VERSION', 'STAGE', 'FRAMEWORK', 'AGE', 'METRICS'],
    versions.map((version) => row(version, now)),
    style,
  )
}

function row(version: ModelVersion, now: Date): string[] {
  const { model, stage, framework, createdAt, aliases } = version
  const label = aliases.length > 0 ? `${version.version} (${aliases.join(', ')})` : version.version
  return [
    model,
    label,
    stage,
    framework,
    formatAge(createdAt, now),
    metricsText(version, METRICS_SHOWN),
  ]
}
