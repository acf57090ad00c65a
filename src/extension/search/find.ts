import type { ModelVersion } from '../../registry/model'
import { parseQuery } from '../../registry/search/parser'
import { referencesAmong, type References } from '../../registry/search/references'
import { runQuery } from '../../registry/search/search'
import { looksLikeFilter, matchWords } from '../../registry/search/words'

/**
 * The versions that a filter takes or plain words name, over several registries: ORDER BY and LIMIT speak of all of
 * them, `production` and `previous` of the version's own registry. An empty text takes all, the newest first.
 * @throws {QueryError} `invalid`
 */
export function findAmong(
  text: string,
  registries: readonly (readonly ModelVersion[])[],
): readonly ModelVersion[] {
  const all = registries.flat()
  if (text.trim() === '') {
    return all.sort((a, b) => (a.createdAt < b.createdAt ? 1 : a.createdAt > b.createdAt ? -1 : 0))
  }
  if (!looksLikeFilter(text)) return matchWords(text, all)
  return runQuery(parseQuery(text), all, referencesOf(registries))
}

function referencesOf(registries: readonly (readonly ModelVersion[])[]): References {
  const [only] = registries
  if (only && registries.length === 1) return referencesAmong(only)
  const own = new Map<ModelVersion, References>()
  for (const versions of registries) {
    const references = referencesAmong(versions)
    for (const version of versions) own.set(version, references)
  }
  return (version, reference) => own.get(version)?.(version, reference)
}
