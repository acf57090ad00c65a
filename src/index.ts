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
} from './registry/model'
export type {
  ArtifactSource,
  ArtifactStat,
  ModelStore,
  Progress,
  RunOptions,
  SaveRequest,
  StoredArtifact,
} from './registry/ports'
export type {
  ModelChanges,
  RegisterRequest,
  RegistryEvent,
  VersionChanges,
} from './registry/registry'
export { ModelStage } from './registry/stage'
export { FileModelStore } from './store/fileStore'
export { InMemoryModelStore } from './store/memoryStore'
