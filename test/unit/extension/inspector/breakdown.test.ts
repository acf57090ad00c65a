import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import { breakdownOf } from '../../../../src/extension/inspector/breakdown'
import { buildTensorTree } from '../../../../src/extension/inspector/tensorTree'
import type { TensorInfo } from '../../../../src/registry/inspection'
import { languageModel, tensor } from './tensors'
import { propertyRuns } from '../../../support/propertyRuns'

async function breakdown(tensors: readonly TensorInfo[]) {
  return breakdownOf(await buildTensorTree(tensors), tensors)
}

describe('the breakdown of parameters', () => {
  it('takes large modules apart until there is something to see', async () => {
    const { areas } = await breakdown(languageModel(12))
    const labels = areas.map(({ label }) => label)
    assert.ok(labels.includes('model.embed.weight'))
    assert.ok(labels.includes('model.layers.11'))
    assert.equal(
      new Set(areas.filter(({ label }) => /layers/.test(label)).map(({ family }) => family)).size,
      1,
    )
  })

  it('divides a stack of many layers into runs, and puts the small together', async () => {
    const { areas } = await breakdown([
      ...languageModel(500),
      tensor('tiny.a', [1]),
      tensor('tiny2.a', [1]),
    ])
    assert.ok(areas.length <= 151)
    const run = areas.find(({ label }) => label === 'model.layers.0 … 12')
    assert.equal(run?.tensors, 13 * 3)
    assert.equal(run?.search, '')
    const rest = areas.at(-1)
    assert.equal(rest?.search, '')
    assert.equal(rest?.tensors, 2)
  })

  it('adds up to the whole, whatever the model', async () => {
    const tensors = fc.array(
      fc.tuple(
        fc.stringMatching(/^[abc](\.[0-9a-c]{1,2}){0,3}$/),
        fc.integer({ min: 0, max: 1e6 }),
      ),
      { maxLength: 80 },
    )
    await fc.assert(
      fc.asyncProperty(tensors, async (list) => {
        const all = list.map(([name, size]) => tensor(name, [size]))
        const { areas, dtypes, parameters } = await breakdown(all)
        const sum = (parts: readonly { readonly parameters: number }[]) =>
          parts.reduce((total, part) => total + part.parameters, 0)
        assert.equal(sum(dtypes), parameters)
        assert.equal(sum(areas), parameters)
        assert.ok(areas.length <= 151)
        for (const area of areas) assert.ok(area.parameters > 0)
      }),
      propertyRuns(200),
    )
  })

  it('counts types, largest first', async () => {
    const { dtypes } = await breakdown(languageModel(1))
    assert.deepEqual(dtypes, [
      { dtype: 'F32', parameters: 1128, bytes: 4512 },
      { dtype: 'F16', parameters: 800, bytes: 3200 },
    ])
  })
})
