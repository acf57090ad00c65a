/**
 * Runs a program as a user without rights: root, who runs tests in containers, is refused nothing, so
 * that a test of refused access run as root would pass without testing.
 */
import { spawn } from 'node:child_process'
import { chmod, copyFile, link, mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'
import { PROJECT } from '../host/workspace'

/** `nobody` and `nogroup` of Debian; the numbers are what counts, they need no entry in a user list. */
export const NOBODY = 65534

export interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/**
 * Bundles a TypeScript or JavaScript entry and runs it with Node, as `nobody` when this process is root
 * and as the present user otherwise. `folder` is an existing folder of the caller's that others may
 * enter; the program and its worker are put there, since the checkout may lie where nobody may read.
 */
export async function runUnprivileged(
  entry: string,
  args: readonly string[],
  options: { readonly folder: string; readonly cwd?: string },
): Promise<Outcome> {
  const program = await mkdtemp(join(options.folder, 'program-'))
  await build({
    entryPoints: { main: entry, worker: join(PROJECT, 'src/worker/worker.ts') },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    mainFields: ['module', 'main'],
    outdir: program,
    logLevel: 'error',
  })
  const node = join(program, 'node')
  await link(process.execPath, node).catch(async (error: NodeJS.ErrnoException) => {
    // A link costs nothing, but the folder may be on another disk, or have been used before.
    if (error.code !== 'EEXIST') await copyFile(process.execPath, node)
  })
  for (const folder of [options.folder, program]) await chmod(folder, 0o755)
  const user = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}
  return outcome(
    spawn(node, [join(program, 'main.js'), ...args], {
      ...user,
      cwd: options.cwd ?? options.folder,
      env: { PATH: '/usr/bin:/bin', HOME: options.folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  )
}

function outcome(child: ReturnType<typeof spawn>): Promise<Outcome> {
  const text = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name]?.setEncoding('utf8').on('data', (chunk: string) => {
      text[name] += chunk
    })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, ...text }))
  })
}
