import { basename } from 'node:path'
import { digestFile } from './app'
import { AppError, isAppError } from './base/errors'
import type { Dataset } from './registry/model'
import type { RunOptions } from './registry/ports'
import { sourceOf } from './registry/source'
import { artifactDigest } from './store/digest'
import { planSource, type Plan } from './store/plan'

/**
 * Data sets that a person names, as a version keeps them: the path, and the SHA-256 of the content, of a folder as of a
 * folder artifact. Read in a worker, one file at a time.
 * @param paths Absolute paths of files and folders; links are followed.
 * @throws AppError `notFound`, `invalid` naming the path, `cancelled`; system errors with their `code`.
 */
export async function readDatasets(
  paths: readonly string[],
  workspace: string,
  { signal, onProgress }: RunOptions = {},
): Promise<readonly Dataset[]> {
  const cancel = signal ? { signal } : {}
  const plans: { path: string; plan: Plan }[] = []
  for (const path of paths) plans.push({ path, plan: await planOf(path, signal) })
  const total = plans.reduce((sum, { plan }) => sum + plan.size, 0)
  let done = 0
  const datasets: Dataset[] = []
  for (const { path, plan } of plans) {
    const files = []
    for (const file of plan.files) {
      onProgress?.({ done, total, step: `Reading ${basename(path)}` })
      files.push({ ...file, sha256: await digestFile(file.from, cancel) })
      done += file.size
    }
    const { path: place = basename(path) } = sourceOf([path], workspace)
    datasets.push({ path: place, digest: `sha256:${artifactDigest(plan.kind, files)}` })
  }
  return datasets
}

async function planOf(path: string, signal: AbortSignal | undefined): Promise<Plan> {
  try {
    return await planSource({ paths: [path], follow: true }, { signal })
  } catch (error) {
    if (!isAppError(error) || error.code !== 'invalid') throw error
    throw new AppError('invalid', `${path} can't be a data set: ${error.message}`, { cause: error })
  }
}
