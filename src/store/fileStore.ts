import { createReadStream } from 'node:fs'
import { lstat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { untilCancelled } from '../base/cancellation'
import { AppError, isWriteRefused, systemCode } from '../base/errors'
import { ModelsFolder } from '../base/modelsFolder'
import { checkName } from '../registry/names'
import type {
  ArtifactStat,
  DigestOptions,
  Homeless,
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
import { copyInThread, type CopyFile } from './copy'
import { artifactDigest, digestBytes, digestFile } from './digest'
import { Flight, recoverFlights } from './flight'
import { Homecoming } from './homing'
import { checkSpace, ingestFiles, type Ingest } from './ingest'
import { listPlaces, movePlaceToTrash, otherNames, removePlace } from './inventory'
import { planSource } from './plan'
import { FileRelocation } from './relocation'
import { matchInThread, type MatchFiles, type Sharing } from './share'
import { Staged } from './staged'
import { checkUri, contentBelow, missing, placeOf } from './storePaths'
import { noteVerified, readVerified } from './verified'

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
  readonly #ingest: Ingest
  readonly #digest: typeof digestFile

  constructor(base: string | ModelsFolder, options: FileStoreOptions = {}) {
    this.#folder = typeof base === 'string' ? new ModelsFolder(resolve(base)) : base
    this.#workspace = options.workspace ?? dirname(this.#folder.path)
    this.#digest = options.digest ?? digestFile
    this.#ingest = {
      copy: options.copy ?? copyInThread,
      match: options.match ?? matchInThread,
      sharing: options.sharing ?? 'auto',
      pathOf: (uri) => this.#insideOrMissing(uri),
    }
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
    const staging = this.#stage(request)
    return untilCancelled(staging, request.signal, (staged) => staged.discard())
  }

  async #stage(request: StageRequest): Promise<StagedArtifact> {
    const { source, signal } = request
    const plan: ContentPlan =
      'bytes' in source
        ? bytesPlan(source)
        : await planSource(source, {
            workspace: this.#workspace,
            registry: this.#folder.path,
            signal,
          })
    const flight = await Flight.start(this.#folder)
    try {
      await checkSpace(this.#folder.temporary, plan.size)
      const content = flight.part()
      const files = await ingestFiles(plan, content, request, this.#ingest)
      const sha256 = artifactDigest(plan.kind, files)
      return new Staged(this.#folder, flight, content, {
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
      const name = uri.slice(uri.lastIndexOf('/') + 1)
      const { files, others } = await contentBelow(dirname(path))
      const extra = [...files.map((file) => file.path).filter((file) => file !== name), ...others]
      return { kind: 'file', files: [{ path: name, size: stats.size }], size: stats.size, extra }
    }
    const { files, others } = await contentBelow(path)
    const size = files.reduce((sum, file) => sum + file.size, 0)
    return { kind: 'folder', files, size, extra: others }
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
    return new FileRelocation(this.#folder, models, this.#digest)
  }

  async bringHome(
    homeless: readonly Homeless[],
    claimOf: (place: string) => string | undefined,
    options: DigestOptions = {},
  ): Promise<boolean> {
    const homecoming = new Homecoming(this.#folder, claimOf, this.#digest, options)
    let cameHome = false
    for (const one of homeless) if (await homecoming.bring(one)) cameHome = true
    return cameHome
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
    try {
      await noteVerified(this.#folder, placeOf(uri), await this.#identity(uri), status)
    } catch (error) {
      if (!isWriteRefused(error)) throw error
    }
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
            `${path} is a symbolic link, and artifacts are not read through one. Put the file itself in its place.`,
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
