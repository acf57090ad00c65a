import assert from 'node:assert/strict'
import { parse } from 'yaml'
import { renderModelCard } from '../../../src/harvest/modelCard'
import type { ModelVersion } from '../../../src/registry/model'
import { inWorkspace, valuesOf } from './workspace'

const MODEL = { name: 'churn', description: 'Who leaves.', tags: { license: 'mit' } }

function version(fields: Partial<ModelVersion> = {}): ModelVersion {
  return {
    id: '01J',
    model: 'churn',
    version: '1.2.0',
    fullName: 'churn:1.2.0',
    stage: 'staging',
    framework: 'sklearn',
    metrics: { accuracy: 0.92, f1_score: 0.8, loss: 0.25 },
    parameters: { depth: 3, base_model: 'acme/base' },
    tags: {},
    description: '',
    aliases: [],
    createdAt: '2026-01-02T03:04:05.000Z',
    updatedAt: '2026-01-02T03:04:05.000Z',
    createdBy: 'Ada',
    ...fields,
  }
}

function frontMatter(card: string): Record<string, unknown> {
  const match = /^---\n([\s\S]*?)\n---\n/.exec(card)
  assert.ok(match, card)
  return parse(match[1] ?? '') as Record<string, unknown>
}

describe('model card', () => {
  it('is read by the hub as it is meant, with YAML 1.1', () => {
    const card = renderModelCard(
      MODEL,
      version({
        framework: 'custom',
        metrics: { constructor: 3, tiny: 1e-7, huge: -2e300, '007': 0.5 },
        tags: { language: 'no', license: 'My own: #1', datasets: 'a/b, c/d', base_model: 'on' },
        parameters: {},
      }),
      version({ id: '01H', version: '1.1.0' }),
      { task: 'yes' },
    )
    const written = /^---\n([\s\S]*?)\n---\n/.exec(card)?.[1] ?? ''
    const data = parse(written, { version: '1.1' }) as Record<string, unknown>
    assert.equal(data.language, 'no')
    assert.equal(data.base_model, 'on')
    assert.equal(data.pipeline_tag, 'yes')
    assert.deepEqual([data.license, data.license_name], ['other', 'My own: #1'])
    assert.deepEqual(data.datasets, ['a/b', 'c/d'])
    assert.deepEqual(data.metrics, ['constructor', 'tiny', 'huge', '007'])
    // custom is nobody's library.
    assert.ok(!('library_name' in data))
    // PyYAML takes a number without a point for text.
    assert.match(written, /value: 1\.0e-7$/m)
    assert.match(written, /value: -2\.0e\+300$/m)
    assert.match(card, /\| `constructor` \| 3 \|  \|  \|/)
  })

  it('has the front matter of the hub', () => {
    const card = renderModelCard(MODEL, version(), undefined, { task: 'tabular-classification' })
    assert.deepEqual(frontMatter(card), {
      license: 'mit',
      library_name: 'sklearn',
      pipeline_tag: 'tabular-classification',
      tags: ['sklearn', 'staging'],
      base_model: 'acme/base',
      metrics: ['accuracy', 'f1', 'loss'],
      'model-index': [
        {
          name: 'churn',
          results: [
            {
              task: { type: 'tabular-classification' },
              dataset: { type: 'unknown', name: 'unknown' },
              metrics: [
                { type: 'accuracy', name: 'accuracy', value: 0.92 },
                { type: 'f1', name: 'f1_score', value: 0.8 },
                { type: 'loss', name: 'loss', value: 0.25 },
              ],
            },
          ],
        },
      ],
    })
  })

  it('compares with production, and knows which end is the good one', () => {
    const production = version({
      id: '01H',
      version: '1.1.0',
      metrics: { accuracy: 0.9, loss: 0.2, auc_roc: 0.5 },
    })
    const card = renderModelCard(MODEL, version(), production)
    assert.match(card, /\| `accuracy` \| 0\.92 \| 0\.9 \| \+0\.02 \(better\) \|/)
    assert.match(card, /\| `loss` \| 0\.25 \| 0\.2 \| \+0\.05 \(worse\) \|/)
    assert.match(card, /\| `auc_roc` \| {2}\| 0\.5 \| {2}\|/)
    assert.doesNotMatch(renderModelCard(MODEL, version(), version()), /Difference/)
  })

  it('tells what goes in and comes out', () => {
    const inspection = {
      format: 'onnx',
      framework: 'onnx',
      summary: { inputs: [{ name: 'x', dtype: 'float32', shape: ['batch', 4, null] }] },
      findings: [],
      partial: false,
    } as const
    const card = renderModelCard(MODEL, version({ inspection }), undefined)
    assert.ok(card.includes('| Input | `x` | float32 | `[batch, 4, ?]` |'), card)
  })

  it('tells the lineage and the files', () => {
    const card = renderModelCard(
      MODEL,
      version({
        source: {
          path: 'run/model.pkl',
          run: 'abc',
          git: {
            commit: 'a'.repeat(40),
            branch: 'main',
            dirty: true,
            remote: 'https://github.com/acme/churn.git',
            author: 'Ada',
          },
          environment: { python: '3.11.4' },
          datasets: [{ path: 'data/train.csv', digest: 'md5:abc' }],
        },
        artifact: {
          kind: 'file',
          uri: 'churn/1.2.0/model.pkl',
          files: [{ path: 'model.pkl', size: 1500, sha256: 'f'.repeat(64) }],
          size: 1500,
          sha256: 'f'.repeat(64),
        },
      }),
      undefined,
    )
    for (const part of [
      `- Commit: [\`aaaaaaaaaaaa\`](<https://github.com/acme/churn/commit/${'a'.repeat(40)}>)`,
      '- Branch: `main`',
      '- Uncommitted changes: yes',
      '- Registered: 2026-01-02T03:04:05.000Z by Ada',
      '| `python` | `3.11.4` |',
      '| `data/train.csv` | `md5:abc` |',
      `| \`model.pkl\` | 1.5 kB | \`${'f'.repeat(64)}\` |`,
    ]) {
      assert.ok(card.includes(part), `${part}\n\n${card}`)
    }
  })

  it('lets nothing from data become markup', () => {
    const hostile =
      '# x\n\n---\n\n<script>alert(1)</script> [a](javascript:b) ![i](https://evil.example/p.png) `c` | d \u202e www.evil.example'
    const card = renderModelCard(
      { name: 'churn', description: '', tags: { license: 'mit\n---\nevil: true' } },
      version({
        description: hostile,
        metrics: { 'a|b`c': 1 },
        parameters: { '`': '``|\n---' },
        createdBy: hostile,
        source: { git: { commit: 'abc', branch: '`x`<b>', dirty: false } },
      }),
      undefined,
    )
    assert.equal(frontMatter(card).license, 'other')
    assert.equal(frontMatter(card).license_name, 'mit\n---\nevil: true')
    assert.equal(frontMatter(card).evil, undefined)
    const body = card.slice(card.indexOf('\n---\n', 4) + 5)
    const prose = body.replaceAll(/(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g, '')
    assert.doesNotMatch(prose, /(?<!\\)<(?!https:\/\/github)/)
    assert.doesNotMatch(prose, /(?<!\\)\[|(?<!\\)!\[/)
    assert.doesNotMatch(prose, /https?:|www\.|\u202e/)
    assert.equal(body.match(/^# /gm)?.length, 1)
    assert.doesNotMatch(body, /^---$/m)
    assert.match(body, /\| ``a\\\|b`c`` \| 1 \|/)
  })

  it('is the same for the same version', () => {
    assert.equal(
      renderModelCard(MODEL, version(), undefined),
      renderModelCard(MODEL, version(), undefined),
    )
  })

  it(
    'gives back its metrics when it is harvested',
    inWorkspace({ 'm/model.pkl': 'x' }, async (workspace) => {
      await workspace.put({ 'm/README.md': renderModelCard(MODEL, version(), undefined) })
      const result = await workspace.harvest('m/model.pkl')
      assert.deepEqual(valuesOf(result, 'metrics'), { accuracy: 0.92, f1_score: 0.8, loss: 0.25 })
      assert.equal(valuesOf(result, 'description')[''], 'Who leaves.')
    }),
  )
})
