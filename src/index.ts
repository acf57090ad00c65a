export { ModelRegistry, type OpenOptions } from './app'
export { AppError, type ErrorCode, type ErrorLocation } from './base/errors'
export { ModelFramework } from './registry/framework'
export {
  METRICS,
  RegisteredModel,
  type Artifact,
  type ArtifactFile,
  type HistoryEntry,
  type Metrics,
  type ModelVersion,
  type Parameters,
  type Source,
  type Tags,
  type TrashRecord,
  type Via,
} from './registry/model'
export type {
  ArtifactSource,
  ArtifactStat,
  Clock,
  ModelStore,
  Progress,
  RunOptions,
  SaveRequest,
  StoredArtifact,
} from './registry/ports'
export type { CollectOptions, CollectReport } from './registry/collect'
export type { ModelHead } from './registry/head'
export type { PolicyResult } from './registry/policyCheck'
export type { PromotionOptions, ScanPolicy } from './registry/promotion'
export type {
  BrokenModel,
  ModelAt,
  ModelChanges,
  ModelHistoryEntry,
  RegisterOptions,
  RegisterRequest,
  RegistryEvent,
  VersionChanges,
} from './registry/registry'
export type { RepairCase } from './registry/repair'
export { ModelStage } from './registry/stage'
export type { Undone } from './registry/undo'
export type { VerifyReport, VerifyResult } from './registry/verify'
export { FileModelStore, type FileStoreOptions } from './store/fileStore'
export { InMemoryModelStore } from './store/memoryStore'
export type { Sharing } from './store/share'
