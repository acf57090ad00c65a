import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs'

/** Writes a file that begins with some bytes and has holes up to its size: gigabytes that take no room. */
export function sparseFile(path: string, head: Uint8Array, size: number, tail?: Uint8Array): void {
  const descriptor = openSync(path, 'w')
  try {
    writeSync(descriptor, head)
    ftruncateSync(descriptor, size)
    if (tail) writeSync(descriptor, tail, 0, tail.length, size - tail.length)
  } finally {
    closeSync(descriptor)
  }
}
