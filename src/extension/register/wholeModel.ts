import { basename } from 'node:path'
import { ThemeIcon } from 'vscode'
import { AppError, isAppError } from '../../base/errors'
import { plural } from '../../base/text'
import { wholeModelOf, type WholeModel } from '../../parts'
import { askPick } from '../input/steps'

/** Parts are told by names and headers; a disk that needs longer has the first question waiting for nothing. */
const PATIENCE_MILLISECONDS = 1000

/**
 * The files of the model that a file is a part of, such as a shard: all of them where a person says so.
 * @throws AppError `cancelled`
 */
export async function withItsParts(path: string): Promise<readonly string[]> {
  const all = (await findWhole(path))?.paths
  if (!all || all.length === 1) return [path]
  const answer = await askPick({
    title: `${basename(path)} Has ${plural(all.length - 1, 'More Part')}`,
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

async function findWhole(path: string): Promise<WholeModel | undefined> {
  try {
    return await wholeModelOf(path, { signal: AbortSignal.timeout(PATIENCE_MILLISECONDS) })
  } catch (error) {
    // Too slow, or not readable: then it is registered as it was chosen.
    if (isAppError(error)) return undefined
    throw error
  }
}
