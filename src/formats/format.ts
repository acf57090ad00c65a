import type { ByteReader } from '../bytes/byteReader'
import type { Budget } from '../bytes/limits'
import type { ZipArchive } from '../bytes/zip'
import type {
  InspectionFinding,
  InspectionSummary,
  ModelFormat,
  ModelParts,
  TensorInfo,
} from '../registry/inspection'

/** A file that is looked at, with what surrounds it. */
export interface FileSubject {
  /** Base name as on disk. */
  readonly name: string
  /** Lower case with its dot (`.pt`), or empty. */
  readonly extension: string
  readonly reader: ByteReader
  /** The first 64 KiB, or the whole file where it is smaller. */
  readonly head: Uint8Array
  readonly budget: Budget
  /** The file as a ZIP archive, read once for all the formats that are one; `undefined` where it is none. */
  zip(): ZipArchive | undefined
  /** Names of the regular files in the same folder, this one included; empty for a member of a container. */
  siblings(): readonly string[]
  /** Opens a file of the same folder (a bare name: separators and `..` give `undefined`); closed with the subject. */
  sibling(name: string): ByteReader | undefined
  /** Looks at a model inside this file (an archive's member); `undefined` below `LIMITS.nesting` containers. */
  inspectMember(name: string, reader: ByteReader): Inspected | undefined
}

/** A folder that is looked at. Paths are relative with `/`; symbolic links are listed by nobody and followed by nobody. */
export interface FolderSubject {
  readonly name: string
  /** Every regular file below the folder, sorted, with its size; at most `LIMITS.entries`. */
  readonly files: ReadonlyMap<string, number>
  readonly budget: Budget
  /** Opens one of `files`; closed with the subject. */
  open(path: string): ByteReader | undefined
  /** Looks at one of `files` with the file formats; `undefined` where it is not there. */
  inspectFile(path: string): Inspected | undefined
}

/** What a format's reader found. Whatever is not set is not known. */
export interface FormatResult {
  readonly framework: string
  readonly summary: InspectionSummary
  /** The whole list, where the format has tensors. */
  readonly tensors?: readonly TensorInfo[]
  readonly findings?: readonly InspectionFinding[]
  readonly partial?: boolean
  readonly suggestedName?: string
  readonly parts?: ModelParts
}

/** A result with the format that gave it. */
export interface Inspected extends FormatResult {
  readonly format: ModelFormat
}

/**
 * One file format. `match` looks at content and decides alone, without regard to the file's name, and never throws for
 * damaged data; `inspect` throws `AppError('corrupt')` with the offset where nothing can be said.
 */
export interface FileFormat {
  readonly id: ModelFormat
  /** Extensions that such a file has, lower case with dot; any other is a `wrong-extension` finding if it belongs to another format. */
  readonly extensions: readonly string[]
  match(subject: FileSubject): boolean
  inspect(subject: FileSubject): FormatResult
}

/** One folder format, with the same division of labour. */
export interface FolderFormat {
  readonly id: ModelFormat
  match(subject: FolderSubject): boolean
  inspect(subject: FolderSubject): FormatResult
}
