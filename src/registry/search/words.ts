import type { ModelVersion } from '../model'

// What only a filter has: a comparison, a quote, or a clause of its own.
const FILTER = /[=<>'"`]|\b(?:order\s+by|limit\s+\d|i?like\b|in\s*\(|is\s+(?:not\s+)?null\b)/i

/** True for a text that is meant as a filter and not as plain words; it may still be wrong. */
export function looksLikeFilter(text: string): boolean {
  return FILTER.test(text)
}

/**
 * The versions in which every word is found: in the name best of all, then in aliases, stage, framework, format and
 * tags, then in the description; last as letters of the name in their order (`crn` finds `churn`).
 */
export function matchWords(text: string, versions: Iterable<ModelVersion>): ModelVersion[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const found: { readonly version: ModelVersion; readonly score: number }[] = []
  for (const version of versions) {
    const score = scoreOf(version, words)
    if (score > 0) found.push({ version, score })
  }
  return found.sort((a, b) => b.score - a.score).map(({ version }) => version)
}

/** The sum over the words; 0 where one is not found at all. */
function scoreOf(version: ModelVersion, words: readonly string[]): number {
  const { fullName, aliases, stage, framework, format = '', tags, description } = version
  const name = fullName.toLowerCase()
  const facts = [...aliases, stage, framework, format, ...Object.entries(tags).flat()]
  const about = facts.join('\n').toLowerCase()
  let score = 1
  for (const word of words) {
    if (name.startsWith(word)) score += 8
    else if (name.includes(word)) score += 6
    else if (about.includes(word)) score += 4
    else if (description.toLowerCase().includes(word)) score += 2
    else if (isSubsequence(word, name)) score += 1
    else return 0
  }
  return score
}

function isSubsequence(word: string, text: string): boolean {
  let at = -1
  for (const letter of word) {
    at = text.indexOf(letter, at + 1)
    if (at < 0) return false
  }
  return true
}
