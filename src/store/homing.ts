import { isAppError, throwIfCancelled } from '../base/errors'
import { TRASH, type ModelsFolder } from '../base/modelsFolder'
import type { Artifact } from '../registry/model'
import type { DigestOptions, Homeless } from '../registry/ports'
import type { digestFile } from './digest'
import { Flight } from './flight'
import { linkTree } from './linkTree'
import { exists, contentBelow, foldersIn, makeModelFolder, placeOf, realFolder } from './storePaths'

/**
 * Finds the content of artifacts that are not in their places. Git moves documents and leaves artifacts where they are: a
 * deletion, a renaming or a merge on another branch or machine makes a document name a place that this machine has under
 * an earlier name. What fits by names and sizes and is nobody else's is read, and its digests decide.
 */
export class Homecoming {
  readonly #folder: ModelsFolder
  readonly #claimOf: (place: string) => string | undefined
  readonly #digest: typeof digestFile
  readonly #options: DigestOptions
  /** Places that were found not to hold a content, with its digest. */
  readonly #refuted = new Set<string>()
  /** Files that were read, however many artifacts they might have been. */
  readonly #read = new Map<string, Awaited<ReturnType<typeof digestFile>>>()
  /** What lies in each folder of the store, looked at once for all artifacts. */
  readonly #listings = new Map<string, ReadonlySet<string>>()

  constructor(
    folder: ModelsFolder,
    claimOf: (place: string) => string | undefined,
    digest: typeof digestFile,
    options: DigestOptions,
  ) {
    this.#folder = folder
    this.#claimOf = claimOf
    this.#digest = digest
    this.#options = options
  }

  /**
   * Puts an artifact in its place under a second name: another branch may name the first one. Only where another version
   * of this model claims that for content of its own is it given up.
   */
  async bring(homeless: Homeless): Promise<boolean> {
    throwIfCancelled(this.#options.signal)
    const { artifact, model } = homeless
    const own = placeOf(artifact.uri)
    const [parent = ''] = own.split('/')
    if (await exists(this.#folder.join(own))) return false
    const found = await this.#find(homeless)
    if (found === undefined) return false
    const isClaimed = !this.#isFree(found, artifact)
    const flight = await Flight.start(this.#folder, [model])
    let home = false
    try {
      const part = flight.part()
      await linkTree(this.#folder.join(found), part)
      await flight.announce([
        { path: own, at: part },
        ...(isClaimed ? [{ path: found, at: this.#folder.join(found) }] : []),
      ])
      await makeModelFolder(this.#folder.join(parent))
      await flight.land(part, own)
      home = true
    } finally {
      await flight.end((path) => (home ? path === own : path === found))
    }
    return home
  }

  async #find(homeless: Homeless): Promise<string | undefined> {
    const { artifact } = homeless
    for await (const place of this.#candidates(homeless)) {
      const question = `${place} ${artifact.sha256}`
      if (this.#refuted.has(question)) continue
      if (await hasContent(this.#folder, place, artifact, this.#readOnce)) return place
      this.#refuted.add(question)
    }
    return undefined
  }

  readonly #readOnce: typeof digestFile = async (path) => {
    const known = this.#read.get(path) ?? (await this.#digest(path, this.#options))
    this.#read.set(path, known)
    return known
  }

  /** The likely places first: its own in the trash, its former one, free ones of its model, the same version elsewhere. */
  async *#candidates({ artifact, id, version, formerVersion }: Homeless): AsyncGenerator<string> {
    yield `${TRASH}/${id}`
    const [model = ''] = artifact.uri.split('/')
    if (model !== TRASH) {
      if (formerVersion !== undefined) yield `${model}/${formerVersion}`
      for (const other of await this.#listing(model)) {
        if (this.#isFree(`${model}/${other}`, artifact)) yield `${model}/${other}`
      }
    }
    for (const other of await this.#listing('')) {
      if (other === model || other.startsWith('.')) continue
      if (!(await this.#listing(other)).has(version)) continue
      if (this.#isFree(`${other}/${version}`, artifact)) yield `${other}/${version}`
    }
  }

  /** No document says that something else lies there. */
  #isFree(place: string, artifact: Artifact): boolean {
    return (this.#claimOf(place) ?? artifact.sha256) === artifact.sha256
  }

  async #listing(name: string): Promise<ReadonlySet<string>> {
    let names = this.#listings.get(name)
    if (!names) {
      names = new Set(await foldersIn(this.#folder.join(name)))
      this.#listings.set(name, names)
    }
    return names
  }
}

/** True where a place holds exactly the files of an artifact. */
export async function hasContent(
  folder: ModelsFolder,
  place: string,
  artifact: Artifact,
  digest: typeof digestFile,
): Promise<boolean> {
  if (!(await hasSizes(folder, place, artifact))) return false
  for (const file of artifact.files) {
    const path = folder.join(...place.split('/'), ...file.path.split('/'))
    if ((await digest(path)).sha256 !== file.sha256) return false
  }
  return true
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

/** What is reached through a link, or is a file, is no place of the store. */
async function realFolderOrNone(folder: ModelsFolder, place: string): Promise<string | undefined> {
  try {
    return await realFolder(folder, place)
  } catch (error) {
    if (isAppError(error)) return undefined
    throw error
  }
}
