import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import {
  parseMetrics,
  parseParameters,
  parseTags,
  printAssignments,
  problemOf,
} from '../../../../src/extension/input/assignments'
import { propertyRuns } from '../../../support/propertyRuns'

const invalid = (message: RegExp) => ({ name: 'AppError', code: 'invalid', message })

describe('metrics as people type them', () => {
  for (const text of [
    'accuracy=0.94 loss=0.12',
    '  accuracy = 0.94,loss=0.12 ',
    'accuracy=0.94; loss=0.12;',
    'accuracy=0.94,\n loss=1.2e-1',
    '"accuracy"=0.94 loss="0.12"',
  ])
    it(`reads ${JSON.stringify(text)}`, () => {
      assert.deepEqual(parseMetrics(text), { accuracy: 0.94, loss: 0.12 })
    })

  it('are none where nothing is typed', () => {
    for (const text of ['', '   ', ' , ']) assert.deepEqual(parseMetrics(text), {})
  })

  it('may have names with signs in them', () => {
    assert.deepEqual(parseMetrics('val/loss=1 top-5=0.9 "eval loss"=2 test.f1=0'), {
      'val/loss': 1,
      'top-5': 0.9,
      'eval loss': 2,
      'test.f1': 0,
    })
  })

  it('are refused by name', () => {
    const refusals: readonly (readonly [string, RegExp])[] = [
      ['accuracy=abc', /^Metric "accuracy" is "abc", not a finite number\.$/],
      ['loss=0.1 accuracy=', /^Metric "accuracy" has no value\.$/],
      ['accuracy=NaN', /"accuracy" is "NaN"/],
      ['accuracy=1e999', /"accuracy" is "1e999"/],
      ['accuracy', /^"accuracy" is not a metric: write name=value\.$/],
      ['a=1 b', /^"b" is not a metric/],
      ['=1', /is not a metric/],
      ['a=1 a=2', /"a" is there twice/],
      ['__proto__=1', /__proto__/],
    ]
    for (const [text, message] of refusals)
      assert.throws(() => parseMetrics(text), invalid(message), text)
  })
})

describe('parameters', () => {
  it('are numbers, truth values and null where they read as such, else texts', () => {
    assert.deepEqual(
      parseParameters('lr=1e-3 optimizer=adam shuffle=true seed=null layers=64,32 url=a=b name=""'),
      {
        lr: 0.001,
        optimizer: 'adam',
        shuffle: true,
        seed: null,
        layers: '64,32',
        url: 'a=b',
        name: '',
      },
    )
  })

  it('stay texts in quotes', () => {
    assert.deepEqual(parseParameters(`a="1" b='true' c="two words, \\"quoted\\""`), {
      a: '1',
      b: 'true',
      c: 'two words, "quoted"',
    })
  })

  it('are printed so that they are read back as they were', () => {
    const value = fc.oneof(
      fc.string(),
      fc.boolean(),
      fc.constant(null),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
    )
    const name = fc
      .string({ minLength: 1, maxLength: 250 })
      .filter((text) => text.trim() !== '' && text !== '__proto__')
    fc.assert(
      fc.property(fc.dictionary(name, value, { maxKeys: 6 }), (parameters) => {
        const plain = { ...parameters }
        assert.deepEqual({ ...parseParameters(printAssignments(plain)) }, plain)
      }),
      propertyRuns(),
    )
  })
})

describe('tags', () => {
  it('are texts, numbers too', () => {
    assert.deepEqual(parseTags('team=risk year=2026 task="credit scoring"'), {
      team: 'risk',
      year: '2026',
      task: 'credit scoring',
    })
  })
})

describe('what is wrong with a text', () => {
  it('is a sentence, or nothing', () => {
    assert.equal(problemOf(parseTags, 'a=b'), undefined)
    assert.match(problemOf(parseTags, 'a') ?? '', /write name=value/)
  })

  it('is no cover for a mistake of ours', () => {
    const broken = (): never => {
      throw new TypeError('ours')
    }
    assert.throws(() => problemOf(broken, ''), TypeError)
  })
})
