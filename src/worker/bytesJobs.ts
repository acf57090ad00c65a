import { createHash } from 'node:crypto'
import { closeSync, fstatSync, fsyncSync, openSync, readSync, write } from 'node:fs'
import { systemCode } from '../base/errors'
import { FLAG, type JobResults } from './protocol'

/** What was read is still in the cache of the processor when it is digested; the system reads ahead by itself. */
const CHUNK = 512 * 1024
/** Buffers of a copy: one is read and digested while others are written. */
const RING = 16
/** How long to wait for a writer that is behind. */
const PAUSE_MILLISECONDS = 4

/** The job was told to stop. */
export class JobCancelled extends Error {}

export type OnCount = (count: number) => void

function checkCancelled(flags: Int32Array): void {
  if (Atomics.load(flags, FLAG.cancelled) !== 0) throw new JobCancelled()
}

/**
 * SHA-256 of a file. Of one that is still being written, the bytes are read as they come; at the end of the file it
 * waits until the writer has set `FLAG.written`, and then reads the rest.
 * @param growing The size that it will have; `undefined` where nobody writes it any more.
 */
export function digest(
  path: string,
  growing: number | undefined,
  flags: Int32Array,
  onCount: OnCount,
): JobResults['digest'] {
  const descriptor = growing === undefined ? openSync(path, 'r') : openGrowing(path, flags)
  try {
    if (growing !== undefined) waitForBytes(descriptor, growing, flags)
    const hash = createHash('sha256')
    const buffer = Buffer.allocUnsafe(CHUNK)
    let size = 0
    for (;;) {
      checkCancelled(flags)
      // Asked before the read: what was written before the flag is seen by a read after it.
      const complete = growing === undefined || isWritten(flags)
      const count = readSync(descriptor, buffer, 0, CHUNK, size)
      if (count === 0) {
        if (complete) return { sha256: hash.digest('hex'), size }
        pause(flags)
        continue
      }
      hash.update(buffer.subarray(0, count))
      size += count
      onCount(count)
    }
  } finally {
    closeSync(descriptor)
  }
}

function isWritten(flags: Int32Array): boolean {
  return Atomics.load(flags, FLAG.written) !== 0
}

function pause(flags: Int32Array): void {
  Atomics.wait(flags, FLAG.written, 0, PAUSE_MILLISECONDS)
}

/** A file that its writer may not have made yet. */
function openGrowing(path: string, flags: Int32Array): number {
  for (;;) {
    checkCancelled(flags)
    const complete = isWritten(flags)
    try {
      return openSync(path, 'r')
    } catch (error) {
      if (complete || systemCode(error) !== 'ENOENT') throw error
      pause(flags)
    }
  }
}

/**
 * A file that has its whole length from the beginning has its bytes only when it is finished: read before, it would be
 * zeros. So it is with every copy on Windows, and on file systems that make room first.
 */
function waitForBytes(descriptor: number, size: number, flags: Int32Array): void {
  const comesAtOnce = process.platform === 'win32' || fstatSync(descriptor).size >= size
  while (comesAtOnce && !isWritten(flags)) {
    checkCancelled(flags)
    pause(flags)
  }
}

/** Reads two files side by side and gives up at the first difference; `true` where there is none. */
export function match(path: string, other: string, flags: Int32Array): JobResults['match'] {
  const first = openSync(path, 'r')
  try {
    const second = openSync(other, 'r')
    try {
      const a = Buffer.allocUnsafe(CHUNK)
      const b = Buffer.allocUnsafe(CHUNK)
      for (let size = 0; ;) {
        checkCancelled(flags)
        const count = readSync(first, a, 0, CHUNK, size)
        // At the end of the first, the other must end as well.
        if (count === 0) return readSync(second, b, 0, 1, size) === 0
        if (count !== readFully(second, b, count, size)) return false
        if (a.compare(b, 0, count, 0, count) !== 0) return false
        size += count
      }
    } finally {
      closeSync(second)
    }
  } finally {
    closeSync(first)
  }
}

function readFully(descriptor: number, buffer: Buffer, length: number, position: number): number {
  let done = 0
  while (done < length) {
    const count = readSync(descriptor, buffer, done, length - done, position + done)
    if (count === 0) break
    done += count
  }
  return done
}

/** Copies in one pass over a ring of buffers: while some are written, the next one is read and digested. */
export async function copy(
  from: string,
  to: string,
  flags: Int32Array,
  onCount: OnCount,
): Promise<JobResults['copy']> {
  const source = openSync(from, 'r')
  try {
    const target = openSync(to, 'wx', 0o600)
    try {
      const hash = createHash('sha256')
      const free = Array.from({ length: RING }, () => Buffer.allocUnsafe(CHUNK))
      const writing = new Set<Promise<void>>()
      let size = 0
      for (;;) {
        checkCancelled(flags)
        const buffer = free.pop()
        if (!buffer) {
          await Promise.race(writing)
          continue
        }
        const count = readSync(source, buffer, 0, CHUNK, size)
        if (count === 0) break
        const part = buffer.subarray(0, count)
        const task: Promise<void> = writeFully(target, part, size).finally(() => {
          writing.delete(task)
          free.push(buffer)
        })
        writing.add(task)
        hash.update(part)
        size += count
        onCount(count)
      }
      await Promise.all(writing)
      fsyncSync(target)
      return { sha256: hash.digest('hex'), size }
    } finally {
      closeSync(target)
    }
  } finally {
    closeSync(source)
  }
}

async function writeFully(descriptor: number, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    done += await new Promise<number>((resolve, reject) => {
      write(descriptor, bytes, done, bytes.length - done, position + done, (error, count) =>
        error ? reject(error) : resolve(count),
      )
    })
  }
}
