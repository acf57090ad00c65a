import type { ChangeRunner } from './changeRunner'
import { recorded } from './changes'
import type { ModelDocument, TrashRecord } from './model'
import type { StoredPlace } from './ports'

export interface CollectOptions {
  /** Say what would go, and do nothing. */
  readonly dryRun?: boolean
  /** Take artifacts that no document here names, too, into the trash. */
  readonly unlisted?: boolean
  /** In place of the registry's own, in days. */
  readonly retentionDays?: number
}

export interface CollectReport {
  /** Bytes that are free again, or would be. */
  readonly freed: number
  /** Paths inside the registry's folder. */
  readonly removed: readonly string[]
  /** Artifacts that no document here uses, and that stay: perhaps another branch's. */
  readonly kept: readonly string[]
  /** The branch that uses it, of those of `kept` where one is known. */
  readonly branches: Readonly<Record<string, string>>
  /** Models whose document is broken: nothing of theirs was looked at. */
  readonly skipped: readonly string[]
  /** Bytes that each of `removed` and `kept` gives back when it is removed. */
  readonly sizes: Readonly<Record<string, number>>
}

const DAY = 86_400_000
/** A flight of another machine that nobody touched for so long has come down. */
const STALE_FLIGHT = 7 * DAY

/**
 * Empties what is past its retention from the trash, and stale temporaries. Never touches a live version, be it of
 * another branch, nor a model whose document is broken.
 */
export async function collectGarbage(
  runner: ChangeRunner,
  options: CollectOptions,
): Promise<CollectReport> {
  const dryRun = options.dryRun ?? false
  const run = (): Promise<CollectReport> => collect(runner, options, dryRun)
  return dryRun
    ? runner.explained('look for what can go', run)
    : runner.write('free disk space', run)
}

async function collect(
  runner: ChangeRunner,
  options: CollectOptions,
  dryRun: boolean,
): Promise<CollectReport> {
  const { documents, store, clock } = runner.parts
  const now = clock().getTime()
  const oldest = now - (options.retentionDays ?? runner.parts.retentionDays) * DAY
  // The places first: what lands there later is not among them, and what landed before is named by now or in the air.
  const places = (await store.places?.()) ?? []
  await documents.refresh()
  const good: ModelDocument[] = []
  const skipped: string[] = []
  for (const name of documents.list()) {
    const state = documents.read(name)
    if (state?.kind === 'good') good.push({ ...state.document, name })
    else skipped.push(name)
  }
  const sizes = new Map(places.map((place) => [place.path, place.freeable]))
  const removed: string[] = []
  let freed = 0
  const expired = new Map(
    good.map(({ name, trash }) => [
      name,
      trash.filter(({ deletedAt }) => Date.parse(deletedAt) <= oldest),
    ]),
  )
  const named = new Set(good.flatMap(placesNamedBy))
  const used = await usedElsewhere(runner, [
    ...[...expired.values()].flat().map(({ id }) => id),
    ...places.flatMap(({ path, area }) => (area === 'version' && !named.has(path) ? [path] : [])),
  ])
  const kept: string[] = []
  const branches: Record<string, string> = {}
  const keepFor = (branch: string, path: string): void => {
    kept.push(path)
    branches[path] = branch
  }
  for (const [name, records] of expired) {
    const old: TrashRecord[] = []
    for (const record of records) {
      const branch = used.get(record.id)
      if (branch === undefined) old.push(record)
      else keepFor(branch, record.artifact ? placeOf(record.artifact.uri) : record.id)
    }
    if (old.length === 0) continue
    const gone = dryRun ? old : await purge(runner, name, old)
    for (const { artifact } of gone) {
      if (!artifact) continue
      const path = placeOf(artifact.uri)
      const size = sizes.get(path) ?? artifact.size
      sizes.set(path, size)
      removed.push(path)
      freed += size
    }
  }
  for (const place of places) {
    if (named.has(place.path)) continue
    const fate = fateOf(place, { skipped, oldest, now, unlisted: options.unlisted ?? false })
    if (fate === 'leave') continue
    const branch = used.get(place.path)
    if (branch !== undefined) {
      keepFor(branch, place.path)
      continue
    }
    if (fate === 'list') kept.push(place.path)
    if (fate === 'trash') {
      if (dryRun || (await takeUnlisted(runner, place))) removed.push(place.path)
      else kept.push(place.path)
    }
    if (fate === 'remove') {
      if (!dryRun) await store.removePlace?.(place.path)
      removed.push(place.path)
      freed += place.freeable
    }
  }
  const told = [...removed, ...kept].map((path) => [path, sizes.get(path) ?? 0] as const)
  return { freed, removed, kept, branches, skipped, sizes: Object.fromEntries(told) }
}

/** Which branch uses what could go: ids of versions, and places. Where nothing could go, nobody is asked. */
async function usedElsewhere(
  runner: ChangeRunner,
  keys: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const ask = runner.parts.usedElsewhere
  return ask && keys.length > 0 ? ask(keys) : new Map()
}

function fateOf(
  place: StoredPlace,
  rules: {
    readonly skipped: readonly string[]
    readonly oldest: number
    readonly now: number
    readonly unlisted: boolean
  },
): 'leave' | 'list' | 'trash' | 'remove' {
  const modified = place.modifiedAt.getTime()
  if (place.active) return 'leave'
  if (place.area === 'temporary') return modified < rules.now - STALE_FLIGHT ? 'remove' : 'leave'
  if (place.area === 'trash') {
    // A broken document may name what is in the trash; whose it is can't be seen from outside.
    if (rules.skipped.length > 0) return 'leave'
    if (place.isUnlisted) return modified <= rules.oldest ? 'remove' : 'leave'
    // Deleted on another branch, perhaps, and in use on this one or a third.
    return rules.unlisted ? 'trash' : 'list'
  }
  const model = place.path.slice(0, place.path.indexOf('/')).toLowerCase()
  if (rules.skipped.some((name) => name.toLowerCase() === model)) return 'leave'
  return rules.unlisted ? 'trash' : 'list'
}

/** Moves a place into the trash, unless somebody changes its model right now or has named it meanwhile. */
async function takeUnlisted(runner: ChangeRunner, { path, area }: StoredPlace): Promise<boolean> {
  const { documents, store } = runner.parts
  const model = path.slice(0, path.indexOf('/'))
  if (area === 'trash' || !documents.withLock || !documents.readNow) {
    await store.placeToTrash?.(path)
    return true
  }
  let isTaken = false
  await documents.withLock(model, async () => {
    const state = await documents.readNow?.(model)
    if (state?.kind === 'broken') return
    if (state && placesNamedBy(state.document).includes(path)) return
    await store.placeToTrash?.(path)
    isTaken = true
  })
  return isTaken
}

/** Takes records out of a model's trash for good; a deleted model without any goes with its document. */
async function purge(
  runner: ChangeRunner,
  name: string,
  records: readonly TrashRecord[],
): Promise<readonly TrashRecord[]> {
  const ids = new Set(records.map(({ id }) => id))
  let gone: readonly TrashRecord[] = []
  await runner.parts.documents.transact([name], async (transaction) => {
    const document = await transaction.read(name)
    gone = document?.trash.filter(({ id }) => ids.has(id)) ?? []
    if (!document || gone.length === 0) return
    const relocation = runner.relocation([name], transaction)
    for (const { artifact, version } of gone) {
      if (artifact) await relocation.remove(artifact)
      transaction.afterWrite(() => runner.parts.sideFiles.remove(name, version))
    }
    const trash = document.trash.filter(({ id }) => !ids.has(id))
    if (document.deletedAt !== undefined && trash.length === 0 && document.versions.length === 0) {
      transaction.remove(name)
      return
    }
    const note = gone.map(({ version }) => version).join(', ')
    const { document: changed } = recorded(
      { ...document, trash },
      runner.author(undefined, `Removed for good: ${note}`),
      'gc',
    )
    transaction.write(name, changed)
  })
  if (gone.length > 0) runner.tell([name])
  return gone
}

function placesNamedBy(document: ModelDocument): string[] {
  return [...document.versions, ...document.trash].flatMap(({ artifact }) =>
    artifact ? [placeOf(artifact.uri)] : [],
  )
}

/** The version's folder that a URI lies in. */
function placeOf(uri: string): string {
  return uri.split('/').slice(0, 2).join('/')
}
