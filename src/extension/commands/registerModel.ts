import { basename, extname } from 'node:path'
import { Uri, window, workspace } from 'vscode'
import { AppError } from '../../base/errors'
import { plural } from '../../base/text'
import type { ModelVersion } from '../../registry/model'
import { askPick, askSeveral } from '../input/steps'
import { chooseFolder, requireFolder } from '../input/targets'
import type { Host } from '../host'
import type { FolderRegistry } from '../registries'
import { proposeVersion } from '../register/draft'
import { askForFiles } from '../register/files'
import { guess } from '../register/guess'
import { registerPaths, registerWithoutArtifact } from '../register/register'
import { withItsParts } from '../register/wholeModel'
import type { Node } from '../tree/node'
import type { RegisterAnswers } from './contract'

type Slice = Pick<Host, 'registries' | 'view' | 'details' | 'log'>

/** **Register as Model…**: from the Explorer (what was clicked, and all that is selected), an editor, the tree, the palette. */
export async function registerModel(
  host: Slice,
  target?: Uri | Node,
  targets?: readonly (Uri | Node)[],
  answers?: RegisterAnswers,
): Promise<ModelVersion | undefined> {
  requireFolder(host)
  const selected = (targets ?? []).filter((one) => one instanceof Uri)
  const uris = selected.length > 0 ? selected : target instanceof Uri ? [target] : []
  if (uris.length > 0) return registerUris(host, uris, answers)
  const folder = folderOf(host, target) ?? (await chooseFolder(host))
  const asked = await askForFiles(folder)
  if (asked === 'withoutArtifact') return registerWithoutArtifact(host, folder)
  return registerFiles(host, folder, asked)
}

function folderOf(host: Slice, target: Uri | Node | undefined): FolderRegistry | undefined {
  return target === undefined || target instanceof Uri
    ? undefined
    : host.registries.byKey(target.folder)
}

/**
 * Registers what was clicked or dropped; files of several workspace folders go to each one's own registry.
 * @param elsewhere The registry for files of no workspace folder; asked for where it is not given.
 */
export async function registerUris(
  host: Slice,
  uris: readonly Uri[],
  answers?: RegisterAnswers,
  elsewhere?: FolderRegistry,
): Promise<ModelVersion | undefined> {
  const byFolder = new Map<FolderRegistry, string[]>()
  for (const uri of uris) {
    if (uri.scheme !== 'file') {
      throw new AppError(
        'invalid',
        `${uri.toString(true)} is not on a disk of this machine; save it there first.`,
      )
    }
    const folder = host.registries.of(uri) ?? elsewhere ?? (await chooseFolder(host))
    const paths = byFolder.get(folder)
    if (paths) paths.push(uri.fsPath)
    else byFolder.set(folder, [uri.fsPath])
  }
  let last: ModelVersion | undefined
  for (const [folder, paths] of byFolder) {
    const inside = paths.find((path) => folder.contains(Uri.file(path)))
    if (inside !== undefined) {
      throw new AppError(
        'invalid',
        `${inside} lies in the registry itself; register the file that it was made from.`,
      )
    }
    last = answers
      ? await registerPaths(host, folder, paths, { answers })
      : await registerFiles(host, folder, paths)
  }
  return last
}

/** Several files are the parts of one model, or a model each: that is asked once. */
async function registerFiles(
  host: Slice,
  folder: FolderRegistry,
  paths: readonly string[],
): Promise<ModelVersion | undefined> {
  const [only] = paths
  if (only !== undefined && paths.length === 1)
    return registerPaths(host, folder, await withItsParts(only))
  const answer = await askPick({
    title: `Register ${plural(paths.length, 'file')}`,
    placeholder: 'What are they?',
    items: () => [
      { label: `One model of ${paths.length} files`, description: namesOf(paths), together: true },
      { label: `${paths.length} models, one for each file`, description: '', together: false },
    ],
  })
  if (answer.kind !== 'accept') throw new AppError('cancelled', 'Cancelled.')
  return answer.value.together
    ? registerPaths(host, folder, paths)
    : registerEach(host, folder, paths)
}

function namesOf(paths: readonly string[]): string {
  return paths.map((path) => basename(path)).join(', ')
}

/** A model for each file, under the names that are proposed: one look and one Enter for all of them. */
async function registerEach(
  host: Slice,
  folder: FolderRegistry,
  paths: readonly string[],
): Promise<ModelVersion | undefined> {
  const registry = await folder.open()
  const taken = new Set<string>()
  const items = []
  for (const path of paths) {
    const guessed = await guess([path], folder.folder.uri.fsPath)
    const name = distinct(guessed.name, path, taken)
    items.push({
      label: `${name}:${proposeVersion(registry, name)}`,
      description: workspace.asRelativePath(path),
      picked: true,
      path,
      answers: { name },
    })
  }
  const chosen = await askSeveral({
    title: `Register ${paths.length} models`,
    placeholder: 'Enter registers those that are ticked',
    items,
  })
  let last: ModelVersion | undefined
  for (const { path, answers } of chosen)
    last = await registerPaths(host, folder, [path], { answers })
  if (chosen.length > 1)
    void window.showInformationMessage(`Registered ${plural(chosen.length, 'model')}.`)
  return last
}

/** Two exports of one model have one name: then the extension tells them apart, else a number. */
function distinct(name: string, path: string, taken: Set<string>): string {
  const candidates = [name, `${name}-${extname(path).slice(1)}`]
  for (let number = 2; candidates.every((candidate) => taken.has(candidate)); number++)
    candidates.push(`${name}-${number}`)
  const found = candidates.find((candidate) => !taken.has(candidate)) ?? name
  taken.add(found)
  return found
}
