/** VS Code as a server on this machine, for a browser to open. */
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ChildProcess } from 'node:child_process'
import { spawnGroup, stopGroup } from './processes'
import { provisionCodeServer } from './provision'

/** How a server is set up; all of it lives under `dataFolder`. */
export interface ServerOptions {
  readonly dataFolder: string
  /** False keeps workspace trust on, as users have it: a folder then opens in Restricted Mode. */
  readonly trusted: boolean
  readonly settings?: Readonly<Record<string, unknown>>
  /** What is installed before the start: an extension's folder, which is linked, or a packaged `.vsix`. */
  readonly extension?: string
  /** Lets windows load an extension under development and its suites; it also keeps notifications from popping up. */
  readonly testDriver?: boolean
  readonly env?: Readonly<Record<string, string>>
}

/** A running server. `authority` is the host and port that URIs and the address bar have to share. */
export interface CodeServer {
  readonly authority: string
  /** What the server wrote so far, for messages about failures. */
  output(): string
  stop(): Promise<void>
}

/** What keeps a window quiet: nothing that is fetched, suggested or opened unasked. */
const QUIET_SETTINGS = {
  'chat.disableAIFeatures': true,
  'extensions.ignoreRecommendations': true,
  'files.simpleDialog.enable': true,
  'git.openRepositoryInParentFolders': 'never',
  'security.workspace.trust.startupPrompt': 'never',
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'window.commandCenter': false,
  'workbench.colorTheme': 'Default Dark Modern',
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
}

const START_TIMEOUT_MS = 30_000

/** Starts a server on a free port and resolves when it listens. */
export async function startCodeServer(options: ServerOptions): Promise<CodeServer> {
  const entry = await provisionCodeServer()
  await writeSettings(options)
  const extensions = join(options.dataFolder, 'extensions')
  const folders = ['--server-data-dir', options.dataFolder, '--extensions-dir', extensions]
  const env = await serverEnvironment(options)
  const { extension } = options
  if (extension?.endsWith('.vsix')) await installPackage(entry, extension, folders, env)
  else if (extension !== undefined) await linkExtension(extension, extensions)

  const child = spawnGroup(
    process.execPath,
    [
      entry,
      ...folders,
      '--host=127.0.0.1',
      '--port=0',
      '--without-connection-token',
      '--accept-server-license-terms',
      '--disable-telemetry',
      // A closed window's extension host would otherwise wait three hours for it to come back.
      '--reconnection-grace-time=5',
      // Without it a built VS Code loads no extension under development.
      ...(options.testDriver ? ['--enable-smoke-test-driver'] : []),
      ...(options.trusted ? ['--disable-workspace-trust'] : []),
    ],
    { env, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const output = collectOutput(child)
  try {
    const port = await listening(child, output)
    return { authority: `127.0.0.1:${port}`, output, stop: () => stopGroup(child) }
  } catch (error) {
    await stopGroup(child)
    throw error
  }
}

async function writeSettings({ dataFolder, settings }: ServerOptions): Promise<void> {
  const content = JSON.stringify({ ...QUIET_SETTINGS, ...settings }, undefined, 2)
  for (const scope of ['User', 'Machine']) {
    const folder = join(dataFolder, 'data', scope)
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'settings.json'), content)
  }
}

/** What npm set for its scripts would reach the extension and its terminals: it stays here. */
async function serverEnvironment(options: ServerOptions): Promise<NodeJS.ProcessEnv> {
  const kept = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('npm_') && !name.startsWith('VSCODE_'),
  )
  // VS Code leaves its sockets behind when it is ended; below the data folder they go with it.
  const temporary = join(options.dataFolder, 't')
  await mkdir(temporary, { recursive: true })
  return { ...Object.fromEntries(kept), TMPDIR: temporary, ...options.env }
}

/** An extension that VS Code finds among the installed ones runs as users have it, toasts and all. */
async function linkExtension(folder: string, extensions: string): Promise<void> {
  await mkdir(extensions, { recursive: true })
  await symlink(folder, join(extensions, 'linked-extension'), 'junction')
}

async function installPackage(
  entry: string,
  vsix: string,
  folders: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const child = spawnGroup(
    process.execPath,
    [entry, ...folders, '--accept-server-license-terms', '--install-extension', vsix],
    { env, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const output = collectOutput(child)
  const code = await new Promise((resolve) => child.once('exit', resolve))
  await stopGroup(child)
  if (code !== 0) throw new Error(`${vsix} could not be installed:\n${output()}`)
}

/** The last of what the process wrote: the server is talkative, the end tells why it ended. */
function collectOutput(child: ChildProcess): () => string {
  const KEPT = 20_000
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text = (text + chunk).slice(-KEPT)
    })
  return () => text
}

async function listening(child: ChildProcess, output: () => string): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => {
      reject(new Error(`VS Code's server ${why}:\n${output()}`))
    }
    const timer = setTimeout(() => fail('did not listen in time'), START_TIMEOUT_MS)
    const settle = (): void => {
      clearTimeout(timer)
      child.stdout?.off('data', look)
    }
    const look = (): void => {
      const port = /agent listening on (\d+)/.exec(output())?.[1]
      if (port === undefined) return
      settle()
      resolve(Number(port))
    }
    child.stdout?.on('data', look)
    child.once('exit', (code) => {
      settle()
      fail(`ended with code ${code}`)
    })
  })
}
