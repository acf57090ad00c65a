import type { InspectionFinding, InspectionSummary, ModelParts } from '../registry/inspection'
import type { ScanReport } from '../registry/scan'
import type { ModelStage } from '../registry/stage'

/**
 * What pages and the extension say to each other. A page's host is an interface of async methods; a call is one message
 * and its answer another. Events go the other way. Everything is plain JSON.
 */

/** A page's call of a method of its host. */
export interface Call {
  readonly id: number
  readonly method: string
  readonly args: readonly unknown[]
}

/** `err` is a sentence for the person in front of the page. */
export type Reply =
  | { readonly id: number; readonly ok: unknown }
  | { readonly id: number; readonly err: string }

/** What the host tells without being asked. */
export interface HostEvent {
  readonly event: string
}

/** An interface whose members are all async methods. */
export type Methods<T> = {
  readonly [K in keyof T]: (...args: never[]) => Promise<unknown>
}

/** Host of the model inspector: a file, or a folder that is one model. */
export interface InspectorHost {
  /** What is known at once; the reader has seen the header. */
  overview(): Promise<Overview>
  /** Where the parameters are; waits for the whole list of tensors. */
  breakdown(): Promise<Breakdown>
  /** A window of the rows of the tensor table. */
  tensors(query: TensorQuery, range: RowRange): Promise<TensorRows>
  /** Which registered versions this is. */
  registration(): Promise<Registration>
  /** Reads the whole file to compare its content with registered versions of the same size. */
  checkContent(): Promise<Registration>
  /** How far the content can be trusted: what was found when it was registered, or is found now. */
  scan(): Promise<ScanReport | undefined>
  /** Shows the row of a registered version. */
  showVersion(version: VersionKey): Promise<void>
  /** Registers this file, or with `whole` all parts of the model that it belongs to. */
  register(whole: boolean): Promise<void>
  /** Registers what no reader understands, under a name that is asked for. */
  registerAsCustom(): Promise<void>
  /** Opens a part that lies beside this file. */
  openPart(name: string): Promise<void>
  copy(text: string): Promise<void>
}

/** `changed`: the file has, ask for everything again. `registryChanged`: only the registry has. */
export type InspectorEvent = 'changed' | 'registryChanged'

/** What the page keeps over a reload: names of things, never their content. `path` lets a panel find its subject. */
export interface InspectorState {
  readonly path: string
  readonly query?: TensorQuery
}

export interface Overview {
  readonly name: string
  /** Absolute; it names the subject in the page's state. */
  readonly path: string
  /** For people: relative to the workspace folder where it lies in one. */
  readonly location: string
  readonly kind: 'file' | 'folder'
  /** In bytes, of all files of a folder; `undefined` where the file is not there. */
  readonly size: number | undefined
  readonly format: string
  readonly framework: string
  readonly summary: InspectionSummary
  readonly findings: readonly InspectionFinding[]
  readonly partial: boolean
  readonly parts?: ModelParts
}

export type TensorColumn = 'name' | 'dtype' | 'shape' | 'parameters' | 'bytes'

export interface TensorQuery {
  /** Words that name, type or shape must contain. */
  readonly text: string
  readonly sort: { readonly by: TensorColumn; readonly descending: boolean }
  /** As a tree of modules instead of a flat list. */
  readonly grouped: boolean
  /** Which modules are open before `toggled`: few rows, all, or none. */
  readonly expansion: 'auto' | 'all' | 'none'
  /** Ids of modules that are the other way. */
  readonly toggled: readonly string[]
}

export interface RowRange {
  readonly from: number
  readonly count: number
}

export interface TensorRows {
  /** All rows that the query gives, of which `rows` are some. */
  readonly total: number
  /** Tensors that match, in open and closed modules. */
  readonly tensors: number
  readonly parameters: number
  readonly rows: readonly TensorRow[]
}

interface RowBase {
  /** The whole name. */
  readonly name: string
  /** What the rows above do not say already. */
  readonly label: string
  readonly depth: number
  readonly parameters: number
  readonly bytes?: number
}

export interface ModuleRow extends RowBase {
  readonly kind: 'module'
  readonly open: boolean
  readonly tensors: number
}

export interface TensorDataRow extends RowBase {
  readonly kind: 'tensor'
  readonly dtype: string
  readonly shape: readonly number[]
}

export type TensorRow = ModuleRow | TensorDataRow

/** A part of the model: a module with all below it, a tensor, or the smaller rest of a module. */
export interface Area {
  /** The words to search for it; empty for a rest. */
  readonly search: string
  readonly label: string
  /** What to say of it in little room, where that is not the end of its label. */
  readonly short?: string
  readonly parameters: number
  readonly tensors: number
  /** Areas of one module have the same. */
  readonly family: number
}

export interface DtypeShare {
  readonly dtype: string
  readonly parameters: number
  readonly bytes?: number
}

export interface Breakdown {
  readonly parameters: number
  readonly areas: readonly Area[]
  readonly dtypes: readonly DtypeShare[]
}

export interface VersionKey {
  /** The workspace folder whose registry it is. */
  readonly folder: string
  readonly reference: string
}

export interface RegisteredAs extends VersionKey {
  readonly stage: ModelStage
  /** The stored artifact itself, a file of the same content, or one of the same path and size. */
  readonly match: 'artifact' | 'content' | 'source'
}

export interface Registration {
  readonly versions: readonly RegisteredAs[]
  /** Versions of this size whose content was not compared yet. */
  readonly unchecked: number
  /** The stored artifact of a version is not registered again. */
  readonly canRegister: boolean
}
