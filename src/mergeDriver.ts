import { access, chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { AppError, systemCode } from './base/errors'
import { runGit } from './harvest/gitCommand'

/** The name by which `.gitattributes` asks for the driver. */
const DRIVER = 'model-registry'

/** The user's folder for programs' data, after the XDG Base Directory Specification. */
export function userDataFolder(): string {
  return process.env['XDG_DATA_HOME'] || join(homedir(), '.local', 'share')
}

/**
 * Makes git merge documents by meaning in one repository: writes a launcher to a place that survives updates of this
 * program, and names it in the repository's own configuration.
 * @param data A folder of the user's for programs' data.
 * @param command How this program is started: an executable and its arguments.
 */
export async function installMergeDriver(
  folder: string,
  data: string,
  command: readonly string[],
): Promise<{ readonly launcher: string }> {
  const launcher = launcherPath(data)
  await mkdir(dirname(launcher), { recursive: true })
  await writeFile(launcher, launcherText(command))
  await chmod(launcher, 0o755)
  const settings = [
    [`merge.${DRIVER}.name`, 'merge model documents by meaning'],
    [`merge.${DRIVER}.driver`, `"${launcher.replaceAll('\\', '/')}" %O %A %B %P`],
  ]
  for (const [key = '', value = ''] of settings) {
    const output = await runGit(folder, ['config', '--local', key, value])
    if (output?.code !== 0) {
      throw new AppError(
        'invalid',
        `git could not store ${key} for ${folder}: ${output?.stderr ?? 'git is not installed'}. Run this inside a git repository.`,
      )
    }
  }
  return { launcher }
}

/**
 * Writes the launcher anew where it starts a program that is no longer there, or another release of this one: an update
 * puts programs at other paths, and git goes on calling the launcher.
 * @param isSame Whether a program, by its path, is a release of this one.
 * @returns Whether it was written; `false` where none is installed, or it is right already.
 */
export async function refreshMergeLauncher(
  data: string,
  command: readonly string[],
  isSame: (program: string) => boolean,
): Promise<boolean> {
  const launcher = launcherPath(data)
  const current = await readOrUndefined(launcher)
  const wanted = launcherText(command)
  if (current === undefined || current === wanted) return false
  const programs = programsOf(current)
  const program = programs.at(-1)
  if (program === undefined) return false
  const found = await Promise.all(programs.map(isReadable))
  if (!isSame(program) && found.every(Boolean)) return false
  await writeFile(launcher, wanted)
  await chmod(launcher, 0o755)
  return true
}

function launcherPath(data: string): string {
  return join(data, 'model-registry', process.platform === 'win32' ? 'merge.cmd' : 'merge')
}

/** The executable and the script that a launcher starts, as `launcherText` wrote them. */
function programsOf(launcher: string): string[] {
  const line = launcher.split(/\r?\n/).find((text) => / merge ("\$@"|%\*)$/.test(text)) ?? ''
  const quoted = process.platform === 'win32' ? /"([^"]*)"/g : /'((?:[^']|'\\'')*)'/g
  return [...line.matchAll(quoted)].map(([, word = '']) => word.replaceAll(String.raw`'\''`, "'"))
}

async function isReadable(path: string): Promise<boolean> {
  try {
    await access(path)
    return true
  } catch {
    return false
  }
}

async function readOrUndefined(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}

function launcherText(command: readonly string[]): string {
  if (process.platform === 'win32') {
    const words = command.map((word) => `"${word}"`).join(' ')
    return `@echo off\r\nset ELECTRON_RUN_AS_NODE=1\r\n${words} merge %*\r\n`
  }
  const words = command.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ')
  return `#!/bin/sh\n# VS Code's own program is Node.js only when it is told so.\nELECTRON_RUN_AS_NODE=1 exec ${words} merge "$@"\n`
}
