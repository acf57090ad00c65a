import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { lstat, rm } from 'node:fs/promises'
import { AppError } from '../base/errors'
import type { CopyFile, CopyOptions, CopyResult } from '../store/copy'
import { copyInThread } from '../store/copy'
import { asSystemError, type WorkerPool } from './pool'

/** Below this a copy in this thread takes fewer milliseconds than a process needs to start. */
const SMALL = 8 * 1024 * 1024

/**
 * Copies with the kernel (a reflink where the file system has it) in a process that can be killed, while a worker
 * digests the copy behind it; where no process can start, in one pass in a worker.
 */
export function copyInBackground(pool: WorkerPool, workerFile: string): CopyFile {
  return async (from, to, options) => {
    const { size } = await lstat(from)
    if (size < SMALL) return copyInThread(from, to, options)
    try {
      return await copyAndDigest(pool, { workerFile, from, to, size }, options)
    } catch (error) {
      if (!(error instanceof NoProcess)) throw error
      await rm(to, { force: true })
      return pool.run<'copy'>({ kind: 'copy', from, to }, options)
    }
  }
}

/** The copying process could not be started: too many processes, or a host that forbids them. */
class NoProcess extends Error {}

interface BackgroundCopy {
  readonly workerFile: string
  readonly from: string
  readonly to: string
  /** In bytes. */
  readonly size: number
}

async function copyAndDigest(
  pool: WorkerPool,
  { workerFile, from, to, size }: BackgroundCopy,
  options: CopyOptions,
): Promise<CopyResult> {
  const { signal } = options
  const child = spawn(process.execPath, [workerFile, '--copy', from, to], {
    stdio: ['pipe', 'ignore', 'pipe'],
    // VS Code's extension host is an Electron program, which is Node.js only when it is told so.
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    windowsHide: true,
  })
  // A host's end closes the pipe; an error on it says no more than the process's own end does.
  child.stdin.on('error', () => {})
  const kill = (): void => void child.kill('SIGKILL')
  signal?.addEventListener('abort', kill, { once: true })
  const copied = finished(child)
  const written = copied.then(
    () => true,
    () => false,
  )
  // The worker starts while the process does; it waits for the target.
  const digested = pool.run<'digest'>(
    { kind: 'digest', path: to, growing: size },
    { ...options, written },
  )
  // Handled below; here only so that a failure before that is not "unhandled".
  digested.catch(() => {})
  try {
    await copied
    return await digested
  } catch (error) {
    if (signal?.aborted) throw new AppError('cancelled', 'Cancelled.', { cause: error })
    throw error
  } finally {
    signal?.removeEventListener('abort', kill)
    if (child.exitCode === null && child.signalCode === null) {
      kill()
      await once(child, 'close')
    }
  }
}

async function finished(child: ReturnType<typeof spawn>): Promise<void> {
  let report = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    report += chunk.toString('utf8')
  })
  const outcome = await new Promise<{ code: number | null; signal: string | null } | Error>(
    (resolve) => {
      child.once('error', resolve)
      child.once('close', (code, signal) => resolve({ code, signal }))
    },
  )
  if (outcome instanceof Error)
    throw new NoProcess('No process can be started.', { cause: outcome })
  if (outcome.code === 0) return
  throw copyFailure(report, outcome.signal)
}

function copyFailure(report: string, signal: string | null): Error {
  try {
    const { message, code, path } = JSON.parse(report) as Record<string, unknown>
    return asSystemError({
      message: String(message),
      ...(typeof code === 'string' ? { code } : {}),
      ...(typeof path === 'string' ? { path } : {}),
    })
  } catch {
    // It said nothing in our terms: it was killed, or the program behind `execPath` is another one.
    return signal === null
      ? new NoProcess(`The copying process failed: ${report.slice(0, 200)}`)
      : new AppError('cancelled', `The copying process was ended by ${signal}.`)
  }
}
