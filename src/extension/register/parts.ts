import { AppError } from '../../base/errors'
import type { PathSource } from '../../registry/ports'
import { askSeveral } from '../input/steps'
import type { LeftOut } from './folderContents'

/** Asks which of the parts that are left out of a folder belong to the model after all. */
export async function choosePartsOf(
  folder: string,
  leftOut: readonly LeftOut[],
  current: PathSource | undefined,
): Promise<PathSource> {
  const excluded = new Set(current?.exclude)
  const base: PathSource = current ?? { paths: [folder] }
  const included = await includedParts(leftOut, excluded)
  if (!included) return base
  return {
    ...base,
    exclude: leftOut.map(({ path }) => path).filter((path) => !included.has(path)),
  }
}

/** `undefined` where the question was left: everything stays as it was. */
async function includedParts(
  leftOut: readonly LeftOut[],
  excluded: ReadonlySet<string>,
): Promise<ReadonlySet<string> | undefined> {
  try {
    const chosen = await askSeveral({
      title: 'Left out of the artifact',
      placeholder: 'Tick what belongs to the model all the same',
      items: leftOut.map(({ path, why }) => ({
        label: path,
        description: why,
        picked: !excluded.has(path),
      })),
    })
    return new Set(chosen.map(({ label }) => label))
  } catch (error) {
    if (error instanceof AppError && error.code === 'cancelled') return undefined
    throw error
  }
}
