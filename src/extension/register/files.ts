import { basename, dirname } from 'node:path'
import { RelativePattern, ThemeIcon, type Uri, window, workspace, type QuickPickItem } from 'vscode'
import { AppError } from '../../base/errors'
import { isModelName, MODEL_EXTENSIONS } from '../../harvest/modelNames'
import { readSetting } from '../config'
import { askPick } from '../input/steps'
import type { FolderRegistry } from '../registries'

/** More than people look through. */
const MAX_FOUND = 500
const NOT_SEARCHED = '**/{.git,.models,.venv,venv,env,node_modules,site-packages,__pycache__}/**'

interface FileItem extends QuickPickItem {
  readonly choose: () => Promise<readonly string[]> | readonly string[] | 'withoutArtifact'
}

/** Asks for the files of a model: one that lies in the workspace, any other, a folder, or none at all. */
export async function askForFiles(
  folder: FolderRegistry,
): Promise<readonly string[] | 'withoutArtifact'> {
  const found = await findModelFiles(folder)
  const items: FileItem[] = [
    ...found.map((uri): FileItem => ({
      label: basename(uri.path),
      description: dirname(workspace.asRelativePath(uri, false)).replace(/^\.$/, ''),
      iconPath: new ThemeIcon('file-binary'),
      choose: () => [uri.fsPath],
    })),
    {
      label: 'Browse Files…',
      iconPath: new ThemeIcon('go-to-file'),
      alwaysShow: true,
      choose: () => browse(folder, 'files'),
    },
    {
      label: 'Choose a Folder…',
      iconPath: new ThemeIcon('folder-opened'),
      alwaysShow: true,
      choose: () => browse(folder, 'folder'),
    },
    {
      label: 'Metadata Only, without an Artifact',
      iconPath: new ThemeIcon('note'),
      alwaysShow: true,
      choose: () => 'withoutArtifact',
    },
  ]
  const answer = await askPick({
    title: 'Register a Model',
    placeholder: found.length === 0 ? 'No model files were found here' : 'Choose a model file',
    items: () => items,
  })
  if (answer.kind !== 'accept') throw new AppError('cancelled', 'Cancelled.')
  return answer.value.choose()
}

async function findModelFiles({ folder }: FolderRegistry): Promise<Uri[]> {
  const extensions = [...MODEL_EXTENSIONS, ...extraExtensions(folder.uri)].map((name) =>
    name.slice(1),
  )
  const pattern = new RelativePattern(folder, `**/*.{${extensions.join(',')}}`)
  const found = await workspace.findFiles(pattern, NOT_SEARCHED, MAX_FOUND)
  const models = found.filter(
    ({ path }) => isModelName(basename(path)) || hasExtraExtension(path, folder.uri),
  )
  return models.toSorted((a, b) => a.path.localeCompare(b.path))
}

/** The user's own extensions, each with its dot. */
export function extraExtensions(scope?: Uri): string[] {
  return readSetting('artifacts.extensions', scope)
    .map((name) => `.${name.trim().replace(/^\./, '').toLowerCase()}`)
    .filter((name) => /^\.[a-z0-9_-]+$/.test(name))
}

function hasExtraExtension(path: string, scope: Uri): boolean {
  return extraExtensions(scope).some((extension) => path.toLowerCase().endsWith(extension))
}

async function browse(
  { folder }: FolderRegistry,
  what: 'files' | 'folder',
): Promise<readonly string[]> {
  const chosen = await window.showOpenDialog({
    defaultUri: folder.uri,
    canSelectFiles: what === 'files',
    canSelectFolders: what === 'folder',
    canSelectMany: what === 'files',
    openLabel: 'Register',
    title: 'Register as Model',
  })
  if (!chosen || chosen.length === 0) throw new AppError('cancelled', 'Cancelled.')
  return chosen.map(({ fsPath }) => fsPath)
}
