import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { AppError, systemCode } from '../base/errors'
import { POLICY, type ModelsFolder } from '../base/modelsFolder'
import { NO_POLICY, type Policy } from '../registry/policy'
import { parsePolicy } from '../registry/policyFile'

/** Larger is no file that a team reviews. */
const MAX_BYTES = 1024 * 1024

/**
 * The promotion rules of a registry, read anew at each promotion.
 * @throws AppError `corrupt` where the file can't be understood: then nothing is promoted.
 */
export async function readPolicy(folder: ModelsFolder): Promise<Policy> {
  const path = folder.join(POLICY)
  let handle
  try {
    handle = await open(
      path,
      constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0),
    )
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return NO_POLICY
    if (systemCode(error) === 'ELOOP') throw notRegular(path)
    throw error
  }
  try {
    const stats = await handle.stat()
    if (!stats.isFile() || stats.size > MAX_BYTES) throw notRegular(path)
    return parsePolicy(await handle.readFile('utf8'), path)
  } finally {
    await handle.close()
  }
}

function notRegular(path: string): AppError {
  return new AppError(
    'corrupt',
    `${path} is not a regular file of rules. Put the file itself there.`,
  )
}
