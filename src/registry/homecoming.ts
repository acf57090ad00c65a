import { isWriteRefused } from '../base/errors'
import type { ChangeRunner } from './changeRunner'
import type { Artifact, ModelDocument, ModelVersion, VersionRecord } from './model'
import type { RunOptions } from './ports'
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
      for (const record of everyRecord(now.document)) {
        if (away.has(record.id) && (await settle(runner, model, record, signal))) cameHome = true
      }
    })
  } catch (error) {
    // Who may only read has what is there.
    if (!isWriteRefused(error)) throw error
  }
  return cameHome
}

/** True where it came home. */
async function settle(
  runner: ChangeRunner,
  model: string,
  record: VersionRecord,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const { documents, store } = runner.parts
  const { artifact, id, version } = record
  if (!artifact || !store.bringHome) return false
  const formerVersion = earlierName(record)
  const claimOf = (place: string): string | undefined => {
    const state = documents.read(place.slice(0, place.indexOf('/')))
    if (state?.kind !== 'good') return undefined
    return everyRecord(state.document).find(
      (other) => other.id !== id && other.artifact && liesIn(other.artifact, place),
    )?.artifact?.sha256
  }
  return store.bringHome(
    {
      artifact,
      model,
      version,
      id,
      claimOf,
      ...(formerVersion === version ? {} : { formerVersion }),
    },
    signal ? { signal } : {},
  )
}

function liesIn({ uri }: Artifact, place: string): boolean {
  return uri === place || uri.startsWith(`${place}/`)
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
