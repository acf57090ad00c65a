import { basename, dirname, join } from 'node:path'
import { window, type ExtensionContext } from 'vscode'
import { installMergeDriver, refreshMergeLauncher, userDataFolder } from '../../mergeDriver'
import type { Host } from '../host'
import { chooseFolder } from '../input/targets'

/** What git starts for this installation: VS Code's own Node.js, and the command line in this extension. */
function command(extensionPath: string): readonly string[] {
  return [process.execPath, join(extensionPath, 'dist', 'cli.js')]
}

/** Keeps the launcher that git calls on this release, if somebody installed it: an update has another path. */
export async function refreshMergeDriver({ extension }: ExtensionContext): Promise<void> {
  // <extensions>/<publisher>.<name>-<version>/dist/cli.js
  const isRelease = (program: string): boolean =>
    basename(dirname(dirname(program))).startsWith(`${extension.id}-`)
  await refreshMergeLauncher(userDataFolder(), command(extension.extensionPath), isRelease)
}

/** **Install Git Merge Driver**: git then merges the documents of this repository by meaning. */
export async function installGitMergeDriver(
  host: Pick<Host, 'registries' | 'extensionPath'>,
): Promise<void> {
  const { folder } = await chooseFolder(host)
  await installMergeDriver(folder.uri.fsPath, userDataFolder(), command(host.extensionPath))
  void window.showInformationMessage(
    `Git merges the model documents of ${folder.name} by meaning now: versions and history of both sides are united.`,
  )
}
