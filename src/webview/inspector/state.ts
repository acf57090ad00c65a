import type { InspectorState, TensorColumn, TensorQuery } from '../protocol'

export const FIRST_QUERY: TensorQuery = {
  text: '',
  sort: { by: 'name', descending: false },
  grouped: true,
  expansion: 'auto',
  toggled: [],
}

const COLUMNS: readonly TensorColumn[] = ['name', 'dtype', 'shape', 'parameters', 'bytes']

/** The query that a page had before it was reloaded; the first one where that can't be told. */
export function restoreQuery(state: unknown): TensorQuery {
  const query = (state as Partial<InspectorState> | undefined)?.query
  if (!query || typeof query.text !== 'string' || !Array.isArray(query.toggled)) return FIRST_QUERY
  if (!COLUMNS.includes(query.sort.by)) return FIRST_QUERY
  return query
}

/** Sorts by a column, or the other way round where it is sorted by it already; numbers start with the largest. */
export function sortedBy({ sort, ...query }: TensorQuery, by: TensorColumn): TensorQuery {
  const descending = sort.by === by ? !sort.descending : by === 'parameters' || by === 'bytes'
  return { ...query, sort: { by, descending } }
}

/** Opens a module that is closed and closes one that is open. */
export function toggled(query: TensorQuery, module: string): TensorQuery {
  const without = query.toggled.filter((name) => name !== module)
  const wasToggled = without.length < query.toggled.length
  return { ...query, toggled: wasToggled ? without : [...without, module] }
}
