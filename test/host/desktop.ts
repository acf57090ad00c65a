/** The desktop lane: a VS Code with a window of its own, installed or downloaded. */
import { realpath } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { downloadAndUnzipVSCode, runTests } from '@vscode/test-electron'
import { cacheFolder, findProgram } from './provision'

/** The installed `code` command, for people to start VS Code with. */
export async function findCodeCommand(): Promise<string | undefined> {
  const command = await findProgram(['code'])
  if (command === undefined) return undefined
  // Inside a VS Code terminal `code` is a helper that talks to the window around it, not an installation.
  return (await executableBeside(command)) ? command : undefined
}

/** The program of an installed or downloadable VS Code; else why there is none. */
export async function findDesktop(): Promise<{ executable: string } | { reason: string }> {
  if (process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY'])
    return { reason: 'there is no display' }
  const command = await findProgram(['code'])
  const installed = command && (await executableBeside(command))
  if (installed) return { executable: installed }
  try {
    const cachePath = join(cacheFolder(), 'desktop')
    return { executable: await downloadAndUnzipVSCode({ cachePath, timeout: 15_000 }) }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { reason: `it is not installed and can't be downloaded (${reason})` }
  }
}

/** `code` is a script; tests have to start the program that it starts. Its place differs by platform. */
async function executableBeside(command: string): Promise<string | undefined> {
  const folder = dirname(await realpath(command))
  const places = ['../code', '../Code.exe', '../../../MacOS/Electron', '../../../MacOS/Code']
  return places.map((place) => join(folder, place)).find((path) => existsSync(path))
}

/** What both lanes run suites by. Paths are absolute. */
export interface SuiteRun {
  readonly extension: string
  /** A module that exports `run()`. */
  readonly tests: string
  readonly workspace: string
  /** An empty folder for settings, logs and extensions. */
  readonly dataFolder: string
  readonly env: Readonly<Record<string, string>>
}

/** Runs suites in a desktop window; resolves with the exit code. */
export async function runInDesktop(executable: string, run: SuiteRun): Promise<number> {
  try {
    return await runTests({
      vscodeExecutablePath: executable,
      extensionDevelopmentPath: run.extension,
      extensionTestsPath: run.tests,
      extensionTestsEnv: run.env,
      launchArgs: [
        run.workspace,
        '--disable-workspace-trust',
        '--disable-telemetry',
        `--user-data-dir=${run.dataFolder}`,
        `--extensions-dir=${join(run.dataFolder, 'extensions')}`,
      ],
    })
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    return 1
  }
}
