import { AppError } from '../../base/errors'
import { nameKey, nameProblem } from '../../registry/names'
import type { VersionChanges } from '../../registry/registry'
import type { Host } from '../host'
import {
  parseMetrics,
  parseParameters,
  parseTags,
  printAssignments,
  problemOf,
} from '../input/assignments'
import { askText } from '../input/steps'
import { chooseModel, chooseVersions } from '../input/targets'
import { edit, newestChange, sayUndoable } from '../recovery/undo'
import type { Node } from '../tree/node'
import type { Target } from './contract'

type Slice = Pick<Host, 'registries' | 'view' | 'log'>

/** A field of names and values, as one line of text. */
interface Field<K extends 'metrics' | 'parameters' | 'tags'> {
  readonly key: K
  readonly placeholder: string
  readonly parse: (text: string) => NonNullable<VersionChanges[K]>
}

const METRICS: Field<'metrics'> = {
  key: 'metrics',
  placeholder: 'accuracy=0.94 loss=0.12',
  parse: parseMetrics,
}
const PARAMETERS: Field<'parameters'> = {
  key: 'parameters',
  placeholder: 'learning_rate=0.01 optimizer=adam',
  parse: parseParameters,
}
const TAGS: Field<'tags'> = {
  key: 'tags',
  placeholder: 'team=risk task="credit scoring"',
  parse: parseTags,
}

/** **Edit Metrics…** */
export function editMetrics(host: Slice, target?: Target): Promise<void> {
  return editField(host, target, METRICS)
}

/** **Edit Parameters…** */
export function editParameters(host: Slice, target?: Target): Promise<void> {
  return editField(host, target, PARAMETERS)
}

/** **Edit Tags…** */
export function editTags(host: Slice, target?: Target): Promise<void> {
  return editField(host, target, TAGS)
}

async function editField<K extends 'metrics' | 'parameters' | 'tags'>(
  host: Slice,
  target: Target,
  field: Field<K>,
): Promise<void> {
  const [{ registry, version }] = await chooseVersions(host, target, undefined, {
    title: `Edit ${titleOf(field.key)}`,
  })
  const current = version[field.key]
  const answer = await askText({
    title: `${titleOf(field.key)} of ${version.fullName}`,
    value: printAssignments(current),
    placeholder: field.placeholder,
    prompt: `${titleOf(field.key)}, separated by spaces. What is not there any more is removed.`,
    problem: (text) => problemOf(field.parse, text),
  })
  const wanted = field.parse(answer.typed)
  const removed = Object.keys(current).filter((name) => !Object.hasOwn(wanted, name))
  const { model, id: versionId, fullName } = version
  const changed = { model, action: 'update', versionId } as const
  await edit(host, registry, changed, `Changed the ${field.key} of ${fullName}.`, () =>
    registry.updateVersion(model, version.version, {
      [field.key]: wanted,
      remove: { [field.key]: removed },
    }),
  )
}

function titleOf(key: string): string {
  return `${key.charAt(0).toUpperCase()}${key.slice(1)}`
}

/** **Edit Description…** of a version, or of a model where its row is chosen. */
export async function editDescription(host: Slice, target?: Target): Promise<void> {
  if (isModelRow(target)) {
    const { registry, model } = await chooseModel(host, target, { title: 'Edit Description' })
    const description = await askDescription(model.name, model.description)
    const changed = { model: model.name, action: 'updateModel' } as const
    await edit(host, registry, changed, `Changed the description of ${model.name}.`, () =>
      registry.updateModel(model.name, { description }),
    )
    return
  }
  const [{ registry, version }] = await chooseVersions(host, target, undefined, {
    title: 'Edit Description',
  })
  const description = await askDescription(version.fullName, version.description)
  const { model, id: versionId, fullName } = version
  const changed = { model, action: 'update', versionId } as const
  await edit(host, registry, changed, `Changed the description of ${fullName}.`, () =>
    registry.updateVersion(model, version.version, { description }),
  )
}

function isModelRow(target: Target): target is Extract<Node, { kind: 'model' }> {
  return typeof target === 'object' && 'kind' in target && target.kind === 'model'
}

async function askDescription(of: string, current: string): Promise<string> {
  const answer = await askText({
    title: `Description of ${of}`,
    value: current,
    placeholder: 'What is it, and what changed?',
  })
  return answer.typed.trim()
}

/** **Rename Model…**: its artifacts move along. */
export async function renameModel(host: Slice, target?: Target): Promise<void> {
  const { registry, model } = await chooseModel(host, target ?? (await host.view.selected())[0], {
    title: 'Rename a Model',
  })
  const answer = await askText({
    title: `Rename ${model.name}`,
    value: model.name,
    prompt: 'New name of the model. Its versions, artifacts and history move along.',
    problem: (text) => {
      const name = text.trim()
      const other = registry
        .listModels()
        .find((one) => nameKey(one.name) === nameKey(name) && one.name !== model.name)
      return nameProblem('model', name) ?? (other && `There is a model "${other.name}" already.`)
    },
  })
  const name = answer.typed.trim()
  if (name === '') throw new AppError('cancelled', 'Cancelled.')
  if (name === model.name) return
  await registry.renameModel(model.name, name)
  sayUndoable(
    host,
    `Renamed ${model.name} to ${name}.`,
    newestChange(registry, { model: name, action: 'rename' }),
  )
}
