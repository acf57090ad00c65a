import assert from 'node:assert/strict'
import type { VersionRecord } from '../../../../src/registry/model'
import { parseQuery } from '../../../../src/registry/search/parser'
import { runQuery } from '../../../../src/registry/search/search'
import { artifact, modelVersion, versionsOf } from '../builders'

/** True where the filter takes a version with these fields. */
function takes(filter: string, fields: Partial<VersionRecord>): boolean {
  return runQuery(parseQuery(filter), [modelVersion(fields)]).length === 1
}

const scan = { verdict: 'clean', findings: [], rules: '1', at: '2026-01-01T00:00:00.000Z' } as const

describe('runQuery', () => {
  const registry = [
    ...versionsOf(
      'churn',
      [
        {
          version: '1.0.0',
          stage: 'archived',
          metrics: { accuracy: 0.9 },
          createdAt: '2026-01-01T10:00:00.000Z',
        },
        {
          version: '1.10.0',
          stage: 'production',
          metrics: { accuracy: 0.93, loss: 0.2 },
          parameters: { lr: 0.0005 },
          tags: { team: 'nlp' },
          createdAt: '2026-02-01T10:00:00.000Z',
        },
        {
          version: '1.9.0',
          stage: 'staging',
          metrics: { accuracy: 0.95 },
          tags: { team: 'nlp' },
          createdAt: '2026-03-01T10:00:00.000Z',
        },
      ],
      { champion: '1.10.0', best: '1.9.0', approved: '1.9.0' },
    ),
    ...versionsOf('fraud', [
      { version: 'v2', framework: 'onnx', metrics: { loss: 0.1 }, artifact: artifact(2_000_000) },
    ]),
  ]
  const search = (filter: string): string[] =>
    runQuery(parseQuery(filter), registry).map(({ fullName }) => fullName)

  const searches: readonly (readonly [filter: string, found: readonly string[]])[] = [
    ['', ['churn:1.0.0', 'churn:1.10.0', 'churn:1.9.0', 'fraud:v2']],
    ["metrics.accuracy >= 0.9 AND stage = 'staging'", ['churn:1.9.0']],
    ["stage = 'Staging'", ['churn:1.9.0']],
    ["tags.team = 'nlp' AND parameters.lr < 1e-3", ['churn:1.10.0']],
    ["name LIKE 'churn%' AND NOT stage = 'archived'", ['churn:1.10.0', 'churn:1.9.0']],
    ["name ilike 'FRAUD'", ['fraud:v2']],
    ["alias = 'champion'", ['churn:1.10.0']],
    ["alias IN ('approved', 'nobody')", ['churn:1.9.0']],
    ["alias != 'champion'", ['churn:1.9.0']],
    ["alias LIKE '%a%'", ['churn:1.10.0', 'churn:1.9.0']],
    ['alias IS NULL', ['churn:1.0.0', 'fraud:v2']],
    ["framework IN ('onnx','sklearn')", ['fraud:v2']],
    ["created_at > '2026-02-01'", ['churn:1.10.0', 'churn:1.9.0']],
    ["created_at <= '2026-02-01T10:00Z' AND name = 'churn'", ['churn:1.0.0', 'churn:1.10.0']],
    ['size < 100MB', ['fraud:v2']],
    ['size < 1.9MiB', []],
    ["size >= '2MB'", ['fraud:v2']],
    ["full_name = 'churn:1.9.0'", ['churn:1.9.0']],
    ["version > '1.9.0'", ['churn:1.10.0']],
    ["version IN ('1.9.0', 'v2')", ['churn:1.9.0', 'fraud:v2']],
    ['metrics.loss IS NULL', ['churn:1.0.0', 'churn:1.9.0']],
    ['metrics.accuracy > production.metrics.accuracy', ['churn:1.9.0']],
    [
      'metrics.accuracy >= production.metrics.accuracy - 0.05',
      ['churn:1.0.0', 'churn:1.10.0', 'churn:1.9.0'],
    ],
    ['metrics.accuracy > previous.metrics.accuracy', ['churn:1.10.0', 'churn:1.9.0']],
    ['framework = production.framework', ['churn:1.0.0', 'churn:1.10.0', 'churn:1.9.0']],
    ['created_at > production.created_at', ['churn:1.9.0']],
    ['ORDER BY metrics.accuracy DESC', ['churn:1.9.0', 'churn:1.10.0', 'churn:1.0.0', 'fraud:v2']],
    ['ORDER BY metrics.accuracy', ['churn:1.0.0', 'churn:1.10.0', 'churn:1.9.0', 'fraud:v2']],
    ['ORDER BY metrics.accuracy DESC LIMIT 1', ['churn:1.9.0']],
    [
      'ORDER BY name DESC, version DESC',
      ['fraud:v2', 'churn:1.10.0', 'churn:1.9.0', 'churn:1.0.0'],
    ],
    ["name = 'churn' ORDER BY stage", ['churn:1.9.0', 'churn:1.10.0', 'churn:1.0.0']],
    ['LIMIT 2', ['churn:1.0.0', 'churn:1.10.0']],
    ['LIMIT 0', []],
  ]
  for (const [filter, found] of searches) {
    it(`finds ${filter || 'everything'}`, () => assert.deepEqual(search(filter), found))
  }

  it('has no limit of its own', () => {
    const many = versionsOf(
      'big',
      Array.from({ length: 5000 }, (_, i) => ({ version: `${i}` })),
    )
    assert.equal(runQuery(parseQuery("name = 'big'"), many).length, 5000)
  })

  it('keeps the order of equal versions and finds the first of many', () => {
    const many = versionsOf(
      'big',
      Array.from({ length: 5000 }, (_, i) => ({ version: `${i}`, metrics: { m: i % 10 } })),
    )
    const best = runQuery(parseQuery('ORDER BY metrics.m DESC LIMIT 3'), many)
    assert.deepEqual(
      best.map(({ version }) => version),
      ['9', '19', '29'],
    )
  })

  it('orders more versions than a call takes arguments', () => {
    const one = modelVersion({ metrics: { m: 1 } })
    const many = Array.from({ length: 300_000 }, () => one)
    assert.equal(runQuery(parseQuery('ORDER BY metrics.m'), many).length, 300_000)
  })

  describe('missing values', () => {
    it('make every comparison false, != among them', () => {
      for (const comparator of ['=', '!=', '<', '<=', '>', '>=']) {
        assert.equal(takes(`metrics.a ${comparator} 1`, {}), false, comparator)
        assert.equal(takes(`parameters.a ${comparator} 'x'`, {}), false, comparator)
        assert.equal(takes(`parameters.a ${comparator} 1`, { parameters: { a: null } }), false)
        assert.equal(takes(`metrics.a ${comparator} metrics.b`, { metrics: { a: 1 } }), false)
        assert.equal(takes(`metrics.a ${comparator} 1 / 0`, { metrics: { a: 1 } }), false)
      }
      assert.equal(takes("tags.a NOT IN ('x')", {}), false)
      assert.equal(takes("tags.a NOT LIKE 'x'", {}), false)
      assert.equal(takes("alias != 'champion'", {}), false)
      assert.equal(takes("scan != 'clean'", {}), false)
    })

    it('are negated plainly by NOT', () => {
      assert.equal(takes('NOT metrics.a > 1', {}), true)
      assert.equal(takes("NOT tags.a IN ('x')", {}), true)
    })

    it('are what a record inherits', () => {
      for (const key of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
        assert.equal(takes(`metrics.${key} IS NULL`, {}), true, key)
        assert.equal(takes(`tags.${key} != 'x'`, {}), false, key)
      }
    })
  })

  describe('parameters', () => {
    const lr = { parameters: { lr: '1e-4' } }
    it('compare as numbers where one side is a number', () => {
      assert.equal(takes('parameters.lr < 1e-3', lr), true)
      assert.equal(takes('parameters.lr = 0.0001', lr), true)
      assert.equal(takes("params.depth = '5'", { parameters: { depth: 5 } }), true)
      assert.equal(takes("params.depth < '10'", { parameters: { depth: 5 } }), true)
    })
    it('compare as text where both are text', () => {
      assert.equal(
        takes("parameters.optimizer LIKE 'adam%'", { parameters: { optimizer: 'adamw' } }),
        true,
      )
      assert.equal(
        takes("parameters.optimizer IN ('adam', 'sgd')", { parameters: { optimizer: 'sgd' } }),
        true,
      )
      assert.equal(takes('parameters.depth IN (5, 7)', { parameters: { depth: 5 } }), true)
      assert.equal(takes('parameters.depth NOT IN (5, 7)', { parameters: { depth: 5 } }), false)
    })
    it('differ where they are of different kinds, and have no order', () => {
      assert.equal(takes('parameters.a != 5', { parameters: { a: 'x' } }), true)
      assert.equal(takes('parameters.a < 5', { parameters: { a: 'x' } }), false)
      assert.equal(takes('parameters.a >= 5', { parameters: { a: 'x' } }), false)
    })
    it('compare with TRUE and FALSE', () => {
      assert.equal(takes('parameters.early = true', { parameters: { early: true } }), true)
      assert.equal(takes('parameters.early = true', { parameters: { early: 'True' } }), true)
      assert.equal(takes('parameters.early != true', { parameters: { early: false } }), true)
      assert.equal(takes('parameters.early IN (FALSE)', { parameters: { early: false } }), true)
    })
  })

  it('takes a verdict only for the bytes that were scanned', () => {
    const stored = artifact(10)
    const own = { ...scan, sha256: 'a'.repeat(64) }
    assert.equal(takes("scan = 'clean'", { artifact: stored, scan: own }), true)
    assert.equal(takes("scan = 'CLEAN'", { artifact: stored, scan: own }), true)
    assert.equal(
      takes("scan = 'clean'", { artifact: stored, scan: { ...own, sha256: 'b' } }),
      false,
    )
    assert.equal(takes("scan = 'clean'", { scan: own }), false)
  })

  it('passes over a verdict that a hand has malformed', () => {
    for (const verdict of [{}, 5, null, 'good']) {
      const odd = { verdict, sha256: 'a'.repeat(64) } as unknown as NonNullable<
        VersionRecord['scan']
      >
      assert.equal(takes('scan IS NULL ORDER BY scan', { artifact: artifact(1), scan: odd }), true)
    }
  })

  it('takes a digest as tools print it', () => {
    assert.equal(takes(`digest = 'sha256:${'A'.repeat(64)}'`, { artifact: artifact(1) }), true)
    assert.equal(takes("sha256 LIKE 'aaaa%'", { artifact: artifact(1) }), true)
  })

  it('calculates', () => {
    const fields = { metrics: { a: 10, b: 3, c: 2 } }
    assert.equal(takes('metrics.a = metrics.b * metrics.c + 4', fields), true)
    assert.equal(takes('metrics.a = metrics.b + metrics.c * 4 - 1', fields), true)
    assert.equal(takes('metrics.a = -(metrics.b - 13)', fields), true)
    assert.equal(takes('metrics.a > metrics.b / metrics.c / 2 - -9', fields), true)
  })
})
