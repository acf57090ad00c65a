import type { Placed } from './mergeSide'
import { nameKey } from './names'

/** A version that had to give up its name, and where its artifact belongs now. */
export interface RenamedVersion {
  readonly id: string
  readonly from: string
  readonly to: string
  /** The artifact's place before and after; the file must be moved if it is there and has this digest. */
  readonly artifact?: { readonly from: string; readonly to: string; readonly sha256: string }
}

const MAX_LENGTH = 128
const SUFFIX_LENGTH = 6

/**
 * Gives every version a name of its own: of several with one name (whatever the case), the live one that was created
 * first keeps it, a later one becomes `1.3.0+<the last six of its id>`.
 */
export function uniqueNames(
  model: string,
  versions: readonly Placed[],
): { versions: Placed[]; renamed: RenamedVersion[] } {
  const taken = new Set<string>()
  const renamed: RenamedVersion[] = []
  const byId = new Map<string, Placed>()
  for (const placed of versions.toSorted(byPrecedence)) {
    const { record } = placed
    const to = freeName(record.version, record.id, taken)
    taken.add(nameKey(to))
    if (to === record.version) {
      byId.set(record.id, placed)
      continue
    }
    const { artifact } = record
    const uri = artifact && movedUri(artifact.uri, model, record.version, to)
    const moved = artifact && uri !== undefined && uri !== artifact.uri
    byId.set(record.id, {
      ...placed,
      record: { ...record, version: to, ...(moved && { artifact: { ...artifact, uri } }) },
    })
    renamed.push({
      id: record.id,
      from: record.version,
      to,
      ...(moved && { artifact: { from: artifact.uri, to: uri, sha256: artifact.sha256 } }),
    })
  }
  return { versions: versions.flatMap(({ record }) => byId.get(record.id) ?? []), renamed }
}

function byPrecedence(a: Placed, b: Placed): number {
  if (a.status !== b.status) return a.status === 'live' ? -1 : 1
  return byCreation(a, b)
}

export function byCreation(a: Placed, b: Placed): number {
  const [first, second] = [a.record.createdAt + a.record.id, b.record.createdAt + b.record.id]
  return first < second ? -1 : first > second ? 1 : 0
}

function freeName(name: string, id: string, taken: ReadonlySet<string>): string {
  let candidate = name
  // The end of a ULID is random; its beginning is the time, which two people may share.
  for (let length = SUFFIX_LENGTH; taken.has(nameKey(candidate)); length++) {
    // SemVer allows one plus, behind which build identifiers are parted by dots.
    const suffix = `${name.includes('+') ? '.' : '+'}${id.slice(-length).toLowerCase()}`
    candidate = name.slice(0, MAX_LENGTH - suffix.length) + suffix
    if (length > id.length) break
  }
  return candidate
}

/** The place of an artifact in the folder of its version's new name; other places keep what they are. */
function movedUri(uri: string, model: string, from: string, to: string): string {
  const folder = `${model}/${from}`
  if (uri !== folder && !uri.startsWith(`${folder}/`)) return uri
  return `${model}/${to}${uri.slice(folder.length)}`
}
