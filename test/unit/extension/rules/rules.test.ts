import assert from 'node:assert/strict'
import { ModelRegistry } from '../../../../src/app'
import { Approvals } from '../../../../src/extension/rules/approvals'
import { exampleRules } from '../../../../src/extension/rules/example'
import { conditionLines, refusal, summary } from '../../../../src/extension/rules/texts'
import type { ModelVersion } from '../../../../src/registry/model'
import { evaluatePolicy } from '../../../../src/registry/policyCheck'
import { parsePolicy } from '../../../../src/registry/policyFile'

async function version(metrics: Readonly<Record<string, number>>): Promise<ModelVersion> {
  return ModelRegistry.inMemory().register({ name: 'churn', version: '1.0.0', metrics })
}

describe('the rules to begin with', () => {
  it('can be read, and compare the metric that most versions have', async () => {
    const text = exampleRules('', [await version({ 'val loss': 0.2 })])
    const [rule] = parsePolicy(text, 'rules').get('production') ?? []
    assert.deepEqual(
      rule?.require.map((expression) => expression.text),
      [
        'metrics.`val loss` IS NOT NULL',
        'metrics.`val loss` <= production.metrics.`val loss` + 0.005',
      ],
    )
  })

  it('prefer the metric of the setting, and do without versions', () => {
    assert.match(exampleRules('f1', []), /metrics\.f1 >= production\.metrics\.f1 - 0\.005/)
    assert.match(exampleRules('', []), /metrics\.accuracy >=/)
  })
})

describe('what the rules found', () => {
  const rules = '{"production":{"require":["metrics.f1 >= 0.9","metrics.f1 > 0"],"card":true}}'

  it('is one line for each condition, the unmet ones first, with its value', async () => {
    const policy = parsePolicy(rules, 'rules')
    const result = evaluatePolicy(policy, 'production', await version({ f1: 0.8 }), {})
    assert.equal(refusal(result), 'churn:1.0.0 does not meet 2 of 3 conditions for Production.')
    assert.equal(summary(result), 'churn:1.0.0 to Production: 1 of 3 conditions is met')
    assert.deepEqual(conditionLines(result).split('\n'), [
      '✗ metrics.f1 >= 0.9 — metrics.f1 = 0.8',
      '✗ there is a model card — not written',
      '✓ metrics.f1 > 0 — metrics.f1 = 0.8',
    ])
  })
})

describe('the approved commands', () => {
  it('are those of exactly that text, and nothing of them but digests is kept', async () => {
    const memory = new Map<string, unknown>()
    const approvals = new Approvals({
      get: (key) => memory.get(key),
      update: async (key, value) => void memory.set(key, value),
    })
    await approvals.add('make check')
    await approvals.add('make check')
    assert.ok(approvals.has('make check'))
    assert.ok(!approvals.has('make check '))
    const kept = JSON.stringify([...memory])
    assert.doesNotMatch(kept, /make/)
    assert.equal([...kept.matchAll(/[0-9a-f]{64}/g)].length, 1)
  })
})
