import { isWriteRefused } from '../base/errors'
import type { ChangeRunner } from './changeRunner'
import type { ModelDocument, ModelVersion, VersionRecord } from './model'
import type { Homeless, RunOptions } from './ports'
import { lookAt } from './lookAt'

/**
 * Sees to it that what lies in a version's place is that version's: git moves documents only, so after a checkout or a
 * merge an artifact can lie where its document does not say, or in the place of another version. Where the store has
 * the content elsewhere, it is put in its place. Does nothing in a registry that is open for reading only, or while
 * somebody else changes the model.
 */
export async function bringHome(
  runner: ChangeRunner,
  version: ModelVersion,
  options: RunOptions = {},
): Promise<void> {
  await bringAllHome(runner, version.model, [version], options)
}

/** The same for several versions of one model; `true` where one came home. */
export async function bringAllHome(
  runner: ChangeRunner,
  model: string,
  versions: readonly ModelVersion[],
  { signal }: RunOptions = {},
): Promise<boolean> {
  const { store, documents, readOnly } = runner.parts
  if (readOnly || !store.bringHome || !documents.withLock || !documents.readNow) return false
  const state = documents.read(model)
  if (state?.kind !== 'good') return false
  const names = new Set(versions.map(({ version }) => version))
  const namesakes = everyRecord(state.document).filter((record) => names.has(earlierName(record)))
  const away = new Set<string>()
  for (const { id, artifact } of [...versions, ...namesakes]) {
    if (!artifact) continue
    const { stat, reason } = await lookAt(store, artifact)
    if (!stat && reason === undefined) away.add(id)
  }
  if (away.size === 0) return false
  let cameHome = false
  try {
    await documents.withLock(model, async () => {
      const now = await documents.readNow?.(model)
      if (now?.kind !== 'good') return
      const claimOf = claims(runner)
      const homeless = everyRecord(now.document).flatMap((record) =>
        away.has(record.id) ? homelessOf(model, record) : [],
      )
      cameHome = (await store.bringHome?.(homeless, claimOf, signal ? { signal } : {})) ?? false
    })
  } catch (error) {
    // Who may only read has what is there.
    if (!isWriteRefused(error)) throw error
  }
  return cameHome
}

function homelessOf(model: string, record: VersionRecord): Homeless[] {
  const { artifact, id, version } = record
  if (!artifact) return []
  const formerVersion = earlierName(record)
  return [{ artifact, model, version, id, ...(formerVersion === version ? {} : { formerVersion }) }]
}

/** What documents say of places: each is gone through once. */
function claims(runner: ChangeRunner): (place: string) => string | undefined {
  const known = new Map<string, ReadonlyMap<string, string>>()
  return (place) => {
    const model = place.slice(0, place.indexOf('/'))
    let ofModel = known.get(model)
    if (!ofModel) {
      const state = runner.parts.documents.read(model)
      const records = state?.kind === 'good' ? everyRecord(state.document) : []
      ofModel = new Map(
        records.flatMap(({ artifact }) =>
          artifact ? [[placeOf(artifact.uri), artifact.sha256] as const] : [],
        ),
      )
      known.set(model, ofModel)
    }
    return ofModel.get(place)
  }
}

/** The version's folder that an address lies in. */
function placeOf(uri: string): string {
  return uri.split('/').slice(0, 2).join('/')
}

/** The name that a version had before a merge made it longer by a part of its id, since another one has it; else its own. */
function earlierName({ version, id }: VersionRecord): string {
  const suffix = /[+.]([0-9a-z]{6,26})$/.exec(version)
  return suffix?.[1] !== undefined && id.toLowerCase().endsWith(suffix[1])
    ? version.slice(0, suffix.index)
    : version
}

function everyRecord({ versions, trash }: ModelDocument): VersionRecord[] {
  return [...versions, ...trash]
}
