import assert from 'node:assert/strict'
import { SaxesParser } from 'saxes'
import type { Inspection } from '../../../src/registry/inspection'
import type { VersionRecord } from '../../../src/registry/model'
import { policyNeeds } from '../../../src/registry/policy'
import { evaluatePolicy, policyRefusal } from '../../../src/registry/policyCheck'
import type { ConditionResult, PolicyEvidence } from '../../../src/registry/policyCheck'
import { parsePolicy } from '../../../src/registry/policyFile'
import { signatureOf, signatureProblems } from '../../../src/registry/policySignature'
import type { Signature } from '../../../src/registry/policySignature'
import { artifact, modelVersion } from './builders'
import { toJUnit, toPolicyMarkdown } from '../../../src/registry/policyReport'

function check(
  rule: unknown,
  fields: Partial<VersionRecord> = {},
  evidence: PolicyEvidence = {},
): readonly ConditionResult[] {
  const policy = parsePolicy(JSON.stringify({ production: rule }), '.policy.json')
  const version = modelVersion({ version: '1.2.0', ...fields })
  return evaluatePolicy(policy, 'production', version, evidence).conditions
}

function checkOne(
  rule: unknown,
  fields: Partial<VersionRecord> = {},
  evidence: PolicyEvidence = {},
): ConditionResult {
  const [condition, ...others] = check(rule, fields, evidence)
  assert.ok(condition)
  assert.equal(others.length, 0)
  return condition
}

const inspection = (inputs: Inspection['summary']['inputs']): Inspection => ({
  format: 'onnx',
  framework: 'onnx',
  findings: [],
  partial: false,
  summary: inputs ? { inputs } : {},
})

describe('evaluatePolicy', () => {
  it('lists every condition with its value, met or not', () => {
    const rule = { require: ['metrics.accuracy >= 0.9', "tags.team = 'nlp'"] }
    assert.deepEqual(check(rule, { metrics: { accuracy: 0.85 }, tags: { team: 'nlp' } }), [
      {
        kind: 'expression',
        text: 'metrics.accuracy >= 0.9',
        ok: false,
        value: 'metrics.accuracy = 0.85',
      },
      { kind: 'expression', text: "tags.team = 'nlp'", ok: true, value: "tags.team = 'nlp'" },
    ])
  })

  it('is met by a version that no rule speaks of', () => {
    const rule = { when: "name = 'fraud'", require: ['metrics.accuracy >= 0.9'] }
    assert.deepEqual(check(rule), [])
    const policy = parsePolicy('{"production": {"card": true}}', 'p')
    assert.equal(evaluatePolicy(policy, 'staging', modelVersion(), {}).ok, true)
    assert.equal(evaluatePolicy(policy, 'production', modelVersion(), {}).ok, false)
  })

  it('says which value is missing', () => {
    const condition = checkOne({ require: ['metrics.f1 > 0.5'] })
    assert.equal(condition.ok, false)
    assert.equal(condition.reason, 'missing: metrics.f1')
  })

  describe('with the version in production', () => {
    const rule = { require: ['metrics.accuracy >= production.metrics.accuracy - 0.005'] }
    const production = modelVersion({ version: '1.1.0', metrics: { accuracy: 0.95 } })

    it('compares', () => {
      assert.equal(checkOne(rule, { metrics: { accuracy: 0.946 } }, { production }).ok, true)
      const worse = checkOne(rule, { metrics: { accuracy: 0.94 } }, { production })
      assert.equal(worse.ok, false)
      assert.equal(worse.value, 'metrics.accuracy = 0.94, production.metrics.accuracy = 0.95')
    })

    it('is met where nothing is in production, and says so', () => {
      const first = checkOne(rule, { metrics: { accuracy: 0.1 } })
      assert.equal(first.ok, true)
      assert.match(first.reason ?? '', /no version of churn is in production yet/)
    })

    it('is not met where production lacks the value', () => {
      const bare = modelVersion({ version: '1.1.0' })
      const condition = checkOne(rule, { metrics: { accuracy: 0.9 } }, { production: bare })
      assert.equal(condition.ok, false)
      assert.equal(condition.reason, 'missing: production.metrics.accuracy')
    })

    it('leaves the other comparisons of the expression in force', () => {
      const both = { require: ['metrics.a > 1 AND metrics.a > production.metrics.a'] }
      assert.equal(checkOne(both, { metrics: { a: 2 } }).ok, true)
      assert.equal(checkOne(both, { metrics: { a: 1 } }).ok, false)
      const negated = { require: ['metrics.a > 1 AND NOT metrics.a < production.metrics.a'] }
      assert.equal(checkOne(negated, { metrics: { a: 2 } }).ok, true)
      assert.equal(checkOne(negated, { metrics: { a: 1 } }).ok, false)
    })

    it('knows the previous version', () => {
      const better = { require: ['metrics.accuracy > previous.metrics.accuracy'] }
      const fields = { metrics: { accuracy: 0.96 } }
      assert.equal(checkOne(better, fields, { previous: production }).ok, true)
      assert.match(checkOne(better, fields).reason ?? '', /churn:1\.2\.0 is the first version/)
    })
  })

  it('takes a verdict of the stored bytes only', () => {
    const scan = {
      verdict: 'clean',
      findings: [],
      rules: '1',
      at: '2026-01-01T00:00:00.000Z',
    } as const
    const fields = { artifact: artifact(1), scan: { ...scan, sha256: 'a'.repeat(64) } }
    assert.equal(checkOne({ scan: 'clean' }, fields).ok, true)
    assert.equal(checkOne({ scan: ['review', 'clean'] }, fields).ok, true)
    assert.equal(checkOne({ scan: 'review' }, fields).ok, false)
    const stale = { ...fields, scan: { ...scan, sha256: 'b'.repeat(64) } }
    assert.equal(checkOne({ scan: 'clean' }, stale).value, 'not scanned')
  })

  it('takes nothing for granted that the host did not look at', () => {
    const stored = { artifact: artifact(1) }
    assert.equal(checkOne({ verified: true }, stored).ok, false)
    assert.equal(checkOne({ verified: true }, stored, { verified: false }).ok, false)
    assert.equal(checkOne({ verified: true }, stored, { verified: true }).ok, true)
    assert.match(checkOne({ verified: true }, {}, { verified: true }).reason ?? '', /no artifact/)
    assert.equal(checkOne({ card: true }).ok, false)
    assert.equal(checkOne({ card: true }, {}, { card: true }).ok, true)
    assert.equal(checkOne({ tasks: ['evaluate'] }).value, 'not run')
  })

  it('checks tags by name and by value', () => {
    assert.equal(checkOne({ tags: ['owner'] }).ok, false)
    assert.equal(checkOne({ tags: ['owner'] }, { tags: { owner: '' } }).ok, false)
    assert.equal(checkOne({ tags: ['owner'] }, { tags: { owner: 'ada' } }).ok, true)
    assert.equal(checkOne({ tags: { owner: 'bob' } }, { tags: { owner: 'ada' } }).ok, false)
    assert.equal(checkOne({ tags: ['constructor'] }).ok, false)
  })

  it('keeps the output of a task and says why one was not run', () => {
    const rule = { tasks: [{ command: 'pytest -q' }] }
    const run = (
      outcome: NonNullable<PolicyEvidence['tasks']> extends ReadonlyMap<string, infer T>
        ? T
        : never,
    ) => checkOne(rule, {}, { tasks: new Map([['command pytest -q', outcome]]) })
    assert.deepEqual(run({ kind: 'ended', exitCode: 1, output: '1 failed' }), {
      kind: 'task',
      text: 'command pytest -q ends in 0',
      ok: false,
      value: 'exit code 1',
      output: '1 failed',
    })
    assert.equal(run({ kind: 'ended', exitCode: 0 }).ok, true)
    assert.equal(
      run({ kind: 'notRun', reason: 'it was not approved' }).reason,
      'it was not approved',
    )
  })

  it('compares inputs and outputs with those in production', () => {
    const rule = { signature: true }
    const own = { inspection: inspection([{ name: 'x', dtype: 'float32', shape: [null, 10] }]) }
    const as = (shape: (number | null)[]) => ({
      production: modelVersion({
        inspection: inspection([{ name: 'x', dtype: 'float32', shape }]),
      }),
    })
    assert.equal(checkOne(rule, own, as([null, 10])).ok, true)
    assert.equal(checkOne(rule, own, as([null, 12])).ok, false)
    assert.match(checkOne(rule, own).reason ?? '', /no version of churn is in production/)
    assert.equal(checkOne(rule, own, { production: modelVersion() }).ok, true)
    assert.equal(checkOne(rule, {}, as([null, 10])).ok, false)
  })

  it('asks for no more than the rules need', () => {
    const policy = parsePolicy(
      JSON.stringify({
        production: [
          { when: "name = 'fraud'", verified: true },
          { card: true, tasks: ['evaluate', { command: 'x' }] },
          { tasks: ['evaluate'] },
        ],
      }),
      'p',
    )
    assert.deepEqual(policyNeeds(policy, 'production', modelVersion()), {
      verified: false,
      card: true,
      tasks: [
        { kind: 'task', name: 'evaluate' },
        { kind: 'command', command: 'x' },
      ],
    })
  })

  it('refuses with every unmet condition and its value', () => {
    const policy = parsePolicy(
      '{"production": {"require": ["metrics.a > 1", "metrics.b > 1"], "card": true}}',
      'p',
    )
    const version = modelVersion({ version: '1.2.0', metrics: { a: 2, b: 0.5 } })
    const error = policyRefusal(evaluatePolicy(policy, 'production', version, {}))
    assert.equal(error.code, 'policy')
    assert.equal(
      error.message,
      'churn:1.2.0 does not meet 2 promotion rules of production: metrics.b > 1 (metrics.b = 0.5); there is a model card (not written). Meet them, or override them with a reason.',
    )
  })
})

describe('signatureOf', () => {
  it('passes over what a hand has malformed', () => {
    const read = (summary: unknown) =>
      signatureOf(modelVersion({ inspection: { summary } as unknown as Inspection }))
    for (const summary of [undefined, null, 5, 'x', {}, { inputs: 5 }, { inputs: [null, 1, {}] }]) {
      assert.equal(read(summary), undefined)
    }
    assert.deepEqual(read({ inputs: [{ name: 'x', dtype: 1, shape: [{}] }], outputs: {} }), {
      inputs: [{ name: 'x' }],
      outputs: [],
    })
  })
})

describe('signatureProblems', () => {
  const x = { name: 'x', dtype: 'float32', shape: ['batch', 3] }
  const cases: readonly (readonly [
    string,
    Partial<Signature>,
    Partial<Signature>,
    RegExp | undefined,
  ])[] = [
    ['the same', { inputs: [x] }, { inputs: [x] }, undefined],
    ['a freed dimension', { inputs: [x] }, { inputs: [{ ...x, shape: [1, 3] }] }, undefined],
    [
      'a fixed dimension',
      { inputs: [{ ...x, shape: [1, 3] }] },
      { inputs: [x] },
      /has shape \[1, 3\], had \[batch, 3\]/,
    ],
    ['another rank', { inputs: [{ ...x, shape: [3] }] }, { inputs: [x] }, /has shape/],
    [
      'another type',
      { inputs: [{ ...x, dtype: 'int8' }] },
      { inputs: [x] },
      /is int8, was float32/,
    ],
    ['a further input', { inputs: [x, { name: 'y' }] }, { inputs: [x] }, /new input y/],
    ['a lost input', { inputs: [] }, { inputs: [x] }, /no input x any more/],
    ['a further output', { outputs: [x, { name: 'y' }] }, { outputs: [x] }, undefined],
    ['a lost output', { outputs: [] }, { outputs: [x] }, /no output x any more/],
    [
      'another output width',
      { outputs: [{ ...x, shape: [null, 4] }] },
      { outputs: [x] },
      /output x has shape/,
    ],
    ['unknown shapes', { inputs: [{ name: 'x' }] }, { inputs: [x] }, undefined],
  ]
  for (const [what, candidate, current, problem] of cases) {
    it(`${problem ? 'refuses' : 'accepts'} ${what}`, () => {
      const none = { inputs: [], outputs: [] }
      const problems = signatureProblems({ ...none, ...candidate }, { ...none, ...current }).join(
        '; ',
      )
      if (problem) assert.match(problems, problem)
      else assert.equal(problems, '')
    })
  }
})

describe('policy reports', () => {
  const hostile = '<b>&"\'@all | `x` [a](http://b)\u0000\u202e\ud800'
  const result = {
    reference: 'churn:1.2.0',
    stage: 'production',
    ok: false,
    conditions: [
      { kind: 'expression', text: 'metrics.a > 1', ok: true, value: 'metrics.a = 2' },
      { kind: 'task', text: hostile, ok: false, value: hostile, output: `${hostile}\nline` },
    ],
  } as const

  it('are JUnit XML that any text leaves well-formed', () => {
    const xml = toJUnit([result])
    assert.match(xml, /<testsuites name="promotion rules" tests="2" failures="1">/)
    assert.match(xml, /<testsuite name="churn:1\.2\.0 to production" tests="2" failures="1">/)
    assert.match(xml, /<testcase name="metrics\.a &gt; 1" classname="churn:1\.2\.0\.production"\/>/)
    assert.match(xml, /<failure message="&lt;b&gt;&amp;&quot;&apos;@all/)
    assert.match(xml, /<system-out>.*&#10;line<\/system-out>/)
    const parser = new SaxesParser()
    parser.on('error', (error) => assert.fail(error))
    parser.write(xml).close()
    assert.equal(xml.match(/<testcase/g)?.length, 2)
  })

  it('are Markdown in which text stays text', () => {
    const markdown = toPolicyMarkdown([result, { ...result, ok: true, conditions: [] }])
    assert.match(markdown, /### ❌ churn:1\.2\.0 to production\n\n1 of 2 conditions are met\./)
    assert.match(markdown, /### ✅ churn:1\.2\.0 to production\n\nNo rule speaks of this version\./)
    const row = markdown.split('\n').find((line) => line.includes('not met')) ?? ''
    assert.doesNotMatch(row, /<b>|@all|[^\\]`|[^\\]\[|:\/\/|\u202e/)
    assert.equal(row.replaceAll('\\|', '').split('|').length, 5)
  })
})
