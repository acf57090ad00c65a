import type { BrokenModel } from '../../registry/registry'
import type { ModelVersion, RegisteredModel } from '../../registry/model'
import type { ModelStage } from '../../registry/stage'

/** What is wrong with a version's artifact: its files are not on this machine, or not what was registered. */
export type ArtifactTrouble = 'missing' | 'damaged'

interface NodeBase {
  /** Unique over the whole tree, and the same for the same thing after a refresh. */
  readonly id: string
  /** The key of the workspace folder whose registry this is. */
  readonly folder: string
}

/** Only where several workspace folders are open. */
export interface FolderNode extends NodeBase {
  readonly kind: 'folder'
  readonly name: string
  /** Why there is nothing in it. */
  readonly problem: string | undefined
}

export interface StageNode extends NodeBase {
  readonly kind: 'stage'
  readonly stage: ModelStage
  readonly count: number
}

/** A model, or its versions in one stage where there are several. */
export interface ModelNode extends NodeBase {
  readonly kind: 'model'
  readonly model: RegisteredModel
  readonly stage: ModelStage | undefined
  /** The versions below it, in their order. */
  readonly versions: readonly ModelVersion[]
}

export interface VersionNode extends NodeBase {
  readonly kind: 'version'
  readonly version: ModelVersion
  /** What the rows above say already: the stage, the stage and the model, or the model. */
  readonly under: 'stage' | 'stageAndModel' | 'model'
}

/** A document that can't be read. */
export interface BrokenNode extends NodeBase {
  readonly kind: 'broken'
  readonly broken: BrokenModel
  /** What is wrong, without the path that the row stands for. */
  readonly problem: string
}

/** Stands for the rows that are not shown yet. */
export interface MoreNode extends NodeBase {
  readonly kind: 'more'
  /** The row whose children these are. */
  readonly of: string
  readonly hidden: number
}

/** A row of the tree as plain data. */
export type Node = FolderNode | StageNode | ModelNode | VersionNode | BrokenNode | MoreNode

export const folderId = (folder: string): string => `folder/${folder}`
export const stageId = (folder: string, stage: ModelStage): string => `stage/${folder}/${stage}`
export const modelId = (folder: string, model: string, stage?: ModelStage): string =>
  `model/${folder}/${model}${stage === undefined ? '' : `/${stage}`}`
export const versionId = (folder: string, version: ModelVersion): string =>
  `version/${folder}/${version.model}/${version.id}`
export const brokenId = (folder: string, name: string): string => `broken/${folder}/${name}`
export const moreId = (of: string): string => `more/${of}`
