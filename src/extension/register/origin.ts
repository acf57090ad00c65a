import { isAppError } from '../../base/errors'
import { isCertain, type HarvestedValue } from '../../harvest/harvester'
import { readOrigin, withOrigin, type Origin, type OriginOptions } from '../../origin'
import type { Parameters } from '../../registry/model'
import type { RegisterRequest } from '../../registry/registry'
import {
  parseMetrics,
  parseParameters,
  parseTags,
  printAssignments,
  problemOf,
} from '../input/assignments'
import type { Draft } from './draft'

/** What the editor knows of a folder. */
export type Surroundings = Pick<OriginOptions, 'interpreter' | 'notebook' | 'patch' | 'repository'>

/**
 * What surrounds a model: what its training left behind, and the code that is checked out. `undefined` where that can't
 * be read: registering it says why, or there is nothing to say.
 */
export async function findOrigin(
  paths: readonly string[],
  workspace: string,
  signal: AbortSignal,
  known: Surroundings = {},
): Promise<Origin | undefined> {
  if (paths.length === 0) return undefined
  try {
    return await readOrigin(paths, { ...known, workspace, harvest: true, git: true, signal })
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

const PARSERS = { metrics: parseMetrics, parameters: parseParameters, tags: parseTags } as const

/** What a place of the draft says, as a record; `undefined` while it can't be read. */
function readPlace(draft: Draft, place: keyof typeof PARSERS): Parameters | undefined {
  return problemOf(PARSERS[place], draft[place]) === undefined
    ? PARSERS[place](draft[place])
    : undefined
}

/** True where the draft says what was found. */
export function isInDraft(draft: Draft, { place, name, value }: HarvestedValue): boolean {
  if (place === 'description') return draft.description === String(value)
  const current = readPlace(draft, place)?.[name]
  return place === 'tags' ? current === String(value) : current === value
}

/** Writes what was taken of the found values into the draft, and out of it what was not; what a person typed stays. */
export function takeFound(
  draft: Draft,
  values: readonly HarvestedValue[],
  taken: ReadonlySet<HarvestedValue>,
): void {
  for (const place of ['metrics', 'parameters', 'tags'] as const) {
    const current = readPlace(draft, place)
    // What can't be read is being typed: its own question says what is wrong with it.
    if (!current) continue
    const wanted = { ...current }
    for (const found of values) {
      if (found.place !== place) continue
      if (taken.has(found))
        wanted[found.name] = place === 'tags' ? String(found.value) : found.value
      else if (isInDraft(draft, found)) delete wanted[found.name]
    }
    draft[place] = printAssignments(wanted)
  }
  const description = values.find(({ place }) => place === 'description')
  if (!description) return
  if (taken.has(description)) draft.description = String(description.value)
  else if (isInDraft(draft, description)) draft.description = ''
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
