import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import { isDocument } from '../../../src/database/guard'
import { explainDocument } from '../../../src/database/schema'
import { spoiledDocument, validDocument } from '../../support/documentArbitrary'
import { propertyRuns } from '../../support/propertyRuns'

describe('the fast guard of documents', () => {
  it('accepts what follows the rules, and so does the schema', () => {
    fc.assert(
      fc.property(validDocument, (document) => {
        assert.deepEqual(explainDocument(document), undefined)
        assert.equal(isDocument(document), true)
      }),
      propertyRuns(300),
    )
  })

  it('decides as the schema does, wherever a document is spoiled', () => {
    let refused = 0
    fc.assert(
      fc.property(spoiledDocument, (document) => {
        const problem = explainDocument(document)
        if (problem) refused++
        assert.equal(isDocument(document), problem === undefined, JSON.stringify(problem))
      }),
      propertyRuns(2000),
    )
    assert.ok(refused > 500, 'the property sees enough of what is refused')
  })

  it('decides as the schema does about any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        assert.equal(isDocument(value), explainDocument(value) === undefined)
      }),
      propertyRuns(2000),
    )
  })
})
