import { access } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { ThemeIcon } from 'vscode'
import { inspect } from '../../app'
import { AppError, isAppError } from '../../base/errors'
import { plural } from '../../base/text'
import { askPick } from '../input/steps'

/** Parts are told by names and headers; a disk that needs longer has the first question waiting for nothing. */
const PATIENCE_MILLISECONDS = 1000

/**
 * The files of the model that a file is a part of, such as a shard: all of them where a person says so.
 * @throws AppError `cancelled`
 */
export async function withItsParts(path: string): Promise<readonly string[]> {
  const present = await partsOf(path)
  const others = present.filter((part) => part !== path)
  if (others.length === 0) return [path]
  const all = [path, ...others].sort()
  const answer = await askPick({
    title: `${basename(path)} Has ${plural(others.length, 'More Part')}`,
    placeholder: 'A part alone can not be loaded',
    items: () => [
      {
        label: `Register All ${all.length}`,
        description: all.map((part) => basename(part)).join(', '),
        iconPath: new ThemeIcon('files'),
        chosen: all,
      },
      {
        label: 'Register This File Alone',
        description: '',
        iconPath: ThemeIcon.File,
        chosen: [path],
      },
    ],
  })
  if (answer.kind !== 'accept') throw new AppError('cancelled', 'Cancelled.')
  return answer.value.chosen
}

async function isReadable(path: string): Promise<boolean> {
  try {
    await access(path)
    return true
  } catch {
    return false
  }
}

async function partsOf(path: string): Promise<readonly string[]> {
  try {
    const { parts } = await inspect(path, { signal: AbortSignal.timeout(PATIENCE_MILLISECONDS) })
    const present = (parts?.present ?? []).map((part) => join(dirname(path), ...part.split('/')))
    // The index of shards belongs to them, and no shard names it.
    const index = path.replace(/-\d{5}-of-\d{5}(\.\w+)$/, '$1.index.json')
    const isThere = present.length > 1 && index !== path && (await isReadable(index))
    return isThere ? [...new Set([...present, index])] : present
  } catch (error) {
    // Too slow, or not readable: then it is registered as it was chosen.
    if (isAppError(error)) return []
    throw error
  }
}
