import { isAppError } from '../../base/errors'
import type { HarvestedValue } from '../../harvest/harvester'
import { isCertain, readOrigin, withOrigin, type Origin } from '../../origin'
import type { RegisterRequest } from '../../registry/registry'
import { printAssignments } from '../input/assignments'
import type { Draft } from './draft'

/**
 * What surrounds a model: what its training left behind, and the code that is checked out. `undefined` where that can't
 * be read: registering it says why, or there is nothing to say.
 */
export async function findOrigin(
  paths: readonly string[],
  workspace: string,
  signal: AbortSignal,
): Promise<Origin | undefined> {
  if (paths.length === 0) return undefined
  try {
    return await readOrigin(paths, { workspace, harvest: true, git: true, signal })
  } catch (error) {
    if (isAppError(error)) return undefined
    throw error
  }
}

/** Fills what nobody has typed yet with what the training left behind. */
export function prefill(draft: Draft, origin: Origin): void {
  const values = (origin.harvest?.values ?? []).filter(isCertain)
  for (const place of ['metrics', 'parameters', 'tags'] as const) {
    if (draft[place] !== '') continue
    const found = values.filter((value) => value.place === place)
    draft[place] = printAssignments(
      Object.fromEntries(found.map(({ name, value }) => [name, value])),
    )
  }
  const description = values.find(({ place }) => place === 'description')
  if (draft.description === '' && description) draft.description = String(description.value)
}

/** The request with its origin: a value that was found and left as it is keeps the place where it was read. */
export function joinOrigin(request: RegisterRequest, origin: Origin | undefined): RegisterRequest {
  if (!origin) return request
  const found = (origin.harvest?.values ?? []).filter((value) => isAsFound(request, value))
  const without = (place: 'metrics' | 'parameters' | 'tags'): object => ({
    [place]: Object.fromEntries(
      Object.entries(request[place] ?? {}).filter(
        ([name]) => !found.some((value) => value.place === place && value.name === name),
      ),
    ),
  })
  const { description, ...rest } = request
  const typed: RegisterRequest = {
    ...rest,
    ...without('metrics'),
    ...without('parameters'),
    ...without('tags'),
    ...(found.some(({ place }) => place === 'description') || description === undefined
      ? {}
      : { description }),
  }
  return withOrigin(typed, origin, (value) => found.includes(value))
}

function isAsFound(request: RegisterRequest, { place, name, value }: HarvestedValue): boolean {
  if (place === 'description') return request.description === String(value)
  const current = request[place]?.[name]
  return place === 'tags' ? current === String(value) : current === value
}
