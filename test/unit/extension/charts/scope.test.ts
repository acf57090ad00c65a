import assert from 'node:assert/strict'
import { choicesOf, nameOf, versionsIn } from '../../../../src/extension/charts/scope'
import type { ChartScope } from '../../../../src/webview/charts/protocol'
import { versionsOf } from '../../registry/builders'

const at = (day: number): { createdAt: string } => ({
  createdAt: new Date(Date.UTC(2026, 0, day)).toISOString(),
})
const churn = versionsOf('churn', [
  { version: '2', ...at(3) },
  { version: '1', ...at(1) },
])
const fraud = versionsOf('fraud', [{ version: '1', ...at(2) }])
const FOLDERS = [
  { folder: 'file:///a', title: 'a', versions: [...churn, ...fraud] },
  { folder: 'file:///b', title: 'b', versions: versionsOf('churn', [{ version: '1', ...at(4) }]) },
]

function drawn(scope: ChartScope): readonly string[] {
  return versionsIn(scope, FOLDERS).map(
    ({ folder, version }) => `${folder.slice(-1)} ${version.fullName}`,
  )
}

describe('which versions charts are drawn of', () => {
  it('is all, those of a model of one folder, or chosen ones, as they were made', () => {
    assert.deepEqual(drawn({ kind: 'all' }), ['a churn:1', 'a fraud:1', 'a churn:2', 'b churn:1'])
    const model = { kind: 'model', folder: 'file:///a', model: 'churn' } as const
    assert.deepEqual(drawn(model), ['a churn:1', 'a churn:2'])
    const versions = [
      { folder: 'file:///b', reference: 'churn:1' },
      { folder: 'file:///a', reference: 'fraud:1' },
      { folder: 'file:///a', reference: 'churn:1.9.9' },
      { folder: 'file:///gone', reference: 'churn:1' },
    ]
    assert.deepEqual(drawn({ kind: 'versions', versions }), ['a fraud:1', 'b churn:1'])
  })

  it('is offered with how many each choice has', () => {
    const model = { kind: 'model', folder: 'file:///b', model: 'churn' } as const
    const { scopes, scope } = choicesOf(model, FOLDERS, versionsIn(model, FOLDERS))
    assert.deepEqual(
      scopes.map(({ label, count }) => `${label} ${count}`),
      ['All models 4', 'churn · a 2', 'fraud · a 1', 'churn · b 1'],
    )
    assert.equal(scope, 3)
  })

  it('keeps a choice that is none of the usual ones, and a model that is gone', () => {
    const some = { kind: 'versions', versions: [] } as const
    assert.deepEqual(choicesOf(some, FOLDERS, []).scopes.at(-1), {
      scope: some,
      label: 'Chosen versions',
      count: 0,
    })
    const gone = { kind: 'model', folder: 'file:///a', model: 'gone' } as const
    const { scopes, scope } = choicesOf(gone, FOLDERS, [])
    assert.deepEqual([scopes[scope]?.label, scopes[scope]?.count], ['gone', 0])
  })

  it('has a name in sentences', () => {
    assert.equal(nameOf({ kind: 'all' }, []), 'any model')
    assert.equal(nameOf({ kind: 'model', folder: '', model: 'churn' }, []), 'churn')
    const two = versionsIn({ kind: 'all' }, FOLDERS).slice(0, 2)
    assert.equal(nameOf({ kind: 'versions', versions: [] }, two), 'the 2 chosen versions')
  })
})
