import { join } from 'node:path'
import { statSync } from 'node:fs'
import { ByteReader } from '../bytes/byteReader'
import { compareStructure, type StructureComparison } from '../formats/compareStructure'
import { digestTensors } from '../formats/digestTensors'
import { inspectPath } from '../formats/inspect'
import type { DetailedInspection } from '../registry/inspection'
import type { OnCount } from './bytesJobs'
import { JobCancelled } from './bytesJobs'
import { FLAG } from './protocol'

/** Compares the structure of two models; with `content`, the values of the tensors that both have, too. */
export async function compareJob(
  before: string,
  after: string,
  content: boolean,
  flags: Int32Array,
  onCount: OnCount,
): Promise<StructureComparison> {
  const first = await inspectPath(before, { detailed: true })
  const second = await inspectPath(after, { detailed: true })
  if (!content) return compareStructure(first, second)
  return compareStructure(first, second, {
    before: await digestsOf(before, first, flags, onCount),
    after: await digestsOf(after, second, flags, onCount),
  })
}

async function digestsOf(
  path: string,
  { tensors }: DetailedInspection,
  flags: Int32Array,
  onCount: OnCount,
): Promise<Map<string, string>> {
  const folder = statSync(path).isDirectory() ? path : join(path, '..')
  const readers = new Map<string | undefined, ByteReader>()
  const open = (file: string | undefined): ByteReader => {
    const known = readers.get(file)
    if (known) return known
    const reader = ByteReader.open(file === undefined ? path : join(folder, file))
    readers.set(file, reader)
    return reader
  }
  let told = 0
  try {
    return await digestTensors(tensors, open, {
      onProgress: (done) => {
        if (Atomics.load(flags, FLAG.cancelled) !== 0) throw new JobCancelled()
        onCount(done - told)
        told = done
      },
    })
  } finally {
    for (const reader of readers.values()) reader.close()
  }
}
