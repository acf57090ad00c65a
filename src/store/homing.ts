import { isAppError } from '../base/errors'
import { TRASH, type ModelsFolder } from '../base/modelsFolder'
import type { Artifact } from '../registry/model'
import type { DigestOptions, Homeless } from '../registry/ports'
import type { digestFile } from './digest'
import { Flight } from './flight'
import { linkTree } from './linkTree'
import { exists, contentBelow, foldersIn, makeModelFolder, placeOf, realFolder } from './storePaths'

/**
 * Where else in the store the content of an artifact lies that is not in its place, as a place. Git moves documents and
 * leaves artifacts where they are: a deletion, a renaming or a merge on another branch or machine makes a document name
 * a place that this machine has under an earlier name. What fits by names and sizes and is nobody else's is read, and
 * its digests decide.
 */
async function findContent(
  folder: ModelsFolder,
  homeless: Homeless,
  digest: typeof digestFile,
  options: DigestOptions,
): Promise<string | undefined> {
  const { artifact, claimOf } = homeless
  const own = placeOf(artifact.uri)
  const former = formerPlace(homeless)
  for await (const place of candidates(folder, homeless)) {
    if (place === own || !(await hasSizes(folder, place, artifact))) continue
    const claim = claimOf(place) ?? artifact.sha256
    if (claim !== artifact.sha256 && place !== former) continue
    if (await hasDigests(folder, place, artifact, digest, options)) return place
  }
  return undefined
}

/** The likely places first: its own in the trash, its former one, others of its model, the same version elsewhere. */
async function* candidates(folder: ModelsFolder, homeless: Homeless): AsyncGenerator<string> {
  const { artifact, id, version } = homeless
  yield `${TRASH}/${id}`
  const former = formerPlace(homeless)
  if (former !== undefined) yield former
  const [model = ''] = artifact.uri.split('/')
  if (model !== TRASH) {
    for (const other of await foldersIn(folder.join(model))) yield `${model}/${other}`
  }
  for (const other of await foldersIn(folder.path)) {
    if (other !== model && !other.startsWith('.')) yield `${other}/${version}`
  }
}

function formerPlace({ artifact, formerVersion }: Homeless): string | undefined {
  return formerVersion === undefined
    ? undefined
    : `${artifact.uri.slice(0, artifact.uri.indexOf('/'))}/${formerVersion}`
}

/** True where a place holds exactly the files of an artifact. */
export async function hasContent(
  folder: ModelsFolder,
  place: string,
  artifact: Artifact,
  digest: typeof digestFile,
): Promise<boolean> {
  return (
    (await hasSizes(folder, place, artifact)) && hasDigests(folder, place, artifact, digest, {})
  )
}

/** True where a place holds files of these names and sizes, and nothing else. */
async function hasSizes(folder: ModelsFolder, place: string, artifact: Artifact): Promise<boolean> {
  const path = await realFolderOrNone(folder, place)
  if (path === undefined) return false
  const { files, others } = await contentBelow(path)
  if (others.length > 0 || files.length !== artifact.files.length) return false
  const sizes = new Map(files.map((file) => [file.path, file.size]))
  return artifact.files.every((file) => sizes.get(file.path) === file.size)
}

async function hasDigests(
  folder: ModelsFolder,
  place: string,
  artifact: Artifact,
  digest: typeof digestFile,
  options: DigestOptions,
): Promise<boolean> {
  for (const file of artifact.files) {
    const path = folder.join(...place.split('/'), ...file.path.split('/'))
    if ((await digest(path, options)).sha256 !== file.sha256) return false
  }
  return true
}

/** What is reached through a link, or is a file, is no place of the store. */
async function realFolderOrNone(folder: ModelsFolder, place: string): Promise<string | undefined> {
  try {
    return await realFolder(folder, place)
  } catch (error) {
    if (isAppError(error)) return undefined
    throw error
  }
}

/**
 * Puts an artifact in its place from where else the store has its content, under a second name: another branch may name
 * the first one. Only where another version of this model claims that for content of its own is it given up.
 */
export async function bringHome(
  folder: ModelsFolder,
  homeless: Homeless,
  digest: typeof digestFile,
  options: DigestOptions = {},
): Promise<boolean> {
  const { artifact, model, claimOf } = homeless
  const own = placeOf(artifact.uri)
  const [parent = ''] = own.split('/')
  if (await exists(folder.join(own))) return false
  const found = await findContent(folder, homeless, digest, options)
  if (found === undefined) return false
  const isClaimed = (claimOf(found) ?? artifact.sha256) !== artifact.sha256
  const flight = await Flight.start(folder, [model])
  let home = false
  try {
    const part = flight.part()
    await linkTree(folder.join(found), part)
    await flight.announce([
      { path: own, at: part },
      ...(isClaimed ? [{ path: found, at: folder.join(found) }] : []),
    ])
    await makeModelFolder(folder.join(parent))
    await flight.land(part, own)
    home = true
  } finally {
    await flight.end((path) => (home ? path === own : path === found))
  }
  return home
}
