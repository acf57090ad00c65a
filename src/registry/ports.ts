import type { Artifact, ArtifactFile, ModelDocument } from './model'
import type { AppError } from '../base/errors'
import type { ModelHead } from './head'
import type { Inspection } from './inspection'
import type { Policy } from './policy'
import type { ScanReport } from './scan'

/** Bytes done of a total that may still grow while a folder is walked. */
export interface Progress {
  readonly done: number
  readonly total: number
  /** What is going on, in the present participle: `Copying model.onnx`. */
  readonly step?: string
}
export type ProgressListener = (progress: Progress) => void

export interface RunOptions {
  readonly signal?: AbortSignal
  readonly onProgress?: ProgressListener
}

/** One or several paths (the parts of one model), or bytes (stored as `model.bin` without a name). */
export type ArtifactSource = PathSource | BytesSource

export interface PathSource {
  /** Absolute paths of files and folders. */
  readonly paths: readonly string[]
  /** Symbolic links that lead out of the workspace are registered by what they point at. */
  readonly follow?: boolean
  /** Paths below a folder source, relative to it with `/`, that are left out with everything below. */
  readonly exclude?: readonly string[]
}

export interface BytesSource {
  readonly bytes: Uint8Array
  readonly name?: string
}

/** What a store reports of an artifact that it keeps. */
export type StoredArtifact = Artifact

/**
 * An artifact that is copied and checked but not yet anybody's: `commit` it under the model's lock, then `keep` it once
 * the document names it, or `discard` it.
 */
export interface StagedArtifact {
  readonly kind: 'file' | 'folder'
  readonly files: readonly ArtifactFile[]
  readonly size: number
  readonly sha256: string
  /** Where the copy lies, for readers that want a path; `undefined` where the store has none. */
  readonly path: string | undefined
  /** Moves the copy to its place. Throws `conflict` where something else is there; adopts an equal one. */
  commit(model: string, version: string): Promise<StoredArtifact>
  keep(): Promise<void>
  /** Removes the copy, at its place too where `commit` put it there; never fails for what is already gone. */
  discard(): Promise<void>
}

export interface SaveRequest extends RunOptions {
  readonly model: string
  readonly version: string
  readonly source: ArtifactSource
}

export interface StageRequest extends RunOptions {
  readonly source: ArtifactSource
  /** Stored artifacts of this many bytes, whose disk space can be shared where the content is the same. */
  readonly ofSize?: (size: number) => Promise<readonly StoredArtifact[]>
}

export interface ArtifactStat {
  readonly kind: 'file' | 'folder'
  readonly files: readonly { readonly path: string; readonly size: number }[]
  readonly size: number
  /** What lies in the artifact's place and is no file of it: files beside a file artifact, links, special files. */
  readonly extra?: readonly string[]
}

/**
 * An artifact backend. URIs are the store's own: whatever `save` returned is what the others take. A URI that leads out
 * of the store is `invalid`; one that names nothing is `notFound`. The first three methods are the short form for
 * bytes of one file.
 */
export interface ModelStore {
  saveArtifact(model: string, version: string, bytes: Uint8Array): Promise<string>
  loadArtifact(uri: string): Promise<Uint8Array>
  /** `false` where there is nothing. */
  deleteArtifact(uri: string): Promise<boolean>

  save(request: SaveRequest): Promise<StoredArtifact>
  /** The bytes of a file artifact, or of one file of a folder artifact. */
  open(uri: string, file?: string): AsyncIterable<Uint8Array>
  /** `undefined` where there is nothing. */
  stat(uri: string): Promise<ArtifactStat | undefined>
  /** Makes an artifact available under another model and version, and returns its new URI. */
  move(uri: string, model: string, version: string): Promise<string>
  delete(uri: string): Promise<boolean>

  /** Copies first and places later, so that nobody waits on a lock for a long copy. Without it `save` does both. */
  stage?(request: StageRequest): Promise<StagedArtifact>
  /** The path on this machine, for stores that have one. */
  path?(uri: string): string
  /** Ties moves of artifacts to the writes of these models' documents; without it moves are plain. */
  relocation?(models: readonly string[]): Relocation
  /**
   * Puts artifacts that are not in their places there, from where else the store has their content; `true` where one came
   * home. Whoever calls has the model's lock.
   * @param claimOf The digest of what a document says lies in a place; `undefined` where none names it.
   */
  bringHome?(
    homeless: readonly Homeless[],
    claimOf: (place: string) => string | undefined,
    options?: DigestOptions,
  ): Promise<boolean>
  /** Clears what dead owners left. */
  recover?(scope: RecoveryScope): Promise<void>

  /** SHA-256 of a stored file, off the event loop where the store can; in hex. */
  digest?(uri: string, file: string | undefined, options: DigestOptions): Promise<string>
  /** Other places that share the bytes of a stored file on disk. */
  sharedNames?(uri: string, file: string | undefined): Promise<readonly string[]>
  /** Remembers what a verification found, for as long as the files stay as they are. */
  noteVerified?(uri: string, status: string): Promise<void>
  verifiedStatus?(uri: string): Promise<string | undefined>
  /** Everything that lies in the store, for the collection of garbage. */
  places?(): Promise<readonly StoredPlace[]>
  /** Moves a place that no document names into the trash. */
  placeToTrash?(path: string): Promise<void>
  /** Removes a place in the trash, or of a flight that nobody flies any more. */
  removePlace?(path: string): Promise<void>
}

/** An artifact that may lie elsewhere in the store than its document says, since git moves documents only. */
export interface Homeless {
  readonly artifact: Artifact
  readonly model: string
  readonly version: string
  /** Of the version; in the trash it is the name of its place. */
  readonly id: string
  /** The name that the version had before a merge, in whose place it may still lie. */
  readonly formerVersion?: string
}

export interface DigestOptions {
  readonly signal?: AbortSignal
  readonly onBytes?: (count: number) => void
}

/** A version's folder, a deleted one's, or something in flight. */
export interface StoredPlace {
  /** As the beginning of the URIs of what lies there: `churn/1.0.0`, `.trash/<id>`. */
  readonly path: string
  readonly area: 'version' | 'trash' | 'temporary'
  /** Bytes that removing it gives back: files with other names elsewhere don't count. */
  readonly freeable: number
  readonly modifiedAt: Date
  /** In the trash: no document named it when it was put there. */
  readonly isUnlisted?: boolean
  /** Somebody may still be at it: a flight of a living owner, or a place that one is about. */
  readonly active?: boolean
}

/**
 * A change of places that is tied to a document: `prepare` makes the artifact available at its new place while the old
 * one stays; `finish`, called after the document is written, removes the old places; `abandon` removes the new ones.
 */
export interface Relocation {
  /** To another model and version. */
  toVersion(artifact: Artifact, model: string, version: string): Promise<Artifact>
  /** Into the trash, under the version's id. */
  toTrash(artifact: Artifact, id: string): Promise<Artifact>
  /** What is in the trash belongs to another model now. */
  trashTo(artifact: Artifact, model: string, version: string): Promise<Artifact>
  /** Nothing is kept: the artifact goes when the document no longer names it. */
  remove(artifact: Artifact): Promise<void>
  finish(): Promise<void>
  abandon(): Promise<void>
}

export interface RecoveryScope {
  /** The URIs that the document of this model names now, live and trashed; `undefined` where it can't be read. */
  named(model: string): Promise<readonly string[] | undefined>
  /** Runs under a model's lock, or answers `false` at once where somebody else has it. */
  withLock(model: string, run: () => Promise<void>): Promise<boolean>
}

/** A document as it was read: good, or broken with a sentence that names file, line and remedy. */
export type DocumentState =
  | { readonly kind: 'good'; readonly document: ModelDocument; readonly bytes: number }
  | { readonly kind: 'broken'; readonly error: AppError }

/** What a transaction may do to documents; nothing reaches the disk before the callback has returned. */
export interface Transaction {
  /** The document as it is now, under the lock. Throws `corrupt` for a broken one. */
  read(name: string): Promise<ModelDocument | undefined>
  write(name: string, document: ModelDocument): void
  /** The document goes under another name, in one step. */
  rename(from: string, to: string): void
  remove(name: string): void
  /** Runs under the lock after the documents are written; a failure is a warning, since the change is done. */
  afterWrite(run: () => Promise<void>): void
  /** Runs under the lock where the change was not made. */
  onFailure(run: () => Promise<void>): void
}

/** The database: one document for each model. */
export interface Documents {
  /** Names of all documents, sorted, good or broken. */
  list(): readonly string[]
  /** The same as they are now: others may have made some since they were last looked at. */
  names(): Promise<readonly string[]>
  /** From memory, or read at first touch. */
  read(name: string): DocumentState | undefined
  /** Has `read` answer from memory, without holding the event loop where the document is a large one. */
  load?(name: string): Promise<void>
  /** As it is now; readers have it from then on, and the next `refresh` names it where somebody else changed it. */
  reread(name: string): Promise<DocumentState | undefined>
  /** Locks the models, runs, writes what was asked, unlocks. A throw writes nothing; the signal ends a wait for a lock. */
  transact<T>(
    models: readonly string[],
    run: (transaction: Transaction) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T>
  /** True where a last good copy of a document is kept. */
  hasLastGood?(name: string): Promise<boolean>
  /**
   * Puts the last good copy in the place of a document that is broken or gone; where the broken one is kept, if there was
   * one.
   */
  recoverLastGood?(name: string): Promise<string | undefined>
  /** What a list of models shows of each, sorted by name; from an index where it is right, else from the documents. */
  heads(): Promise<readonly ModelHead[]>
  /** Looks for changes of others; the names whose documents changed, came or went. */
  refresh(): Promise<readonly string[]>
  dispose(): void
}

export type Clock = () => Date

/** A change that was made on this machine, by its model and the id of its history entry. */
export interface OwnChange {
  readonly model: string
  readonly entry: string
  readonly actor: string
  /** Of a renaming: the name that the model had. */
  readonly renamedFrom?: string
}

/** Which changes were made here: what git brought from elsewhere is not this machine's to undo. */
export interface UndoLog {
  append(change: OwnChange): Promise<void>
  /** Oldest first; a log that was lost or damaged in part gives what is left. */
  read(): Promise<readonly OwnChange[]>
}

/** Says what a file or folder is and holds, without executing anything; never fails for what it finds there. */
export type Inspector = (
  path: string,
  options: { readonly signal?: AbortSignal },
) => Promise<Inspection>

/** What is too big for a document, beside each version; it may be missing at any time. */
export interface SideFiles {
  write(model: string, version: string, name: string, bytes: Uint8Array): Promise<void>
  /** `undefined` where there is none. */
  read(model: string, version: string, name: string): Promise<Uint8Array | undefined>
  remove(model: string, version: string): Promise<void>
}

/** Model cards that somebody edited. */
export interface Cards {
  has(model: string, version: string): Promise<boolean>
  read(model: string, version: string): Promise<string | undefined>
  write(model: string, version: string, text: string): Promise<void>
}

/** Says how far a file or folder can be trusted, without executing anything; never fails for what it finds there. */
export type Scanner = (
  path: string,
  options: { readonly signal?: AbortSignal },
) => Promise<ScanReport>

/** Reads the promotion rules. @throws AppError `corrupt` with line and remedy for a broken file. */
export type PolicyReader = () => Promise<Policy>

/**
 * Which branch of the workspace's repository uses a version, by id, or a place such as `churn/1.0.0`. What is asked for
 * and not in the answer is used by nobody else.
 */
export type UsedElsewhere = (keys: readonly string[]) => Promise<ReadonlyMap<string, string>>
