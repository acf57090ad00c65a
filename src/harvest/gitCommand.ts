import { execFile } from 'node:child_process'
import { devNull } from 'node:os'
import { dirname } from 'node:path'
import { AppError, systemCode, throwIfCancelled } from '../base/errors'

/** A status of a large tree on a cold disk takes some seconds. */
const TIMEOUT = 20_000
const MAX_OUTPUT = 8_000_000

export interface GitOutput {
  /** 0 when it went well; 128 is git's "fatal". */
  readonly code: number
  readonly stdout: Buffer
  readonly stderr: string
  /** The output was longer than asked for; `stdout` is its beginning. */
  readonly cut: boolean
}

export interface GitOptions {
  readonly signal?: AbortSignal | undefined
  /** Further `-c` settings, `name=value`. */
  readonly config?: readonly string[]
  readonly maxOutput?: number
  readonly env?: Readonly<Record<string, string | undefined>>
}

/**
 * Settings that take from a repository's own configuration every way to run a program, and from git every way to reach
 * a network: a folder that someone sent may contain a hostile `.git/config`. Filters (`filter.<name>.clean`) have no
 * switch of their own; `readGitConfig` finds and empties them.
 */
const SAFE_CONFIG = [
  'core.fsmonitor=false',
  `core.hooksPath=${devNull}`,
  'core.pager=cat',
  'log.showSignature=false',
  // `git diff` would write the times that it has looked up into the index, whatever GIT_OPTIONAL_LOCKS says.
  'diff.autoRefreshIndex=false',
  // Missing objects of a partial clone would be fetched by whatever program the remote names.
  'protocol.allow=never',
  'safe.bareRepository=explicit',
  'submodule.recurse=false',
]

/** Variables of git that say where the user's own settings are; all others of git belong to another call of it. */
const KEPT = new Set([
  'GIT_CONFIG_GLOBAL',
  'GIT_CONFIG_SYSTEM',
  'GIT_CONFIG_NOSYSTEM',
  'GIT_EXEC_PATH',
  'GIT_CEILING_DIRECTORIES',
])

/**
 * Runs the `git` executable on a folder: without a shell, a terminal, locks, hooks or a network, and never longer than
 * the timeout. A failure of git is a result; `undefined` means that there is no git.
 * @throws AppError `cancelled`.
 */
export async function runGit(
  folder: string,
  parameters: readonly string[],
  { signal, config = [], maxOutput = MAX_OUTPUT, env = process.env }: GitOptions = {},
): Promise<GitOutput | undefined> {
  throwIfCancelled(signal)
  const settings = [...SAFE_CONFIG, ...config].flatMap((setting) => ['-c', setting])
  return await new Promise((resolve, reject) => {
    execFile(
      'git',
      ['--no-pager', '-C', folder, ...settings, ...parameters],
      {
        // Not in the folder itself: Windows looks for programs in the current folder first.
        cwd: dirname(process.execPath),
        encoding: 'buffer',
        env: environment(env),
        maxBuffer: maxOutput,
        timeout: TIMEOUT,
        killSignal: 'SIGKILL',
        windowsHide: true,
        ...(signal ? { signal } : {}),
      },
      (error, stdout, stderr) => {
        const message = stderr.toString('utf8').trim()
        if (signal?.aborted) {
          reject(new AppError('cancelled', 'Cancelled.'))
        } else if (!error) {
          resolve({ code: 0, stdout, stderr: message, cut: false })
        } else if (systemCode(error) === 'ENOENT') {
          resolve(undefined)
        } else if (systemCode(error) === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') {
          resolve({ code: 0, stdout, stderr: message, cut: true })
        } else {
          const code = typeof error.code === 'number' ? error.code : 1
          // Where the process could not even start, it has said nothing itself.
          const said = typeof error.code === 'number' ? message : message || error.message
          const reason = error.killed ? `git took longer than ${TIMEOUT / 1000} s.` : said
          resolve({ code, stdout, stderr: reason, cut: false })
        }
      },
    )
  })
}

function environment(
  given: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  const kept = Object.entries(given).filter(
    ([name]) => !name.toUpperCase().startsWith('GIT_') || KEPT.has(name),
  )
  return {
    ...Object.fromEntries(kept),
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_NO_LAZY_FETCH: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    NoDefaultCurrentDirectoryInExePath: '1',
    // Messages are told apart by their words.
    LC_ALL: 'C',
    LANGUAGE: 'C',
  }
}

/** What a command printed as one line. */
export function trimLine(output: Buffer): string {
  return output.toString('utf8').replace(/\r?\n$/, '')
}
