import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import * as fc from 'fast-check'
import {
  checkDescription,
  checkMetrics,
  checkParameters,
  checkTags,
  parseMetric,
  parseNumber,
  parseParameter,
  parseTag,
} from '../../../src/registry/fields'
import { propertyRuns } from '../../support/propertyRuns'

const invalid = (message: RegExp) => ({ name: 'AppError', code: 'invalid', message })

describe('metrics', () => {
  it('are finite numbers of any name', () => {
    const metrics = { accuracy: 0.94, 'val/loss': -1e-9, f1_score: 0, constructor: 1, 'ü %': 2 }
    assert.deepEqual(checkMetrics(metrics), metrics)
    assert.deepEqual(checkMetrics(undefined), {})
  })

  it('leave out what was not measured', () => {
    assert.deepEqual(checkMetrics({ accuracy: undefined, mse: 1 }), { mse: 1 })
  })

  for (const value of [NaN, Infinity, -Infinity, '0.94', null, true, {}, [1], 10n])
    it(`refuse ${inspect(value)} with the metric's name`, () => {
      assert.throws(
        () => checkMetrics({ ok: 1, accuracy: value }),
        invalid(/Metric "accuracy" is .*not a finite number/),
      )
    })

  it('refuse what is no record', () => {
    for (const value of [
      null,
      [],
      'accuracy=1',
      4,
      new Map([['accuracy', 1]]),
      new Float32Array(1),
    ])
      assert.throws(() => checkMetrics(value), invalid(/must be an object/))
  })

  it('refuse names that are no names', () => {
    assert.throws(() => checkMetrics({ '': 1 }), invalid(/needs a name/))
    assert.throws(() => checkMetrics({ '  ': 1 }), invalid(/needs a name/))
    assert.throws(() => checkMetrics({ ['x'.repeat(251)]: 1 }), invalid(/longer than 250/))
    assert.throws(() => checkMetrics(JSON.parse('{"__proto__": 1}')), invalid(/__proto__/))
  })
})

describe('parameters and tags', () => {
  it('are JSON scalars and texts', () => {
    const parameters = { lr: 1e-3, solver: 'lbfgs', shuffle: true, seed: null }
    assert.deepEqual(checkParameters(parameters), parameters)
    assert.deepEqual(checkTags({ team: 'risk', empty: '' }), { team: 'risk', empty: '' })
  })

  it('are refused by name', () => {
    for (const value of [NaN, {}, [], Symbol('x')])
      assert.throws(() => checkParameters({ depth: value }), invalid(/Parameter "depth"/))
    for (const value of [1, null, true, {}])
      assert.throws(() => checkTags({ team: value }), invalid(/Tag "team" must be a text/))
    assert.throws(
      () => checkTags({ team: 'x'.repeat(100_001) }),
      invalid(/100001 characters; 100000 are allowed/),
    )
  })
})

describe('the description', () => {
  it('is a text', () => {
    assert.equal(checkDescription(undefined), '')
    assert.equal(checkDescription('a\nb'), 'a\nb')
    assert.throws(() => checkDescription(5), invalid(/must be a text/))
    assert.throws(() => checkDescription('x'.repeat(100_001)), invalid(/The description has/))
  })
})

describe('values as people type them', () => {
  it('reads metrics', () => {
    assert.deepEqual(parseMetric('accuracy=0.94'), ['accuracy', 0.94])
    assert.deepEqual(parseMetric(' loss = -1.5e-3 '), ['loss', -0.0015])
    assert.deepEqual(parseMetric('a=.5'), ['a', 0.5])
    assert.deepEqual(parseMetric('a=+5.'), ['a', 5])
  })

  for (const text of [
    'accuracy=abc',
    'accuracy=',
    'a=1,5',
    'a=0x10',
    'a=1e999',
    'a=Infinity',
    'a=NaN',
    'a=1_000',
    'a==1',
  ])
    it(`refuses the metric ${text}`, () => {
      assert.throws(
        () => parseMetric(text),
        invalid(/Metric "(accuracy|a)" is ".*", not a finite number/),
      )
    })

  for (const text of ['accuracy', '=1', '', ' =1'])
    it(`refuses ${JSON.stringify(text)} as an assignment`, () => {
      assert.throws(() => parseMetric(text), invalid(/write name=value|needs a name/))
      assert.throws(() => parseTag(text), invalid(/write name=value|needs a name/))
    })

  it('reads parameters as what they look like', () => {
    for (const [text, value] of [
      ['n=7', 7],
      ['n=-0.5', -0.5],
      ['n=true', true],
      ['n=false', false],
      ['n=null', null],
      ['n=True', 'True'],
      ['n=1.2.3', '1.2.3'],
      ['n=', ''],
      ['n=a=b', 'a=b'],
      ['n=0x10', '0x10'],
      ['n=007', '007'],
      ['n=-01.5', '-01.5'],
      ['n=0', 0],
      ['n=0.5', 0.5],
      ['n=9007199254740991', 9007199254740991],
      ['n=9007199254740993', '9007199254740993'],
      ['n=9007199254740992', 9007199254740992],
      ['n=-9007199254740992', -9007199254740992],
      ['n=+9007199254740992', '+9007199254740992'],
      ['n=100000000000000000000', 100000000000000000000],
      ['n=1e300', 1e300],
    ] as const)
      assert.deepEqual(parseParameter(text), ['n', value], text)
  })

  it('reads tags as texts', () => {
    assert.deepEqual(parseTag('team=a=b'), ['team', 'a=b'])
    assert.deepEqual(parseTag('n=7'), ['n', '7'])
  })

  it('reads every number that JSON prints', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        assert.equal(parseNumber(String(value)), value === 0 ? Number(String(value)) : value)
      }),
      propertyRuns(),
    )
  })
})
