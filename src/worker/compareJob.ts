import { realpathSync, statSync } from 'node:fs'
import { join, sep } from 'node:path'
import { AppError, systemCode } from '../base/errors'
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
  const first = await inspectExisting(before)
  const second = await inspectExisting(after)
  if (!content) return compareStructure(first, second)
  return compareStructure(first, second, {
    before: await digestsOf(before, first, flags, onCount),
    after: await digestsOf(after, second, flags, onCount),
  })
}

/** Nothing can be compared with what is not there. */
async function inspectExisting(path: string): Promise<DetailedInspection> {
  const inspection = await inspectPath(path, { detailed: true })
  const absent = inspection.findings.find(({ rule }) => rule === 'not-found')
  if (absent) throw new AppError('notFound', absent.message)
  return inspection
}

async function digestsOf(
  path: string,
  { tensors }: DetailedInspection,
  flags: Int32Array,
  onCount: OnCount,
): Promise<Map<string, string>> {
  const folder = statSync(path).isDirectory() ? path : join(path, '..')
  const readers = new Map<string | undefined, ByteReader | undefined>()
  const open = (file: string | undefined): ByteReader | undefined => {
    if (!readers.has(file)) {
      const place = file === undefined ? path : placeInside(folder, file)
      readers.set(file, place === undefined ? undefined : ByteReader.open(place))
    }
    return readers.get(file)
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
    for (const reader of readers.values()) reader?.close()
  }
}

/** A file that a model names, where it is one of the model's folder; a name or a link may lead anywhere. */
function placeInside(folder: string, file: string): string | undefined {
  try {
    const place = realpathSync(join(folder, file))
    const isInside = place.startsWith(`${realpathSync(folder)}${sep}`)
    return isInside && statSync(place).isFile() ? place : undefined
  } catch (error) {
    if (systemCode(error) === undefined) throw error
    return undefined
  }
}
