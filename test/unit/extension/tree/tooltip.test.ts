import assert from 'node:assert/strict'
import { ModelRegistry } from '../../../../src/app'
import {
  escapeMarkdown,
  modelTooltip,
  versionTooltip,
} from '../../../../src/extension/tree/tooltip'

const HOSTILE =
  '[x](command:workbench.action.quit) <img src=x> **b** `c` $(rocket) | cell\n\n# head ![i](https://e.org/i.png) https://e.org a@e.org \u202Eabc'

describe('the tooltip of a version', () => {
  it('compares metrics with production, in words', async () => {
    const registry = ModelRegistry.inMemory()
    const production = await registry.register({
      name: 'm',
      metrics: { accuracy: 0.9, loss: 0.3, f1: 1 },
    })
    const version = await registry.register({
      name: 'm',
      metrics: { accuracy: 0.92, loss: 0.25, f1: 1, recall: 0.5 },
    })
    const text = versionTooltip(version, {
      production,
      trouble: undefined,
      links: [],
      directions: {},
    })
    assert.match(text, /accuracy \| 0\.92 \| \+0\.02 better/)
    assert.match(text, /loss \| 0\.25 \| −0\.05 better/)
    assert.match(text, /f1 \| 1 \| =/)
    assert.match(text, /recall \| 0\.5 \|  ?\|/)
    const turned = versionTooltip(version, {
      production,
      trouble: undefined,
      links: [],
      directions: { loss: 'higher' },
    })
    assert.match(turned, /loss \| 0\.25 \| −0\.05 worse/)
  })

  it('shows no more than a glance takes in', async () => {
    const metrics = Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [`m${index}`, index]),
    )
    const version = await ModelRegistry.inMemory().register({
      name: 'm',
      metrics,
      tags: { t: 'x'.repeat(5000) },
    })
    const text = versionTooltip(version, {
      production: undefined,
      trouble: undefined,
      links: [],
      directions: {},
    })
    assert.match(text, /and 28 more/)
    assert.ok(text.length < 4000, String(text.length))
  })

  it('says where an artifact is missing', async () => {
    const version = await ModelRegistry.inMemory().register({ name: 'm' })
    assert.match(
      versionTooltip(version, {
        production: undefined,
        trouble: 'missing',
        links: [],
        directions: {},
      }),
      /not on this machine/,
    )
  })

  it('shows hostile texts as they are written, and nothing of them acts', async () => {
    const registry = ModelRegistry.inMemory({ actor: HOSTILE })
    const version = await registry.register({
      name: 'm',
      description: HOSTILE,
      metrics: { [HOSTILE]: 1 },
      tags: { [HOSTILE]: HOSTILE },
      parameters: { [HOSTILE]: HOSTILE },
      source: { path: HOSTILE },
    })
    const text = versionTooltip(version, {
      production: version,
      trouble: undefined,
      links: [],
      directions: {},
    })
    for (const sign of [
      '](',
      '<img',
      '**b',
      '$(rocket',
      '`c`',
      '# head',
      '![',
      'https://',
      '@e.org',
      '\u202E',
    ])
      assert.ok(!text.includes(sign), `${sign} in ${text}`)
  })
})

describe('the tooltip of a model', () => {
  it('tells its latest and production versions', async () => {
    const registry = ModelRegistry.inMemory()
    await registry.register({ name: 'm', version: '1.0.0', stage: 'production', alias: 'champion' })
    await registry.register({ name: 'm', version: '2.0.0' })
    const model = registry.getModel('m')
    assert.ok(model)
    const text = modelTooltip(model)
    assert.match(text, /In production \| 1&#46;0&#46;0/)
    assert.match(text, /Latest \| 2&#46;0&#46;0/)
    assert.match(text, /champion/)
  })
})

describe('escaped Markdown', () => {
  it('leaves words alone and cuts what is long', () => {
    assert.equal(escapeMarkdown('plain words 42'), 'plain words 42')
    assert.equal(escapeMarkdown('abcdef', 3), 'abc…')
  })
})
