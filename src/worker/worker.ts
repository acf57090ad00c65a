import { constants } from 'node:fs'
import { copyFile, open } from 'node:fs/promises'
import { setPriority } from 'node:os'
import { isMainThread, parentPort } from 'node:worker_threads'
import { isAppError, messageOf, type ErrorLocation } from '../base/errors'
import { resolveConflict } from '../conflicts'
import { inspectPath } from '../formats/inspect'
import { harvest } from '../harvest/harvest'
import { renderModelCard } from '../harvest/modelCard'
import { readSeries } from '../harvest/series'
import { copy, digest, JobCancelled, match, type OnCount } from './bytesJobs'
import { scanPath } from '../security/scan'
import { compareJob } from './compareJob'
import { documentJob } from './documentJob'
import type { JobAnswer, JobRequest, JobResults, Job } from './protocol'

/**
 * `dist/worker.js`, in two roles: a worker thread that takes jobs, and a process that copies one file
 * (`worker.js --copy FROM TO`), because a copy in the kernel can only be stopped with its process.
 */

/** Progress is told this often; more would keep the host busy with messages. */
const PROGRESS_MILLISECONDS = 50

/** Above 0: below everything else that the user has running, and below the host that waits for a turn of its event loop. */
const NICENESS = 5

/** On Linux a priority belongs to a thread; elsewhere it would be the whole host's. */
function stepBack(): void {
  if (process.platform !== 'linux' && !isMainThread) return
  try {
    setPriority(NICENESS)
  } catch {
    // A system that forbids it runs us as we are.
  }
}

/** Exit code of a copy that failed; the reason stands on stderr as JSON. */
const COPY_FAILED = 1

async function runCopyProcess(from: string, to: string): Promise<void> {
  stepBack()
  // The host holds the other end of stdin: when it dies, nobody wants the copy any more, and only SIGKILL ends a
  // process in the middle of a copy in the kernel.
  process.stdin.on('close', () => process.kill(process.pid, 'SIGKILL'))
  process.stdin.resume()
  try {
    await copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE)
    const target = await open(to, 'r')
    try {
      await target.sync()
    } finally {
      await target.close()
    }
    process.exit(0)
  } catch (error) {
    const { message, code, path } = describe(error)
    // The system names the source first, but it is the target's disk that is full.
    const where = code === 'ENOSPC' || code === 'EDQUOT' ? to : path
    const report = JSON.stringify({ message, code, path: where })
    process.stderr.write(report, () => process.exit(COPY_FAILED))
  }
}

async function run(
  job: Job,
  flags: Int32Array,
  onCount: OnCount,
): Promise<JobResults[Job['kind']]> {
  switch (job.kind) {
    case 'digest':
      return digest(job.path, job.growing, flags, onCount)
    case 'match':
      return match(job.path, job.other, flags)
    case 'copy':
      return copy(job.from, job.to, flags, onCount)
    case 'inspect':
      return job.detailed ? inspectPath(job.path, { detailed: true }) : inspectPath(job.path)
    case 'compare':
      return compareJob(job.path, job.other, job.content, flags, onCount)
    case 'scan':
      return scanPath(job.path, { allow: job.allow })
    case 'harvest': {
      const { path, root, commit } = job
      return harvest(path, { root, ...(commit === undefined ? {} : { commit }) })
    }
    case 'card':
      return renderModelCard(job.model, job.version, job.production)
    case 'document':
      return documentJob(job)
    case 'curves':
      return readSeries(job.bytes)
    case 'resolve':
      return (await resolveConflict(job.path)).notes
  }
}

interface Described {
  readonly message: string
  readonly explained?: boolean
  readonly code?: string
  readonly path?: string
  readonly location?: ErrorLocation
}

function describe(error: unknown): Described {
  return {
    message: messageOf(error),
    ...(isAppError(error) ? { explained: true } : {}),
    ...(isAppError(error) && error.location ? { location: error.location } : {}),
    ...(error instanceof Error && 'code' in error ? { code: String(error.code) } : {}),
    ...(error instanceof Error && 'path' in error ? { path: String(error.path) } : {}),
  }
}

function failure(id: number, error: unknown): JobAnswer {
  return error instanceof JobCancelled
    ? { id, kind: 'cancelled' }
    : { id, kind: 'failed', ...describe(error) }
}

function serve(port: NonNullable<typeof parentPort>): void {
  stepBack()
  port.on('message', (request: JobRequest) => {
    const { id, job, flags } = request
    let pending = 0
    let told = performance.now()
    const onCount = (count: number): void => {
      pending += count
      if (performance.now() - told < PROGRESS_MILLISECONDS) return
      port.postMessage({ id, kind: 'progress', count: pending } satisfies JobAnswer)
      pending = 0
      told = performance.now()
    }
    run(job, flags, onCount).then(
      (result) => {
        if (pending > 0)
          port.postMessage({ id, kind: 'progress', count: pending } satisfies JobAnswer)
        port.postMessage({ id, kind: 'done', result } satisfies JobAnswer)
      },
      (error: unknown) => port.postMessage(failure(id, error)),
    )
  })
}

const [role, from, to] = process.argv.slice(2)
if (isMainThread && role === '--copy' && from !== undefined && to !== undefined)
  void runCopyProcess(from, to)
else if (parentPort) serve(parentPort)
