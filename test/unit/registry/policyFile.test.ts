import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { AppError, isAppError } from '../../../src/base/errors'
import { parsePolicy } from '../../../src/registry/policyFile'
import { STAGES } from '../../../src/registry/stage'
import { propertyRuns } from '../../support/propertyRuns'

const FULL = `{
  "$schema": "./policy.schema.json",
  "production": {
    "when": "name LIKE 'churn%'",
    "require": [
      "metrics.accuracy >= 0.9",
      "metrics.accuracy >= production.metrics.accuracy - 0.005"
    ],
    "scan": ["clean", "incomplete"],
    "verified": true,
    "card": true,
    "signature": true,
    "tags": { "team": "nlp" },
    "tasks": ["evaluate", { "task": "smoke" }, { "command": "pytest -q" }]
  },
  "staging": [{ "tags": ["owner"] }, { "scan": "clean" }]
}`

function failure(text: string): AppError {
  try {
    parsePolicy(text, '.models/.policy.json')
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error(`The rules were read: ${text}`)
}

interface Schema {
  readonly properties: object
  readonly definitions: { readonly rule: { readonly properties: object } }
}

describe('the JSON Schema of the rules', () => {
  const path = join(__dirname, '../../../media/schemas/policy.schema.json')
  const schema = JSON.parse(readFileSync(path, 'utf8')) as Schema

  it('names every rule that the reader takes, and no other', () => {
    const { message } = failure('{"production": {"?": 1}}')
    const known = /is not a rule; use ([\w, ]+)/.exec(message)?.[1]?.split(', ')
    assert.deepEqual(known?.sort(), Object.keys(schema.definitions.rule.properties).sort())
  })

  it('names every stage', () => {
    assert.deepEqual(Object.keys(schema.properties).sort(), [...STAGES, '$schema'].sort())
  })
})

describe('parsePolicy', () => {
  it('reads every kind of rule', () => {
    const policy = parsePolicy(FULL, '.policy.json')
    const [rule] = policy.get('production') ?? []
    assert.equal(rule?.when?.text, "name LIKE 'churn%'")
    assert.deepEqual(
      rule?.require.map(({ text }) => text),
      ['metrics.accuracy >= 0.9', 'metrics.accuracy >= production.metrics.accuracy - 0.005'],
    )
    assert.deepEqual(rule?.scan, ['clean', 'incomplete'])
    assert.deepEqual([rule?.verified, rule?.card, rule?.signature], [true, true, true])
    assert.deepEqual(rule?.tags, [{ name: 'team', value: 'nlp' }])
    assert.deepEqual(rule?.tasks, [
      { kind: 'task', name: 'evaluate' },
      { kind: 'task', name: 'smoke' },
      { kind: 'command', command: 'pytest -q' },
    ])
    const staging = policy.get('staging') ?? []
    assert.deepEqual(
      staging.map(({ tags, scan }) => ({ tags, scan })),
      [
        { tags: [{ name: 'owner' }], scan: undefined },
        { tags: [], scan: ['clean'] },
      ],
    )
    assert.equal(policy.get('archived'), undefined)
  })

  it('takes an empty object and a byte order mark', () => {
    assert.equal(parsePolicy('\ufeff{}', 'p').size, 0)
  })

  const failures: readonly (readonly [text: string, line: number, message: RegExp])[] = [
    ['', 1, /it is no JSON|it is empty/],
    ['{\n  "production": {,}\n}', 2, /it is no JSON/],
    ['{\n  // why\n}', 2, /it is no JSON/],
    ['{}\nx', 2, /it is no JSON/],
    ['[]', 1, /The array must be an object/],
    ['{\n "prod": {}\n}', 2, /"prod" is not a stage; use development, staging/],
    [
      '{\n "production": {\n  "requires": []\n }\n}',
      3,
      /"requires" is not a rule; use when, require/,
    ],
    ['{"production": {\n "require": "metrics.a > 1"}}', 2, /must be a list in \[ \]/],
    [
      '{"production": {\n "require": [\n"metrics.a >> 1"]}}',
      3,
      /Expected a number .* at character 12/,
    ],
    ['{"production": {\n "require": [\n7]}}', 3, /7 must be an expression in quotes/],
    ['{"production": {"require": ["accuracy > 1"]}}', 1, /There is no field accuracy/],
    ['{"production": {"when": "production.stage = \'staging\'"}}', 1, /put it into "require"/],
    ['{"production": {"scan": "good"}}', 1, /"good" is not a verdict; use dangerous/],
    ['{"production": {"verified": "yes"}}', 1, /"yes" must be true or false/],
    ['{"production": {"tags": {"a": 1}}}', 1, /1 must be the value of the tag/],
    ['{"production": {"tasks": [{"run": "x"}]}}', 1, /a task is its name/],
    ['{"production": {"tasks": [{"task": "x", "command": "y"}]}}', 1, /a task is its name/],
    ['{"production": {"card": true,\n "card": false}}', 2, /"card" stands twice/],
    ['{"production": {}, "production": {}}', 1, /"production" stands twice/],
    ['{"__proto__": {}}', 1, /"__proto__" is not a stage/],
    ['['.repeat(100_000), 1, /too deep/],
  ]
  for (const [text, line, message] of failures) {
    it(`names line ${line} of ${JSON.stringify(text.slice(0, 50))}`, () => {
      const error = failure(text)
      assert.equal(error.code, 'corrupt')
      assert.match(error.message, message)
      assert.match(error.message, /in \.models\/\.policy\.json .* line \d+: .* Nothing is promoted/)
      assert.equal(error.location?.line, line)
      assert.equal(error.location?.file, '.models/.policy.json')
    })
  }

  it('points into the expression', () => {
    const text = '{\n  "production": { "require": ["metrics.a > 1 AND accuracy > 2"] }\n}'
    const { line = 0, column = 0 } = failure(text).location ?? {}
    assert.equal(text.split('\n')[line - 1]?.slice(column - 1, column + 7), 'accuracy')
  })

  it('answers any damage with rules or an error', () => {
    const damage = fc.record({
      at: fc.nat(FULL.length),
      drop: fc.nat(12),
      add: fc.constantFrom('', '"', '{', '}', '[', ',', '\\', '\u0000', '"x":1,', 'null', 'true'),
    })
    fc.assert(
      fc.property(fc.array(damage, { minLength: 1, maxLength: 4 }), (damages) => {
        let text = FULL
        for (const { at, drop, add } of damages)
          text = text.slice(0, at) + add + text.slice(at + drop)
        try {
          parsePolicy(text, 'p')
        } catch (error) {
          assert.ok(isAppError(error) && error.code === 'corrupt', String(error))
          assert.ok((error.location?.line ?? 0) >= 1)
        }
      }),
      propertyRuns(5000),
    )
  })
})
