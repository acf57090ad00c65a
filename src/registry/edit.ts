import { checkAlias, checkAliasDistinct } from './aliases'
import type { ChangeRunner } from './changeRunner'
import { requireDocument } from './changeRunner'
import {
  aliasTarget,
  modelUpdated,
  requireVersion,
  transitioned,
  updated,
  withAlias,
  type Change,
} from './changes'
import { checkDescription, checkGiven, checkMetrics, checkParameters, checkTags } from './fields'
import { parseFramework } from './framework'
import type { Metrics, ModelDocument, ModelVersion, Parameters, Tags, VersionRecord } from './model'
import { checkName } from './names'
import { checkPromotion, type PromotionOptions } from './promotion'
import { parseStage } from './stage'

/** Named values are set beside what is there; `remove` takes names away. */
export interface VersionChanges {
  readonly metrics?: Metrics
  readonly parameters?: Parameters
  readonly tags?: Tags
  readonly description?: string
  readonly framework?: string
  readonly remove?: {
    readonly metrics?: readonly string[]
    readonly parameters?: readonly string[]
    readonly tags?: readonly string[]
  }
  readonly note?: string
}

export interface ModelChanges {
  readonly description?: string
  readonly tags?: Tags
  readonly remove?: { readonly tags?: readonly string[] }
  readonly note?: string
}

/** Moves a version to a stage, where it may go there; see `Registry.transitionStage`. */
export async function transitionStage(
  runner: ChangeRunner,
  name: string,
  version: string,
  stage: string,
  options: PromotionOptions & { readonly note?: string } = {},
): Promise<ModelVersion> {
  const target = parseStage(stage)
  const doing = `move ${name}:${version} to ${target}`
  for (;;) {
    const current = (await runner.snapshotNow(name))?.getVersion(version)
    const allowed =
      current && current.stage !== target
        ? await runner.explained(doing, () => checkPromotion(runner, current, target, options))
        : {}
    let isChecked = true
    const moved = await changeVersion(runner, doing, name, version, (document, record) => {
      // Rules speak of what they saw: where the model was changed meanwhile, they are asked again.
      isChecked = runner.snapshot(name)?.getVersion(version) === current
      if (!isChecked || record.stage === target) return undefined
      const author = { ...runner.author(undefined, options.note), ...allowed }
      return transitioned(document, record, target, author)
    })
    if (isChecked) return moved
  }
}

/** @throws AppError `notFound`, `invalid` with the name of the value. */
export async function updateVersion(
  runner: ChangeRunner,
  name: string,
  version: string,
  changes: VersionChanges,
): Promise<ModelVersion> {
  checkGiven('A change', changes)
  const metrics = checked(changes.metrics, checkMetrics)
  const parameters = checked(changes.parameters, checkParameters)
  const tags = checked(changes.tags, checkTags)
  const description = checked(changes.description, checkDescription)
  const framework = checked(changes.framework, parseFramework)
  const { remove } = changes
  return changeVersion(runner, `update ${name}:${version}`, name, version, (document, record) => {
    const fields: Partial<{ -readonly [K in keyof VersionRecord]: VersionRecord[K] }> = {}
    if (metrics || remove?.metrics)
      fields.metrics = merged(record.metrics, metrics, remove?.metrics)
    if (parameters || remove?.parameters) {
      fields.parameters = merged(record.parameters, parameters, remove?.parameters)
    }
    if (tags || remove?.tags) fields.tags = merged(record.tags, tags, remove?.tags)
    if (description !== undefined) fields.description = description
    if (framework !== undefined) fields.framework = framework
    const effective = changedFields(record, fields)
    if (Object.keys(effective).length === 0) return undefined
    return updated(document, record, effective, runner.author(undefined, changes.note))
  })
}

export async function updateModel(
  runner: ChangeRunner,
  name: string,
  changes: ModelChanges,
): Promise<void> {
  checkGiven('A change', changes)
  const tags = checked(changes.tags, checkTags)
  const description = checked(changes.description, checkDescription)
  await runner.write(`update ${name}`, () =>
    runner.change(name, async (current) => {
      const document = requireDocument(name, current)
      const fields: { description?: string; tags?: Tags } = {}
      if (description !== undefined) fields.description = description
      if (tags || changes.remove?.tags)
        fields.tags = merged(document.tags, tags, changes.remove?.tags)
      const effective = changedFields(document, fields)
      if (Object.keys(effective).length === 0) return undefined
      return {
        change: modelUpdated(document, effective, runner.author(undefined, changes.note)),
      }
    }),
  )
}

/** Makes the alias point at this version, wherever it pointed before. */
export async function setAlias(
  runner: ChangeRunner,
  name: string,
  alias: string,
  version: string,
): Promise<ModelVersion> {
  checkAlias(alias)
  const doing = `set alias ${alias} of ${name}`
  return changeVersion(runner, doing, name, version, (document, record) => {
    if (aliasTarget(document, alias) === version) return undefined
    checkAliasDistinct(document, alias)
    return withAlias(document, alias, record, runner.author())
  })
}

/** `false` where the model has no such alias. */
export async function removeAlias(
  runner: ChangeRunner,
  name: string,
  alias: string,
): Promise<boolean> {
  let removed = false
  await runner.write(`remove alias ${alias} of ${name}`, () =>
    runner.change(name, async (current) => {
      const document = requireDocument(name, current)
      removed = Object.hasOwn(document.aliases, alias)
      if (!removed) return undefined
      return { change: withAlias(document, alias, undefined, runner.author()) }
    }),
  )
  return removed
}

/** Runs a change of one version of one model; a callback that returns nothing changes nothing. */
function changeVersion(
  runner: ChangeRunner,
  doing: string,
  name: string,
  version: string,
  change: (document: ModelDocument, record: VersionRecord) => Change | undefined,
): Promise<ModelVersion> {
  checkName('model', name)
  checkName('version', version)
  return runner.write(doing, () =>
    runner.change(name, async (current) => {
      const document = requireDocument(name, current)
      const result = change(document, requireVersion(document, version))
      return result ? { change: result, version } : { version }
    }),
  )
}

/** What is not given is not changed. */
function checked<T>(value: unknown, check: (value: unknown) => T): T | undefined {
  return value === undefined ? undefined : check(value)
}

function merged<T>(
  current: Readonly<Record<string, T>>,
  added: Readonly<Record<string, T>> | undefined,
  removed: readonly string[] | undefined,
): Record<string, T> {
  const result = { ...current, ...added }
  for (const name of removed ?? []) if (!added || !Object.hasOwn(added, name)) delete result[name]
  return result
}

/** Only what differs, so that an update that changes nothing leaves no trace. */
function changedFields<T extends object>(current: object, fields: T): T {
  const before = new Map<string, unknown>(Object.entries(current))
  return Object.fromEntries(
    Object.entries(fields).filter(
      ([key, value]) => JSON.stringify(value) !== JSON.stringify(before.get(key)),
    ),
  ) as T
}
