import { isAbsolute } from 'node:path'
import { extensions, Uri, workspace } from 'vscode'

/** What is used of the Python extension's interface. */
interface PythonExtension {
  readonly environments?: {
    getActiveEnvironmentPath?(resource: Uri): { readonly path?: string } | undefined
  }
}

/** The interpreter that is selected for a folder: in the Python extension where it runs, else in the settings. */
export function selectedInterpreter(folder: Uri): string | undefined {
  // It is not started for this: that takes seconds.
  const python = extensions.getExtension<PythonExtension | undefined>('ms-python.python')
  const active = python?.isActive
    ? python.exports?.environments?.getActiveEnvironmentPath?.(folder)?.path
    : undefined
  const setting =
    active ?? workspace.getConfiguration('python', folder).get<unknown>('defaultInterpreterPath')
  if (typeof setting !== 'string') return undefined
  const path = setting.replaceAll(/\$\{workspace(?:Folder|Root)\}/g, folder.fsPath)
  if (isAbsolute(path)) return path
  // `python` is looked for on a PATH that is not ours.
  return /[\\/]/.test(path) ? Uri.joinPath(folder, path).fsPath : undefined
}
