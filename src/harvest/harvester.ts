import type { Inspection } from '../registry/inspection'
import type { Dataset, Notebook, ParameterValue } from '../registry/model'

/** The field of a version that a harvested value is meant for. */
export type Place = 'metrics' | 'parameters' | 'tags' | 'description'

/** One value that a training run left behind, with where it was read. */
export interface HarvestedValue {
  readonly place: Place
  /** The name it is stored under; empty for a description. */
  readonly name: string
  readonly value: ParameterValue
  /** Relative to the workspace folder, with `/`. */
  readonly file: string
  /** The file's own key: `eval_accuracy`, `macro avg.precision`, `iterations[99].test[0]`. */
  readonly key: string
  /** Id of the harvester that read it. */
  readonly source: string
  /** The file is older than the model, or was written by another commit: probably of an earlier training. */
  readonly stale?: true
  /** The file stands where several models share a folder and nothing says whose it is: a host leaves it unticked. */
  readonly ambiguous?: true
}

/** What is taken unless a person says otherwise: not what is probably another training's, or another model's. */
export function isCertain(value: HarvestedValue): boolean {
  return value.stale !== true && value.ambiguous !== true
}

/** A learning curve, under the name of the metric that its last value is. `steps` ascend; both lists have the same length, and every value is finite. */
export interface HarvestedSeries {
  readonly name: string
  readonly file: string
  readonly steps: readonly number[]
  readonly values: readonly number[]
}

/** What was found and not taken. Without a `key` it is the whole file. */
export interface Refusal {
  readonly file: string
  readonly key?: string
  readonly reason: string
}

/** The code that the run itself recorded; it can differ from what is checked out now. */
export interface RecordedCode {
  readonly commit: string
  readonly remote?: string
}

export interface HarvestResult {
  /** At most one value for a place and name: the one that precedence chose. */
  readonly values: readonly HarvestedValue[]
  readonly series: readonly HarvestedSeries[]
  readonly refused: readonly Refusal[]
  /** The files that were read, relative to the workspace folder, in the order of reading. */
  readonly files: readonly string[]
  readonly suggestedName?: string
  readonly run?: string
  readonly code?: RecordedCode
  readonly environment?: Readonly<Record<string, string>>
  readonly datasets?: readonly Dataset[]
  readonly notebook?: Notebook
}

export interface HarvestOptions {
  /** The workspace folder: nothing outside it is read, not even through a symbolic link. */
  readonly root: string
  readonly signal?: AbortSignal
  /** The commit that is checked out: metrics of a run that recorded another one are marked stale. */
  readonly commit?: string
  /** What the model's own content says, where the host has it. */
  readonly inspection?: Inspection
  /** How much older than the model a metrics file may be, in milliseconds. */
  readonly staleAfter?: number
}

/**
 * Whose word counts when two files give the same name, strongest first. What the user gives stands above all of them
 * and never gets here.
 */
export enum Rank {
  /** Bound to the model by an id, or written into the model's own folder by the tool that saved it. */
  identified,
  /** The result file of a training framework. */
  framework,
  /** A log meant for charts, or a rounded value in a file name. */
  log,
  /** A file that DVC lists. */
  dvc,
  /** `metrics.json` and the like: a convention without a tool. */
  generic,
  /** What a person or a hub wrote into a model card. */
  card,
}

/** How a file relates to the model. */
export interface Relation {
  /** 0 for the model's own folder, 1 for its parent, and so on. */
  readonly distance: number
  readonly ambiguous: boolean
  /** Bound to the model by id, path or name: never stale, whatever its time. */
  readonly exact: boolean
}

/** A folder of the run, listed once. Links that lead out of the workspace are in neither list. */
export interface RunFolder extends Relation {
  readonly path: string
  readonly relative: string
  readonly files: ReadonlySet<string>
  readonly folders: ReadonlySet<string>
  /** True where there are more entries than are listed. */
  readonly isCut: boolean
}

/** A regular file inside the workspace. */
export interface RunFile extends Relation {
  readonly path: string
  /** Relative to the workspace folder, with `/`. */
  readonly relative: string
  readonly name: string
  readonly size: number
  readonly mtimeMs: number
}

/** A table with a header row: the cells of one column, `''` where a row is shorter. */
export interface Table {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/**
 * Bounded reading: every method that parses gives `undefined` for a file that is not there, is too large or is broken,
 * and notes the latter two as refused. Parsing runs in short steps between which the event loop turns.
 */
export interface RunReader {
  readonly root: string
  readonly signal: AbortSignal | undefined
  folder(path: string, relation: Relation): Promise<RunFolder | undefined>
  /** A folder inside a folder, by its names; it inherits the relation unless one is given. */
  inside(
    folder: RunFolder,
    names: readonly string[],
    relation?: Partial<Relation>,
  ): Promise<RunFolder | undefined>
  file(folder: RunFolder, name: string, relation?: Partial<Relation>): Promise<RunFile | undefined>
  text(file: RunFile): Promise<string | undefined>
  json(file: RunFile): Promise<unknown>
  /** The values of a JSON file, or of a file with one JSON value on each line. */
  jsonLines(file: RunFile): Promise<readonly unknown[] | undefined>
  yaml(file: RunFile): Promise<unknown>
  /** The YAML between `---` lines at the start of a Markdown file, and the text after it. */
  frontMatter(file: RunFile): Promise<{ data: unknown; body: string } | undefined>
  table(file: RunFile, delimiter?: string): Promise<Table | undefined>
  /** The first bytes as text, for a look at a header; not counted as a file that was read. */
  head(file: RunFile, bytes: number): Promise<string | undefined>
  /** The bytes of a file in pieces, without a cap on its size: for formats that are read record by record. */
  chunks(file: RunFile): AsyncIterable<Uint8Array>
  refuse(file: Pick<RunFile, 'relative'>, key: string | undefined, reason: string): void
  /** Lets the event loop turn if it is due; for loops over what a long file holds. */
  turn(): Promise<void>
}

/** The model and the folders that are its run's. */
export interface Run {
  readonly model: {
    readonly path: string
    /** Base name. */
    readonly name: string
    /** Base name without the last extension. */
    readonly stem: string
    readonly isFolder: boolean
    readonly mtimeMs: number
    /** In bytes; 0 for a folder. */
    readonly size: number
  }
  /** The model as a place that values come from. */
  readonly asFile: RunFile
  readonly inspection: Inspection | undefined
  /** From the model's own folder up to the run root, nearest first. */
  readonly folders: readonly RunFolder[]
  /** From the model's own folder up to the workspace folder: for tools that name the model by path or id. */
  readonly ancestors: readonly RunFolder[]
  readonly reader: RunReader
}

/** What a curve's points don't say themselves. */
export interface SeriesOptions {
  /** The file's own name of it; its name by default. */
  readonly key?: string
  readonly best?: 'min' | 'max'
  /** The value that was written last, where it is not the one of the highest step. */
  readonly last?: number
}

/** Takes what a harvester finds. Values are `unknown`: the sink decides what can be stored and notes what can't. */
export interface Sink {
  metric(name: string, value: unknown, file: RunFile, key?: string): void
  parameter(name: string, value: unknown, file: RunFile, key?: string): void
  tag(name: string, value: unknown, file: RunFile, key?: string): void
  description(text: unknown, file: RunFile, key: string): void
  /** A curve; its last value becomes a metric, its best one `best_<name>` where that differs. */
  series(
    name: string,
    points: readonly (readonly [step: number, value: number])[],
    file: RunFile,
    options?: SeriesOptions,
  ): void
  suggestName(name: unknown): void
  run(id: unknown): void
  code(code: { readonly commit: unknown; readonly remote?: unknown }, file: RunFile): void
  /** A package's version, or `python`'s. */
  environment(name: string, version: unknown): void
  dataset(dataset: Dataset): void
  /** True for a file that some harvester has taken a value from. */
  isTaken(file: RunFile): boolean
}

/** One source of values. Adding one is a file and a line in `HARVESTERS`. */
export interface Harvester {
  readonly id: string
  readonly rank: Rank
  harvest(run: Run, sink: Sink): Promise<void>
}
