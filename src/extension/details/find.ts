import type { ModelRegistry } from '../../app'
import type { AppError } from '../../base/errors'
import { escapeText, formatAgo } from '../../base/text'
import type { ModelVersion, RegisteredModel } from '../../registry/model'
import type { DetailsSubject } from '../../webview/details/protocol'

/** What has become of the version that a page shows. */
export type Found =
  | { readonly kind: 'version'; readonly model: RegisteredModel; readonly version: ModelVersion }
  | {
      readonly kind: 'deleted'
      readonly model: string
      readonly id: string
      readonly message: string
    }
  | { readonly kind: 'broken'; readonly model: string; readonly error: AppError }
  | { readonly kind: 'gone'; readonly message: string }

/** Looks for a version by its id: models are renamed, and versions are deleted and restored. */
export function findSubject(registry: ModelRegistry, subject: DetailsSubject, now: Date): Found {
  const { id, model: name } = subject
  // Nearly always it is where it was.
  const here = withVersion(registry.getModel(name), id)
  if (here) return here
  const broken = registry.listBroken().find((one) => one.name === name)
  if (broken) return { kind: 'broken', model: name, error: broken.error }
  for (const model of registry.listModels()) {
    const found = withVersion(model, id)
    if (found) return found
  }
  const reference = `${name}:${subject.version}`
  const trashed = registry.listTrash().find(({ record }) => record.id === id)
  if (!trashed) {
    return { kind: 'gone', message: `${reference} is no longer in the registry, nor in its trash.` }
  }
  const { model, record } = trashed
  const by = record.deletedBy === '' ? '' : ` by ${escapeText(record.deletedBy, 80)}`
  return {
    kind: 'deleted',
    model,
    id,
    message: `${model}:${record.version} was deleted ${formatAgo(record.deletedAt, now)}${by}. It is in the trash, with its artifact and history.`,
  }
}

function withVersion(model: RegisteredModel | undefined, id: string): Found | undefined {
  const version = model?.versions.find((one) => one.id === id)
  return model && version ? { kind: 'version', model, version } : undefined
}
