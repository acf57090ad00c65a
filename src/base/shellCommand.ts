import { spawn } from 'node:child_process'

/** Output of a command that is kept with its result. */
const MAX_OUTPUT = 64 * 1024
const TIMEOUT_MILLISECONDS = 600_000
/** What a command leaves running in the background may hold its output open for ever: it is read for so long. */
const REST_MILLISECONDS = 1000

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
  const streams = [child.stdout, child.stderr]
  for (const stream of streams) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      // How it ended is said at the end.
      output = (output + text).slice(-MAX_OUTPUT)
    })
  }
  let rest: NodeJS.Timeout | undefined
  try {
    return await new Promise<CommandOutcome>((resolve) => {
      child.once('error', (error) =>
        resolve({ kind: 'notRun', reason: `it could not be run (${error.message})` }),
      )
      child.once('exit', () => {
        rest = setTimeout(() => streams.forEach((stream) => stream.destroy()), REST_MILLISECONDS)
      })
      child.once('close', (code) => resolve({ kind: 'ended', exitCode: code ?? 1, output }))
    })
  } finally {
    clearTimeout(rest)
  }
}
