import type { MetricDirection } from '../../registry/metricDirection'
import type { VersionKey } from '../protocol'

/** Host of the comparison page. Versions are named by their places among those that the page compares. */
export interface ComparisonHost {
  comparison(options: ComparisonOptions): Promise<ComparisonView>
  /** What differs in the tensors, which are read from the artifacts; absent where there are none. */
  tensors(options: ComparisonOptions): Promise<SectionView | undefined>
  /** Moves a version to its next stage, with all questions that this asks. */
  promote(place: number): Promise<void>
  /** Opens the details of a version. */
  show(place: number): Promise<void>
  /** Opens the charts of the versions. */
  charts(): Promise<void>
  /** Opens what differs between the baseline and a version: what the registry says of them, or their code. */
  openDifference(of: 'metadata' | 'code', baseline: number, place: number): Promise<void>
  copy(as: 'markdown' | 'csv', options: ComparisonOptions): Promise<void>
}

/** The registry has changed: ask again. */
export type ComparisonEvent = 'registryChanged'

export interface ComparisonOptions {
  /** The place of the version that differences are taken from; absent until one is chosen. */
  readonly baseline?: number
  readonly onlyDifferences: boolean
}

/** What the page keeps over a reload. */
export interface ComparisonState extends ComparisonOptions {
  readonly versions: readonly VersionKey[]
}

export interface ComparedVersion {
  readonly reference: string
  /** As short as it is still told apart: `1.2.0` where all are versions of one model. */
  readonly name: string
  readonly stage: string
  /** The title of the stage that comes next; absent where there is none or nothing may be written. */
  readonly next?: string
  /** True where it is known which code it was made with. */
  readonly hasCode: boolean
}

export interface CellView {
  /** Absent where the version has no value. */
  readonly text?: string
  /** The whole of a text that is shown in part. */
  readonly full?: string
  readonly isBest?: boolean
  /** `+0.02, +2.1 %`, and whether that is good. */
  readonly difference?: { readonly text: string; readonly verdict: 'better' | 'worse' | 'equal' }
}

export interface RowView {
  readonly name: string
  readonly direction?: MetricDirection
  readonly cells: readonly CellView[]
}

export interface SectionView {
  readonly title: string
  readonly rows: readonly RowView[]
}

export interface ComparisonView {
  readonly keys: readonly VersionKey[]
  /** The model, where all are versions of one. */
  readonly model?: string
  readonly versions: readonly ComparedVersion[]
  readonly baseline: number
  readonly sections: readonly SectionView[]
  /** Versions that were compared and are no longer there. */
  readonly gone: readonly string[]
}
