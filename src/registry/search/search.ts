import type { ModelVersion } from '../model'
import { compileCondition } from './evaluate'
import { orderVersions } from './order'
import type { Query } from './query'
import { referencesAmong } from './references'
import type { References } from './references'

/**
 * The versions that match, in the order asked for, else in their own; all of them where there is no LIMIT.
 * @param references What `production.` and `previous.` mean; by default they are looked for among `versions`.
 */
export function runQuery(
  query: Query,
  versions: Iterable<ModelVersion>,
  references?: References,
): ModelVersion[] {
  const all = [...versions]
  const { where, orderBy, limit } = query
  const known = references ?? referencesAmong(all)
  const test = where && compileCondition(where)
  const found = test ? all.filter((version) => test(version, known)) : all
  return orderVersions(found, orderBy, limit)
}
