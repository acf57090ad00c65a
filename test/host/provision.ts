/**
 * Gets what the browser lane needs and keeps it outside the checkout: VS Code as a server (the npm
 * package `code-server`) and a Chromium.
 */
import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import {
  access,
  mkdir,
  mkdtemp,
  readdir,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises'
import { homedir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The VS Code that the suites are written against: 4.139.1 ships VS Code 1.139.1. */
const CODE_SERVER = '4.139.1'
/** code-server and its native modules are made for this major version of Node. */
const NODE_MAJOR = 24

/** The server's entry. Not the `code-server` wrapper: that one has no smoke-test driver. */
export async function provisionCodeServer(): Promise<string> {
  const running = process.versions.node
  if (!running.startsWith(`${NODE_MAJOR}.`))
    throw new Error(
      `VS Code's server needs Node ${NODE_MAJOR}, this is ${running}: start it by an npm script, which puts the right Node first.`,
    )
  const name = `code-server-${CODE_SERVER}-node${NODE_MAJOR}-${process.platform}-${process.arch}`
  const installed = join(cacheFolder(), name)
  const entry = join(installed, 'node_modules/code-server/lib/vscode/out/server-main.js')
  if (await exists(entry)) return entry

  await mkdir(cacheFolder(), { recursive: true })
  await removeAbandoned()
  const started = Date.now()
  console.log(`Installing VS Code's server ${CODE_SERVER} into ${installed} (once) …`)
  const partial = await mkdtemp(join(cacheFolder(), PARTIAL))
  try {
    await installCodeServer(partial)
    // Two runs at once install twice, and the first to arrive wins: a rename needs no lock that could go stale.
    await rename(partial, installed).catch(async (error: unknown) => {
      if (!(await exists(entry))) throw error
    })
  } finally {
    await rm(partial, { recursive: true, force: true })
  }
  console.log(`Installed in ${Math.round((Date.now() - started) / 1000)} s.`)
  return entry
}

const PARTIAL = '.partial-'
const ABANDONED_AFTER_MS = 60 * 60 * 1000

/** Where everything that was installed for tests is kept. */
export function cacheFolder(): string {
  return join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'model-registry-host')
}

/** What killed runs left. Nothing takes an hour to install. */
async function removeAbandoned(): Promise<void> {
  for (const name of await readdir(cacheFolder())) {
    if (!name.startsWith(PARTIAL)) continue
    const path = join(cacheFolder(), name)
    const info = await stat(path).catch(() => undefined)
    if (info && Date.now() - info.mtimeMs > ABANDONED_AFTER_MS)
      await rm(path, { recursive: true, force: true })
  }
}

/**
 * Without install scripts: the file watcher and the terminal come with binaries, and nothing else
 * native is needed but the logger. The scripts would compile five more modules and need Kerberos headers.
 */
async function installCodeServer(folder: string): Promise<void> {
  await writeFile(join(folder, 'package.json'), '{"private":true}')
  const quick = ['--ignore-scripts', '--omit=dev', '--no-audit', '--no-fund', '--no-save']
  await npm(folder, ['install', ...quick, `code-server@${CODE_SERVER}`])
  const vscode = join(folder, 'node_modules/code-server/lib/vscode')
  await npm(vscode, ['install', ...quick])
  // Without its logger VS Code runs, but the log channels stay empty.
  await npm(vscode, ['rebuild', '@vscode/spdlog']).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error)
    console.warn(
      `VS Code will write no log files: its logger needs g++, make, python3 (${reason}).`,
    )
  })
}

/** npm, run by this Node: what it installs and compiles is then for this Node. */
async function npm(cwd: string, args: readonly string[]): Promise<void> {
  const cli = process.env['npm_execpath'] ?? (await npmCli())
  const path = [dirname(process.execPath), process.env['PATH']].join(delimiter)
  const env: NodeJS.ProcessEnv = { ...process.env, PATH: path }
  const nodedir = await nodeHeaders()
  if (nodedir) env['npm_config_nodedir'] = nodedir
  await run(process.execPath, [cli, ...args], { cwd, env, maxBuffer: 64 << 20 })
}

async function npmCli(): Promise<string> {
  const command = await findProgram(['npm'])
  if (command === undefined) throw new Error('npm is not on the PATH.')
  return realpath(command)
}

/** The folder that holds `include/node`, so that compiling needs no download of headers. */
async function nodeHeaders(): Promise<string | undefined> {
  const beside = dirname(dirname(process.execPath))
  const packaged = `node_modules/node-${process.platform}-${process.arch}`
  for (const folder of [beside, join(beside, packaged), join(dirname(beside), packaged)])
    if (await exists(join(folder, 'include/node/node.h'))) return folder
  return undefined
}

const CHROMIUM = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']
const CHROMIUM_PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]

/** The path of a Chromium: what is installed, else Debian's where this process may install it. */
export async function provisionChromium(): Promise<string> {
  const found = await findChromium()
  if (found) return found
  if (process.getuid?.() === 0 && (await findProgram(['apt-get']))) {
    console.log('Installing chromium with apt-get …')
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    const wait = ['-o', 'DPkg::Lock::Timeout=300']
    await run('apt-get', [...wait, 'update'], { env, maxBuffer: 64 << 20 })
    await run(
      'apt-get',
      [...wait, 'install', '-y', '--no-install-recommends', 'chromium', 'fonts-dejavu-core'],
      { env, maxBuffer: 64 << 20 },
    )
    const installed = await findChromium()
    if (installed) return installed
  }
  throw new Error(
    'No Chromium was found: install the package "chromium" (Debian, Ubuntu: apt-get install chromium) or Google Chrome, and run this again.',
  )
}

async function findChromium(): Promise<string | undefined> {
  const onPath = await findProgram(CHROMIUM)
  if (onPath) return onPath
  for (const place of CHROMIUM_PLACES) if (await exists(place)) return place
  return undefined
}

/** The first of these programs on the PATH. */
export async function findProgram(names: readonly string[]): Promise<string | undefined> {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd'] : ['']
  for (const name of names)
    for (const folder of (process.env['PATH'] ?? '').split(delimiter))
      for (const ending of endings) {
        const path = join(folder, name + ending)
        if (folder && (await exists(path, constants.X_OK))) return path
      }
  return undefined
}

async function exists(path: string, mode: number = constants.F_OK): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  )
}
