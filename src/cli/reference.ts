import type { ModelRegistry } from '../app'
import { AppError } from '../base/errors'
import { listing } from '../base/text'
import type { ModelVersion, RegisteredModel } from '../registry/model'
import { parseReference, type Reference } from '../registry/reference'
import { isStage } from '../registry/stage'

/** More names than this are no help. */
const NAMES_SHOWN = 8

/** The version that a reference means. @throws AppError `notFound` that says what there is instead. */
export function requireVersion(registry: ModelRegistry, reference: string): ModelVersion {
  const version = registry.resolve(reference)
  if (version) return version
  const parsed = parseReference(reference)
  throw new AppError('notFound', absence(parsed, requireModel(registry, parsed.model)))
}

/** @throws AppError `notFound`, or `corrupt` where its document is broken. */
export function requireModel(registry: ModelRegistry, name: string): RegisteredModel {
  const model = registry.getModel(name)
  if (model) return model
  const broken = registry.listBroken().find((other) => other.name === name)
  if (broken) throw broken.error
  const trashed = registry.listTrash().filter((other) => other.model === name)
  if (trashed.length > 0) {
    const versions = trashed.map(({ record }) => `${name}:${record.version}`)
    throw new AppError(
      'notFound',
      `Model ${name} is in the trash with ${shown(versions)}; "model-registry restore ${versions.at(-1)}" brings one back.`,
    )
  }
  const names = registry.listModels().map((other) => other.name)
  const there = names.length === 0 ? 'there are no models here' : `there is ${shown(names)}`
  throw new AppError('notFound', `There is no model named ${name}; ${there}.`)
}

function absence(reference: Reference, model: RegisteredModel): string {
  const { version, label } = reference
  if (model.trash.some((record) => record.version === version)) {
    return `${model.name}:${version} is in the trash; "model-registry restore ${model.name}:${version}" brings it back.`
  }
  if (model.versions.length === 0) return `Model ${model.name} has no versions.`
  if (label !== undefined && isStage(label)) {
    return `Model ${model.name} has no version in stage ${label}.`
  }
  if (label !== undefined && label !== 'latest') {
    const aliases = Object.keys(model.aliases)
    const there = aliases.length === 0 ? 'it has no aliases' : `it has ${shown(aliases)}`
    return `Model ${model.name} has no alias ${label}; ${there}.`
  }
  const versions = model.versions.map((other) => other.version).reverse()
  return `Model ${model.name} has no version ${version ?? ''}; it has ${shown(versions)}.`
}

function shown(names: readonly string[]): string {
  const more = names.length - NAMES_SHOWN
  return more > 0 ? `${names.slice(0, NAMES_SHOWN).join(', ')} and ${more} more` : listing(names)
}
