import type { ModelDocument } from './model'
import type { ModelStage } from './stage'
import { stageEvents, timeOf } from './timeTravelEvents'

/** A version as it stood at a time; versions in the trash are not among them. */
export interface VersionAt {
  readonly version: string
  readonly stage: ModelStage
  /** Since when it stood there. */
  readonly since: string
}

/**
 * Where each version of a model stood at a time, by its id (by its name where nothing knows the id), as the history
 * tells it: what happened in that very millisecond counts. Versions that were there and are gone since are among them.
 */
export function stagesAt(document: ModelDocument, at: Date): ReadonlyMap<string, VersionAt> {
  const stages = new Map<string, VersionAt>()
  for (const event of stageEvents(document)) {
    if (timeOf(event) > at.getTime()) break
    const { version, name, stage, isDeleted } = event
    if (isDeleted || !stage) stages.delete(version)
    else if (stages.get(version)?.stage !== stage) {
      stages.set(version, { version: name, stage, since: event.at })
    }
  }
  return stages
}
