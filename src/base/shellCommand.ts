import { spawn } from 'node:child_process'

/** Output of a command that is kept with its result. */
const MAX_OUTPUT = 64 * 1024
const TIMEOUT_MILLISECONDS = 600_000

/** How a command line went; one that could not be run says why, as a clause. */
export type CommandOutcome =
  | { readonly kind: 'ended'; readonly exitCode: number; readonly output: string }
  | { readonly kind: 'notRun'; readonly reason: string }

/** Runs a command line in the system's shell, without input, and keeps what it writes. */
export async function runShellCommand(
  command: string,
  folder: string,
  signal?: AbortSignal,
): Promise<CommandOutcome> {
  const child = spawn(command, {
    shell: true,
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: TIMEOUT_MILLISECONDS,
    windowsHide: true,
    ...(signal ? { signal } : {}),
  })
  let output = ''
  const keep = (chunk: Buffer): void => {
    if (output.length < MAX_OUTPUT)
      output += chunk.toString('utf8').slice(0, MAX_OUTPUT - output.length)
  }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  return new Promise((resolve) => {
    child.once('error', (error) =>
      resolve({ kind: 'notRun', reason: `it could not be run (${error.message})` }),
    )
    child.once('close', (code) => resolve({ kind: 'ended', exitCode: code ?? 1, output }))
  })
}
