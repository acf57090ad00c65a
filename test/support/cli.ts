/** Runs the command line as users do: the built bundle, in a process of its own. */
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { promisify } from 'node:util'
import { join } from 'node:path'
import { PROJECT } from '../host/workspace'

export const CLI = join(PROJECT, 'dist/cli.js')

let built: Promise<void> | undefined

/** Builds `dist/` once for all suites of a run; call it in a `before` hook. */
export function buildCli(): Promise<void> {
  built ??= promisify(execFile)(process.execPath, ['esbuild.mjs', '--production'], {
    cwd: PROJECT,
  }).then(() => undefined)
  return built
}

export interface CliOutcome {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface CliOptions {
  readonly cwd: string
  /** Added to an environment that holds nothing of the user's but the path of programs. */
  readonly env?: Readonly<Record<string, string>>
}

/** Runs one command line to its end. */
export function runCli(args: readonly string[], options: CliOptions): Promise<CliOutcome> {
  return finished(startCli(args, options))
}

/** Starts a command line that the caller talks to, signals, or waits for by `finished`. */
export function startCli(args: readonly string[], { cwd, env }: CliOptions): ChildProcess {
  return spawn(process.execPath, [CLI, ...args], { cwd, env: cliEnvironment(cwd, env) })
}

/** The home folder is the folder itself, so that nothing above it and none of the user's files count. */
export function cliEnvironment(
  home: string,
  added: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '', HOME: home, ...added }
}

/** Collects what a process prints until it ends. */
export function finished(child: ChildProcess): Promise<CliOutcome> {
  const text = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (chunk: string) => {
      text[name] += chunk
    })
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code, signal, ...text }))
  })
}

/** What a command answers under `--json`; fails where stdout is not exactly one JSON value and a newline. */
export async function askCli(args: readonly string[], options: CliOptions): Promise<unknown> {
  const outcome = await runCli([...args, '--json'], options)
  return parseAnswer(outcome)
}

export function parseAnswer({ stdout, stderr, code }: CliOutcome): unknown {
  try {
    if (!stdout.endsWith('\n')) throw new Error('stdout does not end in a newline')
    return JSON.parse(stdout)
  } catch (error) {
    throw new Error(
      `exit ${code}, stdout ${JSON.stringify(stdout)}, stderr ${JSON.stringify(stderr)}`,
      {
        cause: error,
      },
    )
  }
}
