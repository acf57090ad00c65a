import inc from 'semver/functions/inc'
import rcompare from 'semver/functions/rcompare'
import valid from 'semver/functions/valid'

export type Increment = 'patch' | 'minor' | 'major'

/** The version that a model without any starts with. */
const FIRST_VERSION = '1.0.0'

/**
 * The next version after the highest SemVer among `taken` (versions and trash; others are passed over), itself not
 * taken whatever the case.
 */
export function nextVersion(taken: readonly string[], increment: Increment = 'patch'): string {
  const keys = new Set(taken.map((version) => version.toLowerCase()))
  const ordered = taken.filter((version) => valid(version) !== null).sort(rcompare)
  const [highest] = ordered
  let candidate = highest === undefined ? FIRST_VERSION : inc(highest, increment)
  while (candidate !== null && keys.has(candidate)) candidate = inc(candidate, increment)
  return candidate ?? FIRST_VERSION
}
