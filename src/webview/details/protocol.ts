import type { InspectionSummary } from '../../registry/inspection'
import type { MetricDirection } from '../../registry/metricDirection'
import type { ScanReport, Verdict } from '../../registry/scan'
import type { ModelStage } from '../../registry/stage'

/** Host of the details page of a version. */
export interface DetailsHost {
  details(): Promise<DetailsView>
  /** Changes values of the version; answers what is wrong with them, or nothing where they are changed. */
  edit(change: DetailsEdit): Promise<string | undefined>
  /** Does what a button stands for, with all questions that this asks. */
  act(intent: DetailsIntent): Promise<void>
  removeAlias(alias: string): Promise<void>
  /** Opens a file of the artifact, by its place in the list. */
  openFile(place: number): Promise<void>
  copyFileDigest(place: number): Promise<void>
  /** Opens a file of the workspace that the version names as its source, by its path. */
  openSource(path: string): Promise<void>
}

/** `changed`: ask again. `replaced`: the page shows another version from now on. */
export type DetailsEvent = 'changed' | 'replaced'

/** What a person can ask of the page. The host knows what each of them means, and says which are possible. */
export const DETAILS_INTENTS = [
  'promote',
  'moveToStage',
  'rollBack',
  'checkRules',
  'setAlias',
  'compareWithProduction',
  'compareWithOther',
  'showCharts',
  'inspect',
  'revealArtifact',
  'locateArtifact',
  'verify',
  'rescan',
  'copyReference',
  'copyDigest',
  'copyLoadCode',
  'openCode',
  'compareCode',
  'openCommit',
  'showChanges',
  'showCard',
  'editCard',
  'openDocument',
  'showInView',
  'delete',
  'restore',
  'recover',
  'resolveConflict',
  'manageTrust',
  'undo',
  'keep',
] as const
export type DetailsIntent = (typeof DETAILS_INTENTS)[number]

/** Fields of names and values that are edited in place. */
export type ValueField = 'metrics' | 'parameters' | 'tags'

export type DetailsEdit =
  | { readonly field: 'description'; readonly text: string }
  | {
      readonly field: ValueField
      readonly name: string
      /** As it was typed; absent where the value is taken away. */
      readonly text?: string
      /** A value that nobody has yet: a name that is taken is refused. */
      readonly isNew?: boolean
    }

/** Names the version that a page shows, whatever it is called by now. */
export interface DetailsSubject {
  /** The workspace folder whose registry it is in. */
  readonly folder: string
  /** Its model's name when this was last looked at, and its own. */
  readonly model: string
  readonly version: string
  readonly id: string
}

/** What the page keeps over a reload. */
export interface DetailsState extends DetailsSubject {
  readonly isPreview: boolean
  readonly scroll: number
}

export type DetailsView = VersionView | UnavailableView

interface ViewBase {
  readonly subject: DetailsSubject
  readonly isPreview: boolean
  readonly intents: readonly DetailsIntent[]
}

/** There is no version to show: it is in the trash, its document can't be read, or it is gone. */
export interface UnavailableView extends ViewBase {
  readonly kind: 'deleted' | 'broken' | 'gone'
  /** `churn:1.2.0` */
  readonly reference: string
  readonly message: string
}

export interface VersionView extends ViewBase {
  readonly kind: 'version'
  readonly stage: ModelStage
  readonly stageTitle: string
  /** The title of the stage that comes next; absent where there is none or nothing may be written. */
  readonly next?: string
  readonly aliases: readonly string[]
  readonly canEdit: boolean
  readonly format: string
  readonly framework: string
  readonly registered: { readonly by: string; readonly at: string; readonly ago: string }
  readonly description: string
  /** What is wrong with the artifact. */
  readonly problem?: string
  readonly artifact?: ArtifactView
  readonly scan?: ScanView
  readonly baselines: Baselines
  readonly metrics: readonly MetricRow[]
  readonly parameters: readonly ValueRow[]
  readonly tags: readonly ValueRow[]
  readonly history: readonly HistoryRow[]
  readonly lineage: LineageView
  readonly structure?: { readonly summary: InspectionSummary; readonly isPartial: boolean }
  /** What somebody wrote; absent where nobody did. */
  readonly card?: string
  /** Python that loads it. */
  readonly snippet?: string
}

/** The versions that metrics are compared with. */
export interface Baselines {
  readonly production?: string
  readonly previous?: string
}

export interface ValueRow {
  /** The name as it is stored. */
  readonly name: string
  /** What is shown of name and value. */
  readonly label: string
  readonly text: string
  /** What stands in the box when the value is edited. */
  readonly typed: string
}

export interface DifferenceView {
  readonly text: string
  readonly verdict: 'better' | 'worse' | 'equal'
}

export interface MetricRow extends ValueRow {
  readonly direction: MetricDirection
  readonly production?: DifferenceView
  readonly previous?: DifferenceView
}

export interface ArtifactView {
  readonly kind: 'file' | 'folder'
  readonly size: number
  readonly sha256: string
  readonly files: readonly FileView[]
  /** Files beyond those that are listed. */
  readonly more: number
}

export interface FileView {
  readonly path: string
  readonly size: number
  readonly sha256: string
}

export interface ScanView {
  readonly report: ScanReport
  readonly verdict: Verdict
  readonly at: string
  /** The rules have changed since. */
  readonly isOutdated: boolean
}

export interface HistoryRow {
  readonly what: string
  readonly who: string
  readonly at: string
  readonly ago: string
  /** From where to where, why, in spite of what; a line each. */
  readonly lines: readonly string[]
}

export interface LineageView {
  /** Where the files lay; `isHere` where it is a path of the workspace that can be opened. */
  readonly path?: { readonly text: string; readonly path: string; readonly isHere: boolean }
  readonly run?: string
  readonly git?: GitView
  readonly notebook?: { readonly text: string; readonly path: string; readonly cell: number }
  readonly datasets: readonly { readonly path: string; readonly digest?: string }[]
  readonly environment: readonly (readonly [name: string, value: string])[]
  readonly origins: readonly OriginRow[]
}

export interface GitView {
  readonly commit: string
  readonly branch?: string
  readonly remote?: string
  readonly author?: string
  readonly isDirty: boolean
}

/** Where a value was read when the version was registered. */
export interface OriginRow {
  readonly value: string
  readonly file: string
  /** The path as it is stored. */
  readonly path: string
  readonly key: string
  readonly isEdited: boolean
}
