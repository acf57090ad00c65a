import type { ModelRegistry } from '../../app'
import type { HistoryEntry } from '../../registry/model'

/** A change, and whose it was. */
export interface ActivityEntry {
  /** The key of the workspace folder. */
  readonly folder: string
  readonly model: string
  readonly entry: HistoryEntry
}

interface ModelHistory {
  readonly model: string
  /** Oldest first. */
  readonly history: readonly HistoryEntry[]
}

/**
 * The newest changes of a registry, newest first, without sorting all that ever happened: of a thousand models with
 * long histories only the ends are looked at.
 */
export function newestEntries(
  registry: ModelRegistry,
  folder: string,
  options: { readonly limit: number; readonly model?: string | undefined },
): readonly ActivityEntry[] {
  const { limit, model } = options
  // The newest changes of all are among the newest of those models that changed last, as many as are wanted.
  const changedLast = historiesOf(registry, model)
    .filter(({ history }) => history.length > 0)
    .sort((a, b) => newestFirst(a.history.at(-1), b.history.at(-1)))
    .slice(0, limit)
  return changedLast
    .flatMap(({ model: name, history }) =>
      history.slice(-limit).map((entry) => ({ folder, model: name, entry })),
    )
    .sort((a, b) => newestFirst(a.entry, b.entry))
    .slice(0, limit)
}

/** A model that is in the trash as a whole has a history as well. */
function historiesOf(registry: ModelRegistry, only: string | undefined): ModelHistory[] {
  const models = registry.listModels()
  const listed = new Set(models.map(({ name }) => name))
  const trashed = new Set(registry.listTrash().map(({ model }) => model))
  return [
    ...models.map(({ name, history }) => ({ model: name, history })),
    ...[...trashed]
      .filter((name) => !listed.has(name))
      .map((name) => ({ model: name, history: registry.history(name).toReversed() })),
  ].filter(({ model }) => only === undefined || model === only)
}

/** By time, and by id within the same millisecond. */
export function newestFirst(a: HistoryEntry | undefined, b: HistoryEntry | undefined): number {
  const [first, second] = [`${a?.at} ${a?.id}`, `${b?.at} ${b?.id}`]
  return first < second ? 1 : first > second ? -1 : 0
}
