import { copyFile, chmod, lstat, mkdir, readdir, readlink, statfs, symlink } from 'node:fs/promises'
import { constants, createReadStream } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { checkFolder, ensureFolder, flushFolder, tryLink } from '../base/durable'
import { AppError, systemCode, throwIfCancelled } from '../base/errors'
import { ModelsFolder, TRASH } from '../base/modelsFolder'
import { formatBytes } from '../base/text'
import type { Artifact, ArtifactFile } from '../registry/model'
import { checkName, nameKey } from '../registry/names'
import type {
  ArtifactStat,
  DigestOptions,
  ModelStore,
  RecoveryScope,
  Relocation,
  SaveRequest,
  StageRequest,
  StagedArtifact,
  StoredArtifact,
  StoredPlace,
} from '../registry/ports'
import { bytesPlan, type ContentPlan } from './bytesPlan'
import { copyInThread, type CopyFile, type CopyOptions, type CopyResult } from './copy'
import { matchInThread, shareStored, type Candidate, type MatchFiles, type Sharing } from './share'
import { artifactDigest, digestBytes, digestFile } from './digest'
import { listPlaces, movePlaceToTrash, otherNames, removePlace } from './inventory'
import { noteVerified, readVerified } from './verified'
import { Flight, flushFile, isSafePath, recoverFlights } from './flight'
import { fileIdentity, planSource } from './plan'

/** Left free for everything else on the disk: a document, its copy, a log. */
const SPARE_BYTES = 16 * 1024 * 1024
/** Stored files are for reading only; folders stay writable, so that a person can remove them. */
const FILE_MODE = 0o444
const FOLDER_MODE = 0o755

export interface FileStoreOptions {
  /** Links that lead out of this folder need `follow`; the parent of `.models` by default. */
  readonly workspace?: string
  readonly copy?: CopyFile
  readonly match?: MatchFiles
  readonly sharing?: Sharing
  /** Of a stored file; in this thread by default. */
  readonly digest?: typeof digestFile
}

/**
 * Keeps artifacts as `<base>/<model>/<version>/<file>`, `model.bin` for nameless bytes; a folder's content lies
 * directly in the version's folder. URIs are relative to the base.
 */
export class FileModelStore implements ModelStore {
  readonly #folder: ModelsFolder
  readonly #workspace: string
  readonly #copy: CopyFile
  readonly #digest: typeof digestFile
  readonly #match: MatchFiles
  readonly #sharing: Sharing

  constructor(base: string | ModelsFolder, options: FileStoreOptions = {}) {
    this.#folder = typeof base === 'string' ? new ModelsFolder(resolve(base)) : base
    this.#workspace = options.workspace ?? dirname(this.#folder.path)
    this.#copy = options.copy ?? copyInThread
    this.#digest = options.digest ?? digestFile
    this.#match = options.match ?? matchInThread
    this.#sharing = options.sharing ?? 'auto'
  }

  async saveArtifact(model: string, version: string, bytes: Uint8Array): Promise<string> {
    return (await this.save({ model, version, source: { bytes } })).uri
  }

  async loadArtifact(uri: string): Promise<Uint8Array> {
    const parts: Uint8Array[] = []
    for await (const part of this.open(uri)) parts.push(part)
    return Buffer.concat(parts)
  }

  async deleteArtifact(uri: string): Promise<boolean> {
    return this.delete(uri)
  }

  async save(request: SaveRequest): Promise<StoredArtifact> {
    checkName('model', request.model)
    checkName('version', request.version)
    const staged = await this.stage(request)
    try {
      const artifact = await staged.commit(request.model, request.version)
      await staged.keep()
      return artifact
    } catch (error) {
      await staged.discard()
      throw error
    }
  }

  async stage(request: StageRequest): Promise<StagedArtifact> {
    const { source, signal } = request
    const plan: ContentPlan =
      'bytes' in source ? bytesPlan(source) : await planSource(source, this.#workspace, signal)
    const flight = await Flight.start(this.#folder)
    try {
      await this.#checkSpace(plan.size)
      const content = flight.part()
      const files = await this.#copyAll(plan, content, request)
      const sha256 = artifactDigest(plan.kind, files)
      return new Staged(this, this.#folder, flight, content, {
        kind: plan.kind,
        files,
        size: plan.size,
        sha256,
      })
    } catch (error) {
      await flight.end(() => true)
      await this.#folder.withdraw()
      throw error
    }
  }

  /** Free space is asked before the first byte, so that a disk that can't hold the copy is not filled first. */
  async #checkSpace(needed: number): Promise<void> {
    const { bavail, bsize } = await statfs(this.#folder.temporary)
    const free = bavail * bsize
    if (needed + SPARE_BYTES > free) {
      throw new AppError(
        'busy',
        `The artifact needs ${formatBytes(needed)}, and ${formatBytes(free)} are free on the disk of ${this.#folder.path}. Free some space and try again.`,
      )
    }
  }

  async #copyAll(
    plan: ContentPlan,
    content: string,
    request: StageRequest,
  ): Promise<ArtifactFile[]> {
    const { signal, onProgress } = request
    const folders = new Set([content])
    const files: ArtifactFile[] = []
    let done = 0
    await mkdir(content, { mode: FOLDER_MODE })
    for (const file of plan.files) {
      throwIfCancelled(signal)
      const target = join(content, ...file.path.split('/'))
      await makeFolders(dirname(target), folders)
      const step = `Copying ${file.path}`
      onProgress?.({ done, total: plan.size, step })
      const onBytes = (count: number): void => {
        done += count
        onProgress?.({ done, total: plan.size, step })
      }
      const { sha256, size } =
        file.bytes === undefined
          ? await this.#copyChecked(file, target, request, {
              ...(signal ? { signal } : {}),
              onBytes,
            })
          : await file.bytes(target)
      // A shared file has this mode already, and a mode belongs to all its names.
      if (((await lstat(target)).mode & 0o777) !== FILE_MODE) await chmod(target, FILE_MODE)
      files.push({ path: file.path, size, sha256 })
    }
    // Files are flushed by the copy; now the folders that name them, innermost first.
    for (const folder of [...folders].sort((a, b) => b.length - a.length)) await flushFolder(folder)
    throwIfCancelled(signal)
    return files
  }

  async #copyChecked(
    file: { readonly from: string; readonly size: number; readonly identity: string },
    target: string,
    request: StageRequest,
    options: { signal?: AbortSignal; onBytes: (count: number) => void },
  ): Promise<{ sha256: string; size: number }> {
    const changed = (): AppError =>
      new AppError(
        'conflict',
        `${file.from} changed while it was copied, so nothing was stored. Register it again when it is written completely.`,
      )
    let result
    try {
      if (fileIdentity(await lstat(file.from, { bigint: true })) !== file.identity) throw changed()
      result =
        (await this.#share(file, target, request, options)) ??
        (await this.#copy(file.from, target, options))
      const after = await lstat(file.from, { bigint: true })
      if (fileIdentity(after) !== file.identity) throw changed()
    } catch (error) {
      throw explainSource(file.from, error)
    }
    const written = await lstat(target)
    if (result.size !== file.size || written.size !== file.size) throw changed()
    return result
  }

  async #share(
    file: { readonly from: string; readonly size: number },
    target: string,
    request: StageRequest,
    options: CopyOptions,
  ): Promise<CopyResult | undefined> {
    if (this.#sharing === 'never' || !request.ofSize) return undefined
    const candidates: Candidate[] = []
    for (const artifact of await request.ofSize(file.size)) {
      for (const stored of artifact.files) {
        if (stored.size !== file.size || candidates.some(({ sha256 }) => sha256 === stored.sha256))
          continue
        const uri = artifact.kind === 'file' ? artifact.uri : `${artifact.uri}/${stored.path}`
        const path = await this.#insideOrMissing(uri)
        if (path !== undefined) candidates.push({ path, sha256: stored.sha256 })
      }
    }
    return shareStored(file.from, target, candidates, this.#sharing, this.#match, options)
  }

  /** Under the model's lock. Adopts an equal folder that no document names; anything else that is there is refused. */
  async place(
    flight: Flight,
    content: string,
    staged: Content,
    model: string,
    version: string,
  ): Promise<{ artifact: StoredArtifact; landed: boolean }> {
    checkName('model', model)
    checkName('version', version)
    const path = `${model}/${version}`
    const only = staged.kind === 'file' ? staged.files[0] : undefined
    const artifact: StoredArtifact = {
      kind: staged.kind,
      uri: only ? `${path}/${only.path}` : path,
      files: staged.files,
      size: staged.size,
      sha256: staged.sha256,
    }
    const target = this.#folder.join(path)
    if (await exists(target)) {
      if (await this.#isEqual(target, staged)) return { artifact, landed: false }
      throw new AppError(
        'conflict',
        `${target} exists already, with other content than ${model}:${version} shall have, and no document names it. Move it away, or choose another version.`,
      )
    }
    await flight.announce([{ path, at: content }], [model])
    const made = await makeModelFolder(this.#folder.join(model))
    await flight.land(content, path)
    if (made) await flushFolder(this.#folder.path)
    return { artifact, landed: true }
  }

  async #isEqual(target: string, staged: Content): Promise<boolean> {
    const stats = await lstat(target)
    if (!stats.isDirectory()) return false
    const found = await filesBelow(target)
    if (found.length !== staged.files.length) return false
    const expected = new Map(staged.files.map((file) => [file.path, file]))
    if (!found.every((file) => expected.get(file.path)?.size === file.size)) return false
    for (const file of found) {
      const { sha256 } = await digestFile(join(target, ...file.path.split('/')))
      if (sha256 !== expected.get(file.path)?.sha256) return false
    }
    return true
  }

  async *open(uri: string, file?: string): AsyncIterable<Uint8Array> {
    const path = await this.#inside(uri, file)
    const stats = await lstat(path)
    if (!stats.isFile()) {
      throw new AppError(
        'invalid',
        stats.isDirectory()
          ? `${uri} is a folder; name the file in it that shall be read.`
          : `${uri} is not a regular file.`,
      )
    }
    for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
      yield chunk as Buffer
    }
  }

  async stat(uri: string): Promise<ArtifactStat | undefined> {
    const path = await this.#insideOrMissing(uri)
    if (path === undefined) return undefined
    const stats = await lstat(path)
    if (stats.isFile()) {
      return {
        kind: 'file',
        files: [{ path: uri.slice(uri.lastIndexOf('/') + 1), size: stats.size }],
        size: stats.size,
      }
    }
    const files = await filesBelow(path)
    return { kind: 'folder', files, size: files.reduce((sum, file) => sum + file.size, 0) }
  }

  async move(uri: string, model: string, version: string): Promise<string> {
    const stat = await this.stat(uri)
    if (!stat) throw missing(uri)
    const relocation = this.relocation([uri.slice(0, uri.indexOf('/')), model])
    try {
      const files = stat.files.map((file) => ({ ...file, sha256: '' }))
      const moved = await relocation.toVersion({ ...stat, uri, files, sha256: '' }, model, version)
      await relocation.finish()
      return moved.uri
    } catch (error) {
      await relocation.abandon()
      throw error
    }
  }

  async delete(uri: string): Promise<boolean> {
    if ((await this.#insideOrMissing(uri)) === undefined) return false
    const relocation = this.relocation([uri.slice(0, uri.indexOf('/'))])
    await relocation.remove({ kind: 'file', uri, files: [], size: 0, sha256: '' })
    await relocation.finish()
    return true
  }

  path(uri: string): string {
    checkUri(uri)
    return this.#folder.join(...uri.split('/'))
  }

  relocation(models: readonly string[]): Relocation {
    return new FileRelocation(this.#folder, models)
  }

  async recover(scope: RecoveryScope): Promise<void> {
    await recoverFlights(this.#folder, scope)
  }

  async digest(uri: string, file: string | undefined, options: DigestOptions): Promise<string> {
    const path = await this.#inside(uri, file)
    return (await this.#digest(path, options)).sha256
  }

  async sharedNames(uri: string, file: string | undefined): Promise<readonly string[]> {
    return otherNames(this.#folder, file === undefined ? uri : `${uri}/${file}`)
  }

  async noteVerified(uri: string, status: string): Promise<void> {
    // Reading is all that a read-only registry or a read-only disk allows: then nothing is noted.
    if (status === 'missing' || (await this.#insideOrMissing(uri)) === undefined) return
    await noteVerified(this.#folder, placeOf(uri), await this.#identity(uri), status)
  }

  async verifiedStatus(uri: string): Promise<string | undefined> {
    if ((await this.#insideOrMissing(uri)) === undefined) return undefined
    return readVerified(this.#folder, placeOf(uri), await this.#identity(uri))
  }

  /** Of all files of an artifact together. */
  async #identity(uri: string): Promise<string> {
    const stat = await this.stat(uri)
    const place = this.#folder.join(placeOf(uri))
    const parts: string[] = []
    for (const { path } of stat?.files ?? []) {
      const { ino, size, mtimeNs } = await lstat(join(place, ...path.split('/')), { bigint: true })
      // Without the change time: a second name of the file would change that, and not its content.
      parts.push(`${path} ${ino} ${size} ${mtimeNs}`)
    }
    return digestBytes(Buffer.from(parts.join('\n')))
  }

  async places(): Promise<readonly StoredPlace[]> {
    return listPlaces(this.#folder)
  }

  async placeToTrash(path: string): Promise<void> {
    await movePlaceToTrash(this.#folder, path)
  }

  async removePlace(path: string): Promise<void> {
    await removePlace(this.#folder, path)
  }

  async #inside(uri: string, file?: string): Promise<string> {
    const path = await this.#insideOrMissing(file === undefined ? uri : `${uri}/${file}`)
    if (path === undefined) throw missing(uri)
    return path
  }

  /** The path of a URI, with every folder on the way seen to be a real one; `undefined` where there is nothing. */
  async #insideOrMissing(uri: string): Promise<string | undefined> {
    checkUri(uri)
    let path = this.#folder.path
    for (const part of uri.split('/')) {
      path = join(path, part)
      try {
        const stats = await lstat(path)
        if (stats.isSymbolicLink()) {
          throw new AppError(
            'invalid',
            `${path} is a symbolic link, and artifacts are not read through one.`,
          )
        }
      } catch (error) {
        if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return undefined
        throw error
      }
    }
    return path
  }
}

interface Content {
  readonly kind: 'file' | 'folder'
  readonly files: readonly ArtifactFile[]
  readonly size: number
  readonly sha256: string
}

class Staged implements StagedArtifact {
  readonly kind: 'file' | 'folder'
  readonly files: readonly ArtifactFile[]
  readonly size: number
  readonly sha256: string
  readonly path: string
  #landed: string | undefined

  constructor(
    readonly store: FileModelStore,
    readonly folder: ModelsFolder,
    readonly flight: Flight,
    readonly content: string,
    staged: Content,
  ) {
    this.kind = staged.kind
    this.files = staged.files
    this.size = staged.size
    this.sha256 = staged.sha256
    const [only] = staged.files
    this.path = staged.kind === 'file' && only ? join(content, only.path) : content
  }

  async commit(model: string, version: string): Promise<StoredArtifact> {
    const { artifact, landed } = await this.store.place(
      this.flight,
      this.content,
      this,
      model,
      version,
    )
    if (landed) this.#landed = `${model}/${version}`
    return artifact
  }

  async keep(): Promise<void> {
    await this.flight.end((path) => path === this.#landed)
  }

  async discard(): Promise<void> {
    await this.flight.end(() => false)
    await this.folder.withdraw()
  }
}

/** Second names first, document next, old names last: at every moment what the document names is there. */
class FileRelocation implements Relocation {
  readonly #folder: ModelsFolder
  readonly #models: readonly string[]
  #flight: Flight | undefined
  readonly #added: string[] = []
  readonly #removed: string[] = []

  constructor(folder: ModelsFolder, models: readonly string[]) {
    this.#folder = folder
    this.#models = models
  }

  async toVersion(artifact: Artifact, model: string, version: string): Promise<Artifact> {
    checkName('model', model)
    checkName('version', version)
    return this.#bring(artifact, `${model}/${version}`, () =>
      makeModelFolder(this.#folder.join(model)),
    )
  }

  async toTrash(artifact: Artifact, id: string): Promise<Artifact> {
    return this.#bring(artifact, `${TRASH}/${id}`, () => ensureFolder(this.#folder.join(TRASH)))
  }

  /** The trash is laid out by ids, which stay. */
  async trashTo(artifact: Artifact): Promise<Artifact> {
    return artifact
  }

  async remove(artifact: Artifact): Promise<void> {
    const from = placeOf(artifact.uri)
    const path = await realFolder(this.#folder, from)
    if (path === undefined || !this.#owns(from)) return
    const flight = await this.#begin()
    await flight.announce([{ path: from, at: path }])
    this.#removed.push(from)
  }

  async #bring(
    artifact: Artifact,
    to: string,
    makeFolder: () => Promise<unknown>,
  ): Promise<Artifact> {
    const from = placeOf(artifact.uri)
    if (from === to) return artifact
    const path = await realFolder(this.#folder, from)
    // An artifact that is not here (another machine has it) can't be moved: it keeps the place that it will have.
    if (path === undefined) return artifact
    const target = this.#folder.join(to)
    if (await exists(target)) {
      throw new AppError(
        'conflict',
        `${target} exists already and no document names it. Move it away and try again.`,
      )
    }
    const flight = await this.#begin()
    const part = flight.part()
    await linkTree(path, part)
    await flight.announce([
      ...(this.#owns(from) ? [{ path: from, at: path }] : []),
      { path: to, at: part },
    ])
    this.#added.push(to)
    if (this.#owns(from)) this.#removed.push(from)
    await makeFolder()
    await flight.land(part, to)
    return { ...artifact, uri: to + artifact.uri.slice(from.length) }
  }

  /** A document that was copied names the artifacts of the model that it was copied from: those stay where they are. */
  #owns(place: string): boolean {
    const [first = ''] = place.split('/')
    return first === TRASH || this.#models.some((model) => nameKey(model) === nameKey(first))
  }

  async #begin(): Promise<Flight> {
    this.#flight ??= await Flight.start(this.#folder, this.#models)
    return this.#flight
  }

  async finish(): Promise<void> {
    await this.#flight?.end((path) => !this.#removed.includes(path))
  }

  async abandon(): Promise<void> {
    await this.#flight?.end((path) => !this.#added.includes(path))
  }
}

/** The version's folder of an artifact's URI: its first two parts, whether it is a file in it or the folder itself. */
function placeOf(uri: string): string {
  checkUri(uri)
  return uri.split('/').slice(0, 2).join('/')
}

function checkUri(uri: string): void {
  const [first = '', second] = uri.split('/')
  const own = first.startsWith('.') && first !== TRASH
  if (isSafePath(uri) && second !== undefined && !own) return
  throw new AppError(
    'invalid',
    `The artifact address ${JSON.stringify(uri)} does not stay inside the registry's folder, so it is not used. Correct the document that names it.`,
  )
}

async function realFolder(folder: ModelsFolder, path: string): Promise<string | undefined> {
  let current = folder.path
  for (const part of path.split('/')) {
    current = join(current, part)
    if (!(await exists(current))) return undefined
    await checkFolder(current)
  }
  return current
}

async function makeModelFolder(path: string): Promise<boolean> {
  try {
    await mkdir(path, { mode: FOLDER_MODE })
    return true
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error
    await checkFolder(path)
    return false
  }
}

/** Folders on the way to a file, each made once and remembered for the flush. */
async function makeFolders(path: string, made: Set<string>): Promise<void> {
  if (made.has(path)) return
  await makeFolders(dirname(path), made)
  await mkdir(path, { mode: FOLDER_MODE })
  made.add(path)
}

/** The same files under a second name; copies where the file system has no hard links. */
async function linkTree(from: string, to: string): Promise<void> {
  await mkdir(to, { mode: FOLDER_MODE })
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = join(from, entry.name)
    const target = join(to, entry.name)
    if (entry.isDirectory()) await linkTree(source, target)
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), target)
    else if (!(await tryLink(source, target))) {
      await copyFile(source, target, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL)
      await flushFile(target)
    }
  }
  await flushFolder(to)
}

/** Regular files below a folder, by relative path with `/`; links and special files are none. */
async function filesBelow(folder: string, prefix = ''): Promise<{ path: string; size: number }[]> {
  const files: { path: string; size: number }[] = []
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`
    if (entry.isDirectory()) files.push(...(await filesBelow(join(folder, entry.name), path)))
    else if (entry.isFile())
      files.push({ path, size: (await lstat(join(folder, entry.name))).size })
  }
  return files
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path)
    return true
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return false
    throw error
  }
}

function missing(uri: string): AppError {
  return new AppError(
    'notFound',
    `The artifact ${uri} is not here. If another machine has it, copy it into the registry's folder; "model-registry verify" shows what is missing.`,
  )
}

function explainSource(path: string, error: unknown): unknown {
  switch (systemCode(error)) {
    case 'ENOENT':
      return new AppError(
        'notFound',
        `${path} vanished while it was registered; nothing was stored.`,
        { cause: error },
      )
    case 'EACCES':
    case 'EPERM':
      return new AppError(
        'invalid',
        `${path} can't be read: permission denied. Check who may read it.`,
        {
          cause: error,
        },
      )
    default:
      return error
  }
}
