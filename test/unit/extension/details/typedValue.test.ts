import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import { ModelRegistry } from '../../../../src/app'
import { printTyped, toChanges } from '../../../../src/extension/details/typedValue'
import type { ModelVersion } from '../../../../src/registry/model'
import { propertyRuns } from '../../../support/propertyRuns'

async function versionWith(parameters: ModelVersion['parameters']): Promise<ModelVersion> {
  const registry = ModelRegistry.inMemory()
  return registry.register({ name: 'churn', version: '1.0.0', parameters, metrics: { mse: 1 } })
}

describe('values that are edited in place', () => {
  it('are the same values when nothing was changed in the box', async () => {
    const version = await versionWith({})
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.constantFrom('true', 'null', '1e3', ' padded ', '"', '"quoted"', 'a\nb', '\u202e', ''),
          fc
            .double({ noNaN: true, noDefaultInfinity: true })
            .filter((value) => !Object.is(value, -0)),
          fc.boolean(),
          fc.constant(null),
        ),
        async (value) => {
          const text = printTyped(value, 'parameters')
          assert.doesNotMatch(text, /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u)
          const changes = toChanges({ field: 'parameters', name: 'x', text }, version)
          assert.deepEqual(changes, { parameters: { x: value } })
          if (typeof value !== 'string') return
          const tag = printTyped(value, 'tags')
          assert.deepEqual(toChanges({ field: 'tags', name: 'x', text: tag }, version), {
            tags: { x: value },
          })
        },
      ),
      propertyRuns(),
    )
  })

  it('keep texts that look like numbers, and read numbers that look like them', async () => {
    const version = await versionWith({})
    const typed = (text: string) =>
      toChanges({ field: 'parameters', name: 'x', text }, version).parameters?.['x']
    assert.equal(printTyped('0.5', 'parameters'), '"0.5"')
    assert.equal(printTyped('0.5', 'tags'), '0.5')
    assert.equal(printTyped('007', 'parameters'), '007')
    assert.deepEqual(['1e-3', 'true', 'null', 'adam', '"1"', ' 5 ', '007'].map(typed), [
      0.001,
      true,
      null,
      'adam',
      '1',
      5,
      '007',
    ])
  })

  it('are refused with the name of the value and what is wrong', async () => {
    const version = await versionWith({ lr: 1 })
    const refused = (field: 'metrics' | 'parameters' | 'tags', name: string, text: string) => () =>
      toChanges({ field, name, text, isNew: true }, version)
    assert.throws(refused('metrics', 'f1', 'high'), /Metric "f1" is "high", not a finite number/)
    assert.throws(refused('metrics', 'f1', '1e999'), /not a finite number/)
    assert.throws(refused('metrics', 'f1', ''), /Metric "f1" has no value/)
    assert.throws(refused('tags', ' ', 'x'), /A tag needs a name/)
    assert.throws(refused('tags', '__proto__', 'x'), /can't be named/)
    assert.throws(refused('parameters', 'lr', '2'), /There is a parameter "lr" already/)
    assert.throws(refused('parameters', 'x', '"open'), /no quoted text/)
  })

  it('are taken away by their names alone, and descriptions lose the space around them', async () => {
    const version = await versionWith({ lr: 1 })
    assert.deepEqual(toChanges({ field: 'parameters', name: 'lr' }, version), {
      remove: { parameters: ['lr'] },
    })
    assert.deepEqual(toChanges({ field: 'description', text: ' Best so far\n' }, version), {
      description: 'Best so far',
    })
  })
})
