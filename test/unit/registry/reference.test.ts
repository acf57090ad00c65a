import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import { nameProblem } from '../../../src/registry/names'
import { parseReference } from '../../../src/registry/reference'
import { propertyRuns } from '../../support/propertyRuns'

describe('references', () => {
  it('are a model, a version, or a label', () => {
    assert.deepEqual(parseReference('churn'), { model: 'churn' })
    assert.deepEqual(parseReference('churn:1.2.0-rc+1'), { model: 'churn', version: '1.2.0-rc+1' })
    assert.deepEqual(parseReference('churn@production'), { model: 'churn', label: 'production' })
    assert.deepEqual(parseReference('churn@champion'), { model: 'churn', label: 'champion' })
  })

  for (const text of [
    '',
    ':',
    '@',
    ':1',
    '@x',
    'churn:',
    'churn@',
    'a:b:c',
    'a@b@c',
    'a:b@c',
    '../x',
    'a b',
    'churn:../1',
    'churn\n:1',
    'churn:1\n',
  ])
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(() => parseReference(text), { name: 'AppError', code: 'invalid' })
    })

  it('refuses what is no text, though its text would name a model', () => {
    for (const value of [undefined, null, 5])
      assert.throws(() => parseReference(value as unknown as string), { code: 'invalid' })
  })

  it('are read as their parts are written', () => {
    const name = fc
      .string({ unit: fc.constantFrom(...Array.from('abcXYZ0189._-+')) })
      .filter((text) => nameProblem('model', text) === undefined)
    fc.assert(
      fc.property(name, name, (model, other) => {
        assert.deepEqual(parseReference(model), { model })
        assert.deepEqual(parseReference(`${model}:${other}`), { model, version: other })
        assert.deepEqual(parseReference(`${model}@${other}`), { model, label: other })
      }),
      propertyRuns(),
    )
  })

  it('end in an error or a legal name, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        try {
          const { model, version, label } = parseReference(text)
          for (const part of [model, version, label])
            if (part !== undefined) assert.equal(nameProblem('model', part), undefined)
        } catch (error) {
          assert.equal((error as { code?: string }).code, 'invalid')
        }
      }),
      propertyRuns(1000),
    )
  })
})
