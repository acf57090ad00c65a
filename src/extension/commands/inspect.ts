import { stat } from 'node:fs/promises'
import { commands, Uri, window } from 'vscode'
import { AppError, systemCode } from '../../base/errors'
import type { Host } from '../host'
import { askPick } from '../input/steps'
import { chooseVersions } from '../input/targets'
import { ANY_FILE_EDITOR } from '../inspector/inspectorEditor'
import { artifactUri } from './artifact'
import type { Target } from './contract'

type Slice = Pick<Host, 'registries' | 'view' | 'inspector'>

/** **Inspect Model…**: what a file, a folder or the artifact of a version is and holds. */
export async function inspect(host: Slice, target?: Uri | Target): Promise<void> {
  const uri = target instanceof Uri ? target : await uriOf(host, target)
  if (await isFolder(uri)) await host.inspector.show(uri)
  else await commands.executeCommand('vscode.openWith', uri, ANY_FILE_EDITOR)
}

async function uriOf(host: Slice, target: Target): Promise<Uri> {
  if (target === undefined && (await askWhich(host)) === 'disk') return askForPath()
  const [version] = await chooseVersions(host, target, undefined, {
    title: 'Inspect a Model',
    where: ({ artifact }) => artifact !== undefined,
    none: 'No version with an artifact is registered in this workspace yet.',
  })
  return artifactUri(version)
}

/** Without a registered model there is nothing to choose between. */
async function askWhich({ registries }: Slice): Promise<'version' | 'disk'> {
  const registered = registries.all.some(({ current }) => (current?.listModels().length ?? 0) > 0)
  if (!registered) return 'disk'
  const answer = await askPick({
    title: 'Inspect a Model',
    placeholder: 'Which one?',
    items: () => [
      { label: 'A registered version', which: 'version' as const },
      { label: 'A file or folder…', which: 'disk' as const },
    ],
  })
  if (answer.kind !== 'accept') throw new AppError('cancelled', 'Cancelled.')
  return answer.value.which
}

async function askForPath(): Promise<Uri> {
  const [chosen] =
    (await window.showOpenDialog({
      title: 'Inspect a Model',
      openLabel: 'Inspect',
      canSelectFiles: true,
      canSelectFolders: true,
    })) ?? []
  if (!chosen) throw new AppError('cancelled', 'Cancelled.')
  return chosen
}

/** What is not there is shown as such by the editor. */
async function isFolder({ fsPath }: Uri): Promise<boolean> {
  try {
    return (await stat(fsPath)).isDirectory()
  } catch (error) {
    if (systemCode(error) === undefined) throw error
    return false
  }
}
