import { Worker, type Transferable } from 'node:worker_threads'
import { AppError, messageOf, type ErrorCode } from '../base/errors'
import { FLAG, type Job, type JobAnswer, type JobRequest, type JobResults } from './protocol'

export interface JobOptions {
  readonly signal?: AbortSignal
  readonly onBytes?: (count: number) => void
  /** Becomes true when the file that is read has all its bytes. */
  readonly written?: Promise<boolean>
  /** What the worker takes over with the job. */
  readonly transfer?: readonly Transferable[]
}

/**
 * A small young generation: the readers make many short-lived objects, and a large one would let them pile up to several
 * times what is alive (a header of 50,000 tensors: 19 MB in place of 40).
 */
const LIMITS = { maxYoungGenerationSizeMb: 2 }

interface Pending {
  readonly resolve: (result: JobResults[Job['kind']]) => void
  readonly reject: (error: unknown) => void
  readonly onBytes: ((count: number) => void) | undefined
}

interface Member {
  readonly worker: Worker
  readonly pending: Map<number, Pending>
}

/**
 * Worker threads that start when they are first needed and don't keep the process alive. Work that would hold the
 * host's event loop (digests, copies, readers of model files) is done there.
 */
export class WorkerPool {
  readonly #file: string
  readonly #size: number
  readonly #members: Member[] = []
  #lastId = 0

  /** @param file `dist/worker.js` */
  constructor(file: string, size: number) {
    this.#file = file
    this.#size = size
  }

  /** @throws AppError `cancelled`; system errors with their `code`. */
  async run<K extends Job['kind']>(
    job: Extract<Job, { kind: K }>,
    options: JobOptions = {},
  ): Promise<JobResults[K]> {
    const { signal, onBytes, written, transfer = [] } = options
    if (signal?.aborted) throw new AppError('cancelled', 'Cancelled.')
    const member = this.#idlest()
    const id = ++this.#lastId
    const flags = new Int32Array(new SharedArrayBuffer(8))
    const raise = (flag: number): void => {
      Atomics.store(flags, flag, 1)
      Atomics.notify(flags, flag)
    }
    const cancel = (): void => {
      raise(FLAG.cancelled)
      Atomics.notify(flags, FLAG.written)
    }
    signal?.addEventListener('abort', cancel, { once: true })
    void written?.then((complete) => (complete ? raise(FLAG.written) : cancel()))
    try {
      const result = await new Promise<JobResults[Job['kind']]>((resolve, reject) => {
        member.pending.set(id, { resolve, reject, onBytes })
        member.worker.ref()
        member.worker.postMessage({ id, job, flags } satisfies JobRequest, transfer)
      })
      return result as JobResults[K]
    } finally {
      signal?.removeEventListener('abort', cancel)
      member.pending.delete(id)
      if (member.pending.size === 0) member.worker.unref()
    }
  }

  #idlest(): Member {
    const idle = this.#members.find(({ pending }) => pending.size === 0)
    if (idle) return idle
    if (this.#members.length < this.#size) return this.#start()
    return this.#members.reduce((a, b) => (b.pending.size < a.pending.size ? b : a))
  }

  #start(): Member {
    const worker = new Worker(this.#file, { resourceLimits: LIMITS })
    const member: Member = { worker, pending: new Map() }
    worker.unref()
    worker.on('message', (answer: JobAnswer) => {
      const pending = member.pending.get(answer.id)
      if (!pending) return
      if (answer.kind === 'progress') pending.onBytes?.(answer.count)
      else if (answer.kind === 'done') pending.resolve(answer.result)
      else if (answer.kind === 'cancelled') pending.reject(new AppError('cancelled', 'Cancelled.'))
      else pending.reject(asError(answer))
    })
    // A worker that dies takes its jobs with it, and the next job gets a new one.
    const fail = (reason: string): void => {
      this.#members.splice(this.#members.indexOf(member), 1)
      for (const pending of member.pending.values()) {
        pending.reject(new AppError('corrupt', `The background worker ended: ${reason}.`))
      }
    }
    worker.once('error', (error) => fail(messageOf(error)))
    worker.once('exit', (code) => {
      if (this.#members.includes(member)) fail(`exit code ${code}`)
    })
    this.#members.push(member)
    return member
  }

  async dispose(): Promise<void> {
    await Promise.all(this.#members.splice(0).map(({ worker }) => worker.terminate()))
  }
}

const CODES: readonly string[] = [
  'notFound',
  'conflict',
  'invalid',
  'corrupt',
  'unsafe',
  'policy',
  'busy',
  'cancelled',
  'remote',
] satisfies ErrorCode[]

function isErrorCode(code: string | undefined): code is ErrorCode {
  return code !== undefined && CODES.includes(code)
}

/** What failed in a worker, as it would have failed here. */
function asError(failure: Extract<JobAnswer, { kind: 'failed' }>): Error {
  const { explained, code, message, location } = failure
  if (!explained || !isErrorCode(code)) return asSystemError(failure)
  return new AppError(code, message, location && { location })
}

export function asSystemError(failure: {
  readonly message: string
  readonly code?: string
  readonly path?: string
}): Error {
  const { message, code, path } = failure
  return Object.assign(
    new Error(message),
    code === undefined ? {} : { code },
    path === undefined ? {} : { path },
  )
}
