import type { ModelRegistry } from '../../app'
import { AppError } from '../../base/errors'
import { checkVersionFree, newDocument } from '../../registry/changes'
import { checkDescription } from '../../registry/fields'
import type { ModelFramework } from '../../registry/framework'
import { nameKey, nameProblem } from '../../registry/names'
import type { PathSource } from '../../registry/ports'
import type { RegisterRequest } from '../../registry/registry'
import { nextVersion } from '../../registry/semver'
import { parseMetrics, parseParameters, parseTags } from '../input/assignments'

/** What a person has said so far of a registration, as it was typed: nothing is lost by going back. */
export interface Draft {
  name: string
  version: string
  metrics: string
  parameters: string
  tags: string
  description: string
  /** Absolute paths of the data that the model was made from. */
  datasets: readonly string[]
  /** `undefined` is what the content says. */
  framework: ModelFramework | undefined
  /** `undefined` registers metadata alone. */
  artifact: PathSource | undefined
  /** What the content says, to be shown. */
  readonly guessedFramework: string | undefined
}

/** @throws AppError `invalid` for what can't be read as metrics, parameters or tags. */
export function toRequest(draft: Draft): RegisterRequest {
  const { name, version, framework, artifact } = draft
  return {
    name,
    version,
    ...(framework === undefined ? {} : { framework }),
    metrics: parseMetrics(draft.metrics),
    parameters: parseParameters(draft.parameters),
    tags: parseTags(draft.tags),
    description: checkDescription(draft.description),
    ...(artifact ? { artifact } : {}),
  }
}

/** The versions of a model whose names are taken, those in the trash included. */
export function takenVersions(registry: ModelRegistry, name: string): readonly string[] {
  const trashed = registry.listTrash().filter(({ model }) => nameKey(model) === nameKey(name))
  return [
    ...registry.listVersions(name).map(({ version }) => version),
    ...trashed.map(({ record }) => record.version),
  ]
}

/** The next version of a model; a new one begins with the first. */
export function proposeVersion(registry: ModelRegistry, name: string): string {
  return nextVersion(takenVersions(registry, name))
}

/** What is wrong with a name for a model that is registered, as a sentence. */
export function modelProblem(registry: ModelRegistry, name: string): string | undefined {
  const problem = nameProblem('model', name)
  if (problem) return problem
  const broken = registry.listBroken().find((model) => nameKey(model.name) === nameKey(name))
  if (broken) return broken.error.message
  const other = registry
    .listModels()
    .find((model) => nameKey(model.name) === nameKey(name) && model.name !== name)
  return other && `"${name}" differs only in case from the model "${other.name}".`
}

/** What is wrong with a name for a new version of a model, as a sentence. */
export function versionProblem(
  registry: ModelRegistry,
  name: string,
  version: string,
): string | undefined {
  const problem = nameProblem('version', version)
  if (problem) return problem
  const trash = registry.listTrash().flatMap(({ model, record }) => (model === name ? record : []))
  const document = newDocument(name, new Date(0))
  try {
    checkVersionFree({ ...document, versions: registry.listVersions(name), trash }, version)
    return undefined
  } catch (error) {
    if (error instanceof AppError) return error.message
    throw error
  }
}

/** The model whose versions came from the same file before, if there is one: this is its next version. */
export function modelOfSource(registry: ModelRegistry, path: string): string | undefined {
  let found: { name: string; createdAt: string } | undefined
  for (const model of registry.listModels())
    for (const { source, createdAt } of model.versions)
      if (source?.path === path && source.outside !== true && createdAt >= (found?.createdAt ?? ''))
        found = { name: model.name, createdAt }
  return found?.name
}
