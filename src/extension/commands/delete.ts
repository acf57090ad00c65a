import { window } from 'vscode'
import { AppError } from '../../base/errors'
import { formatBytes, listing, plural } from '../../base/text'
import type { ModelVersion } from '../../registry/model'
import { readSetting } from '../config'
import type { Host } from '../host'
import { chooseModel, chooseVersions, type ChosenVersion } from '../input/targets'
import { newestChange, sayUndoable, type OwnChange } from '../recovery/undo'
import type { Node } from '../tree/node'
import type { Target } from './contract'

type Slice = Pick<Host, 'registries' | 'view' | 'log'>

/** **Delete Version…** */
export async function deleteVersion(
  host: Slice,
  target?: Target,
  targets?: readonly Node[],
): Promise<void> {
  const chosen = await chooseVersions(host, target, targets, { title: 'Delete a Version' })
  const [first] = chosen
  const what = chosen.length === 1 ? first.version.fullName : plural(chosen.length, 'version')
  await confirm(`Delete ${what}?`, chosen)
  const changes: OwnChange[] = []
  for (const { registry, version } of chosen) {
    if (!(await registry.deleteVersion(version.model, version.version))) continue
    const { model, id } = version
    changes.push(...newestChange(registry, { model, action: 'delete', versionId: id }))
  }
  const place = chosen.length === 1 ? 'It is' : 'They are'
  sayUndoable(host, `Deleted ${what}. ${place} in the trash.`, changes)
}

/** **Delete Model…**, with all its versions. */
export async function deleteModel(host: Slice, target?: Target): Promise<void> {
  const { folder, registry, model } = await chooseModel(host, target, { title: 'Delete a Model' })
  const versions = model.versions.map((version) => ({ folder, registry, version }))
  await confirm(`Delete ${model.name} with ${plural(versions.length, 'version')}?`, versions)
  await registry.deleteModel(model.name)
  sayUndoable(
    host,
    `Deleted ${model.name}. It is in the trash.`,
    newestChange(registry, { model: model.name, action: 'deleteModel' }),
  )
}

/** The Delete key: a key binding gives no row, so it means what is selected. */
export async function deleteSelection(host: Slice): Promise<void> {
  const selection = await host.view.selected()
  const [only] = selection
  if (only?.kind === 'model' && only.stage === undefined && selection.length === 1) {
    await deleteModel(host, only)
    return
  }
  const rows = selection.filter(({ kind }) => kind === 'version' || kind === 'model')
  if (rows.length > 0) await deleteVersion(host, undefined, rows)
}

async function confirm(question: string, chosen: readonly ChosenVersion[]): Promise<void> {
  if (!readSetting('delete.confirm')) return
  const yes = 'Move to Trash'
  const versions = chosen.map(({ version }) => version)
  const answer = await window.showWarningMessage(
    question,
    { modal: true, detail: consequences(versions).join('\n') },
    yes,
  )
  if (answer !== yes) throw new AppError('cancelled', 'Cancelled.')
}

function consequences(versions: readonly ModelVersion[]): string[] {
  const size = versions.reduce((sum, { artifact }) => sum + (artifact?.size ?? 0), 0)
  const inProduction = versions.filter(({ stage }) => stage === 'production')
  const sources = [...new Set(versions.flatMap(({ source }) => source?.path ?? []))].slice(0, 3)
  return [
    inProduction.length === 0
      ? ''
      : `${listing(inProduction.map(({ fullName }) => fullName))} ${inProduction.length === 1 ? 'is' : 'are'} in production.`,
    size === 0
      ? 'Metadata and history go to the trash.'
      : `The registered copy (${formatBytes(size)}), metadata and history go to the trash and can be restored until it is emptied.`,
    sources.length === 0 ? '' : `The original ${listing(sources)} is not deleted.`,
  ].filter((line) => line !== '')
}
