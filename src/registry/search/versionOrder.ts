import compare from 'semver/functions/compare'
import parse from 'semver/functions/parse'

const NATURAL = new Intl.Collator('en', { numeric: true })

export function isSemVer(version: string): boolean {
  return parse(version) !== null
}

/** The order of two SemVer versions (negative, 0, positive); `undefined` where one is none. */
export function compareSemVer(a: string, b: string): number | undefined {
  const left = parse(a)
  const right = parse(b)
  return left && right ? compare(left, right) : undefined
}

/** A total order of version names: SemVer by its rules, behind it all other names with their numbers as numbers. */
export function compareVersionNames(a: string, b: string): number {
  const left = parse(a)
  const right = parse(b)
  if (left && right) return compare(left, right) || NATURAL.compare(a, b)
  if (left || right) return left ? 1 : -1
  return NATURAL.compare(a, b)
}
