import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import { checkName, nameKey, nameProblem } from '../../../src/registry/names'
import { propertyRuns } from '../../support/propertyRuns'

describe('names', () => {
  const GOOD = [
    'a',
    '1',
    'churn',
    'Churn-2.0_final+rc1',
    'a..b',
    'x'.repeat(128),
    'icon',
    'com10',
    'lock',
  ]
  const BAD: readonly (readonly [name: unknown, problem: RegExp])[] = [
    [undefined, /needs a name/],
    [42, /needs a name/],
    ['', /needs a name/],
    ['x'.repeat(129), /has 129 characters; 128 are allowed/],
    ['.hidden', /is not allowed/],
    ['-flag', /is not allowed/],
    ['_private', /is not allowed/],
    ['a/b', /is not allowed/],
    ['a\\b', /is not allowed/],
    ['..', /is not allowed/],
    ['a b', /is not allowed/],
    ['a:b', /is not allowed/],
    ['a@b', /is not allowed/],
    ['a\u0000', /is not allowed/],
    ['a\n', /is not allowed/],
    ['modèle', /is not allowed/],
    ['a.', /must not end in "\."/],
    ['a.json', /must not end in "\.json"/],
    ['a.JSON', /must not end in "\.json"/],
    ['a.lock', /must not end/],
    ['a.tmp', /must not end/],
    ['a.bak', /must not end/],
    ['con', /device name/],
    ['CON', /device name/],
    ['nul.onnx', /device name/],
    ['LPT1', /device name/],
    ['com0.tar.gz', /device name/],
  ]

  for (const name of GOOD) {
    it(`allows ${JSON.stringify(name.slice(0, 30))}`, () => {
      assert.equal(nameProblem('model', name), undefined)
      checkName('version', name)
    })
  }

  for (const [name, problem] of BAD) {
    it(`refuses ${JSON.stringify(String(name).slice(0, 30))}`, () => {
      assert.match(nameProblem('model', name) ?? '', problem)
      assert.throws(() => checkName('alias', name), { name: 'AppError', code: 'invalid' })
    })
  }

  it('says which kind of name is meant', () => {
    assert.match(nameProblem('version', 'a b') ?? '', /^Version name/)
    assert.match(nameProblem('alias', '') ?? '', /^An alias/)
  })

  it('lets nothing through that is not one plain part of a path', () => {
    const anything = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom('a', '.', '/', '\\', ':', ' ', 'A', '~', '-', '\u0000') }),
    )
    fc.assert(
      fc.property(anything, (name) => {
        if (nameProblem('model', name) !== undefined) return
        assert.match(name, /^[A-Za-z0-9][A-Za-z0-9._+-]*$/)
        assert.ok(!name.endsWith('.'))
      }),
      propertyRuns(2000),
    )
  })

  it('are one name whatever the case', () => {
    assert.equal(nameKey('Churn-RC'), nameKey('churn-rc'))
  })
})
