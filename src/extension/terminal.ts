import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import type { ExtensionContext } from 'vscode'
import { systemCode } from '../base/errors'

/** The name under which terminals know the command line. */
export const PROGRAM = 'model-registry'

/**
 * Puts `model-registry` on the PATH of integrated terminals. The launcher lies in the extension's storage, whose path
 * stays the same when the extension is updated; what it starts is written anew at each activation.
 */
export async function installProgram(context: ExtensionContext): Promise<void> {
  const folder = context.globalStorageUri.with({
    path: `${context.globalStorageUri.path}/bin`,
  }).fsPath
  const cli = join(context.extensionPath, 'dist', 'cli.js')
  await mkdir(folder, { recursive: true })
  await writeChanged(join(folder, PROGRAM), shellLauncher(process.execPath, cli), 0o755)
  await writeChanged(join(folder, `${PROGRAM}.cmd`), commandLauncher(process.execPath, cli), 0o644)
  const { environmentVariableCollection: environment } = context
  environment.description = `Makes \`${PROGRAM}\` available in terminals`
  // Shell start-up files often set PATH anew; shell integration puts this back in front.
  environment.prepend('PATH', folder + delimiter, {
    applyAtProcessCreation: true,
    applyAtShellIntegration: true,
  })
}

/** For POSIX shells, Git Bash included. VS Code's own Node runs it, so none has to be installed. */
export function shellLauncher(node: string, cli: string): string {
  return `#!/bin/sh\nELECTRON_RUN_AS_NODE=1 exec ${quote(node)} ${quote(cli)} "$@"\n`
}

function quote(path: string): string {
  return `'${path.replaceAll("'", String.raw`'\''`)}'`
}

/** For cmd and PowerShell; a percent sign in a path would be taken for a variable. */
export function commandLauncher(node: string, cli: string): string {
  const path = (text: string): string => `"${text.replaceAll('%', '%%')}"`
  return `@echo off\r\nsetlocal\r\nset ELECTRON_RUN_AS_NODE=1\r\n${path(node)} ${path(cli)} %*\r\n`
}

/** Left alone where it is right already: a terminal may be running it. */
async function writeChanged(path: string, text: string, mode: number): Promise<void> {
  if ((await readOrUndefined(path)) !== text) await writeFile(path, text, { mode })
}

async function readOrUndefined(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}
