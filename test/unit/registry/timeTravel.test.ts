import assert from 'node:assert/strict'
import type { HistoryEntry, ModelDocument } from '../../../src/registry/model'
import { stagesAt } from '../../../src/registry/timeTravel'
import { document, entry, record } from './builders'

const day = (number: number): string => new Date(Date.UTC(2026, 0, number)).toISOString()
const A = { version: '1.0.0', versionId: 'AAAAAAAA' }
const B = { version: '1.1.0', versionId: 'BBBBBBBB' }

function at(history: readonly HistoryEntry[], when: number, fields: Partial<ModelDocument> = {}) {
  const stages = stagesAt(document({ history, ...fields }), new Date(day(when)))
  return Object.fromEntries([...stages.values()].map(({ version, stage }) => [version, stage]))
}

describe('stagesAt', () => {
  const history = [
    entry({ at: day(1), action: 'register', ...A, to: 'development' }),
    entry({ at: day(2), action: 'transition', ...A, from: 'development', to: 'production' }),
    entry({ at: day(3), action: 'register', ...B, to: 'staging' }),
    entry({
      at: day(4),
      action: 'transition',
      ...B,
      from: 'staging',
      to: 'production',
      demoted: '1.0.0',
      demotedId: A.versionId,
    }),
    entry({ at: day(5), action: 'delete', ...B, from: 'production' }),
    entry({ at: day(6), action: 'restore', ...B, from: 'production', to: 'archived' }),
    entry({ at: day(7), action: 'rollback', ...A, from: 'archived', to: 'production' }),
  ]

  const states: readonly (readonly [when: number, stages: Record<string, string>])[] = [
    [0, {}],
    [1, { '1.0.0': 'development' }],
    [2, { '1.0.0': 'production' }],
    [3, { '1.0.0': 'production', '1.1.0': 'staging' }],
    [4, { '1.0.0': 'archived', '1.1.0': 'production' }],
    [5, { '1.0.0': 'archived' }],
    [6, { '1.0.0': 'archived', '1.1.0': 'archived' }],
    [7, { '1.0.0': 'production', '1.1.0': 'archived' }],
    [9, { '1.0.0': 'production', '1.1.0': 'archived' }],
  ]
  for (const [when, stages] of states) {
    it(`knows day ${when}`, () => assert.deepEqual(at(history, when), stages))
  }

  it('does not depend on the order of the list', () => {
    assert.deepEqual(at(history.toReversed(), 4), { '1.0.0': 'archived', '1.1.0': 'production' })
  })

  it('takes back what undo took back, with the demotion', () => {
    const moved = history.slice(0, 4)
    const undone = entry({
      at: day(5),
      action: 'undo',
      undoes: `H${day(4)}`,
      ...B,
      from: 'production',
      to: 'staging',
    })
    assert.deepEqual(at([...moved, undone], 5), { '1.0.0': 'production', '1.1.0': 'staging' })
    const deleted = history.slice(0, 5)
    const brought = entry({
      at: day(6),
      action: 'undo',
      undoes: `H${day(5)}`,
      ...B,
      to: 'production',
    })
    assert.deepEqual(at([...deleted, brought], 6), { '1.0.0': 'archived', '1.1.0': 'production' })
    const unregistered = entry({ at: day(4), action: 'undo', undoes: `H${day(3)}`, ...B })
    assert.deepEqual(at([...history.slice(0, 3), unregistered], 4), { '1.0.0': 'production' })
  })

  it('knows a registration straight into production', () => {
    const straight = [
      ...history.slice(0, 2),
      entry({ at: day(3), action: 'register', ...B, to: 'production', demotedId: A.versionId }),
    ]
    assert.deepEqual(at(straight, 3), { '1.0.0': 'archived', '1.1.0': 'production' })
  })

  it('has one version in production also where a merge left no demotion', () => {
    const merged = history.map((e) => ({ ...e, demoted: undefined, demotedId: undefined }))
    assert.deepEqual(at(merged, 4), { '1.0.0': 'archived', '1.1.0': 'production' })
  })

  it('knows the deletion of a model and its undo', () => {
    const gone = [
      ...history.slice(0, 4),
      entry({
        at: day(5),
        action: 'deleteModel',
        before: { versionIds: [A.versionId, B.versionId] },
      }),
      entry({ at: day(6), action: 'undo', undoes: `H${day(5)}` }),
    ]
    assert.deepEqual(at(gone, 5), {})
    assert.deepEqual(at(gone, 6), { '1.0.0': 'archived', '1.1.0': 'production' })
  })

  it('takes entries without ids by name', () => {
    const old = history.map((e) => ({ ...e, versionId: undefined, demotedId: undefined }))
    const versions = [record({ id: 'AAAAAAAA', version: '1.0.0' })]
    assert.deepEqual(at(old, 4, { versions }), { '1.0.0': 'archived', '1.1.0': 'production' })
  })

  it('knows versions that no registration was written down for', () => {
    const versions = [
      record({ id: 'AAAAAAAA', version: '1.0.0', stage: 'production', createdAt: day(2) }),
      record({ id: 'BBBBBBBB', version: '1.1.0', stage: 'archived', createdAt: day(1) }),
    ]
    const late = [
      entry({ at: day(5), action: 'transition', ...B, from: 'staging', to: 'archived' }),
    ]
    assert.deepEqual(at(late, 1, { versions }), { '1.1.0': 'staging' })
    assert.deepEqual(at(late, 3, { versions }), { '1.0.0': 'production', '1.1.0': 'staging' })
    assert.deepEqual(at(late, 5, { versions }), { '1.0.0': 'production', '1.1.0': 'archived' })
  })

  it('calls a version by the name that it has today', () => {
    const versions = [record({ id: 'AAAAAAAA', version: '1.0.0+aaaaaa' })]
    assert.deepEqual(at(history.slice(0, 1), 1, { versions }), { '1.0.0+aaaaaa': 'development' })
  })
})
