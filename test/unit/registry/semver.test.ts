import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import { nextVersion } from '../../../src/registry/semver'
import { propertyRuns } from '../../support/propertyRuns'

describe('the next version', () => {
  const CASES: readonly (readonly [
    taken: readonly string[],
    patch: string,
    minor: string,
    major: string,
  ])[] = [
    [[], '1.0.0', '1.0.0', '1.0.0'],
    [['first-try', 'v2'], '1.0.0', '1.0.0', '1.0.0'],
    [['1.0.0'], '1.0.1', '1.1.0', '2.0.0'],
    [['1.0.0', '1.0.9', '1.0.10'], '1.0.11', '1.1.0', '2.0.0'],
    [['2.0.0', '1.9.9'], '2.0.1', '2.1.0', '3.0.0'],
    [['1.0.0', 'nightly'], '1.0.1', '1.1.0', '2.0.0'],
    // A pre-release is before its release.
    [['1.1.0-rc.1'], '1.1.0', '1.1.0', '2.0.0'],
    [['1.0.0', '1.0.1-RC1'], '1.0.1', '1.1.0', '2.0.0'],
    [['1.0.0+build5'], '1.0.1', '1.1.0', '2.0.0'],
    [['0.1.0'], '0.1.1', '0.2.0', '1.0.0'],
  ]
  for (const [taken, patch, minor, major] of CASES)
    it(`after ${taken.join(', ') || 'nothing'} is ${patch}, ${minor} or ${major}`, () => {
      assert.equal(nextVersion(taken), patch)
      assert.equal(nextVersion(taken, 'patch'), patch)
      assert.equal(nextVersion(taken, 'minor'), minor)
      assert.equal(nextVersion(taken, 'major'), major)
    })

  it('is never one that is taken, whatever the case', () => {
    const part = fc.integer({ min: 0, max: 3 })
    const version = fc.oneof(
      fc.tuple(part, part, part).map((parts) => parts.join('.')),
      fc.tuple(part, part, part).map((parts) => `${parts.join('.')}-RC.1`),
      fc.constantFrom('nightly', '1.0', 'v1.0.0', '01.0.0', '9007199254740991.0.0'),
    )
    fc.assert(
      fc.property(
        fc.array(version),
        fc.constantFrom('patch' as const, 'minor' as const, 'major' as const),
        (taken, increment) => {
          const next = nextVersion(taken, increment)
          assert.ok(!taken.some((other) => other.toLowerCase() === next.toLowerCase()), next)
        },
      ),
      propertyRuns(1000),
    )
  })
})
