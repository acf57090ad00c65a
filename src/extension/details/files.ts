import { stat } from 'node:fs/promises'
import { commands, Uri } from 'vscode'
import { AppError, systemCode } from '../../base/errors'
import { escapeText } from '../../base/text'
import { artifactUri } from '../commands/artifact'
import type { ChosenVersion } from '../input/targets'
import { storedSource } from './stored'

/**
 * A path that a document names below a folder; `undefined` where it leads out of it: a document may come from anywhere.
 */
function below(folder: Uri, path: string): Uri | undefined {
  const uri = Uri.joinPath(folder, path.replaceAll('\\', '/'))
  return uri.path.startsWith(`${folder.path.replace(/\/$/, '')}/`) ? uri : undefined
}

/** Opens a file of the artifact in the editor that VS Code has for it. */
export async function openArtifactFile(chosen: ChosenVersion, place: number): Promise<void> {
  const file = chosen.version.artifact?.files[place]
  if (!file) throw new AppError('notFound', `${chosen.version.fullName} has no such file.`)
  const artifact = await artifactUri(chosen)
  const uri = chosen.version.artifact?.kind === 'file' ? artifact : below(artifact, file.path)
  if (!uri) {
    throw new AppError(
      'invalid',
      `${escapeText(file.path)} leads out of the artifact of ${chosen.version.fullName}; it is not opened.`,
    )
  }
  await open(uri, file.path)
}

/** Opens a file that the version names as where it, or something of it, came from. */
export async function openSourceFile(
  { folder, version }: ChosenVersion,
  path: string,
): Promise<void> {
  const source = storedSource(version)
  const named = [
    source.path,
    source.notebook?.path,
    ...source.datasets.map((dataset) => dataset.path),
    ...Object.values(source.values).map(({ file }) => file),
  ]
  const uri = named.includes(path) ? below(folder.folder.uri, path) : undefined
  if (!uri) {
    throw new AppError(
      'invalid',
      `${escapeText(path)} is no file of this workspace that ${version.fullName} came from.`,
    )
  }
  await open(uri, path)
}

async function open(uri: Uri, path: string): Promise<void> {
  const kind = await kindOf(uri)
  if (!kind) throw new AppError('notFound', `${escapeText(path)} is not there any more.`)
  await commands.executeCommand(kind === 'file' ? 'vscode.open' : 'revealInExplorer', uri)
}

/** True where the path that a version was registered from is there. */
export async function isSourceHere({ folder, version }: ChosenVersion): Promise<boolean> {
  const { path, outside } = storedSource(version)
  const uri = path === undefined || outside ? undefined : below(folder.folder.uri, path)
  return uri !== undefined && (await kindOf(uri)) !== undefined
}

async function kindOf({ fsPath }: Uri): Promise<'file' | 'folder' | undefined> {
  try {
    return (await stat(fsPath)).isDirectory() ? 'folder' : 'file'
  } catch (error) {
    if (systemCode(error) === undefined) throw error
    return undefined
  }
}
