import type { MessagePort } from 'node:worker_threads'
import type { ErrorLocation } from '../base/errors'
import type { StructureComparison } from '../formats/compareStructure'
import type { HarvestedSeries, HarvestResult } from '../harvest/harvester'
import type { DetailedInspection, Inspection } from '../registry/inspection'
import type { ModelDocument, ModelVersion, RegisteredModel } from '../registry/model'
import type { ScanReport } from '../registry/scan'

/** What a model card says of the model as a whole. */
export type CardModel = Pick<RegisteredModel, 'name' | 'description' | 'tags'>

/** What a host asks its worker thread to do. Every job has an id; answers carry it. */
export type Job =
  /**
   * SHA-256 of a file. One that is still being written, to the size that `growing` says, is waited for and read behind
   * its writer, until that has set `FLAG.written`.
   */
  | { readonly kind: 'digest'; readonly path: string; readonly growing?: number }
  /** Reads two files side by side while they are equal. */
  | { readonly kind: 'match'; readonly path: string; readonly other: string }
  /** Copies in one pass, digesting what is written. */
  | { readonly kind: 'copy'; readonly from: string; readonly to: string }
  /** What a model file or folder is and holds; with `detailed`, all its tensors too. */
  | { readonly kind: 'inspect'; readonly path: string; readonly detailed: boolean }
  /** The differences in structure of two models; with `content`, in the values of their tensors, too. */
  | {
      readonly kind: 'compare'
      readonly path: string
      readonly other: string
      readonly content: boolean
    }
  /** How far a file or folder can be trusted; `allow` holds names that the workspace vetted. */
  | { readonly kind: 'scan'; readonly path: string; readonly allow: readonly string[] }
  /** What a training run left next to a model, inside the workspace folder `root`. */
  | {
      readonly kind: 'harvest'
      readonly path: string
      readonly root: string
      readonly commit?: string
    }
  /** The model card of a version, from what the registry holds. */
  | {
      readonly kind: 'card'
      readonly model: CardModel
      readonly version: ModelVersion
      readonly production: ModelVersion | undefined
    }
  /** Parses and checks a document. Its records go through `port`, a few at a time: all at once would hold the host. */
  | {
      readonly kind: 'document'
      readonly bytes: Uint8Array
      /** For the messages. */
      readonly path: string
      readonly name: string
      /** Digest of what the host has already: the same bytes are not parsed again. */
      readonly known: string | undefined
      readonly port: MessagePort
    }
  /** The learning curves in the bytes of a side file. */
  | { readonly kind: 'curves'; readonly bytes: Uint8Array }
  /** Merges a document that git left in conflict, in its place. */
  | { readonly kind: 'resolve'; readonly path: string }

export interface JobResults {
  readonly digest: { readonly sha256: string; readonly size: number }
  /** True where the files have the same bytes. */
  readonly match: boolean
  readonly copy: { readonly sha256: string; readonly size: number }
  readonly inspect: Inspection | DetailedInspection
  readonly harvest: HarvestResult
  readonly scan: ScanReport
  readonly compare: StructureComparison
  /** What a person should know of the merge, one sentence each. */
  readonly resolve: readonly string[]
  readonly card: string
  readonly curves: readonly HarvestedSeries[]
  readonly document: DocumentAnswer
}

/** What is said of a document besides its records: `same` where they are known already. */
export type DocumentAnswer =
  | { readonly kind: 'same' }
  | {
      readonly kind: 'parsed'
      readonly digest: string
      /** With its lists left empty. */
      readonly head: ModelDocument
    }

/** The longest lists of a document, whose records travel apart from it. */
export const DOCUMENT_LISTS = ['versions', 'trash', 'history'] as const

/** Records of one list, in their order. */
export interface DocumentPart {
  readonly list: (typeof DOCUMENT_LISTS)[number]
  readonly records: readonly unknown[]
}

/** Shared with the worker, so that it sees them in the middle of a synchronous loop. */
export const FLAG = { cancelled: 0, written: 1 } as const

export interface JobRequest {
  readonly id: number
  readonly job: Job
  /** Two 32-bit flags: see `FLAG`. */
  readonly flags: Int32Array
}

export type JobAnswer =
  | { readonly id: number; readonly kind: 'progress'; readonly count: number }
  | { readonly id: number; readonly kind: 'done'; readonly result: JobResults[Job['kind']] }
  | { readonly id: number; readonly kind: 'cancelled' }
  | {
      readonly id: number
      readonly kind: 'failed'
      readonly message: string
      /** True where `code` is one of ours and the message a sentence for people. */
      readonly explained?: boolean
      readonly code?: string
      readonly path?: string
      readonly location?: ErrorLocation
    }
