import assert from 'node:assert/strict'
import {
  checkVersionFree,
  newDocument,
  registered,
  restored,
  transitioned,
  trashed,
  updated,
  withAlias,
  type Author,
} from '../../../src/registry/changes'
import { artifact, document, record } from './builders'

const at = new Date('2026-01-31T12:00:00.000Z')
const author: Author = { actor: 'ada', agent: 'copilot', via: 'mcp', at, note: 'why' }

describe('changes of a document', () => {
  const one = record({ id: 'ID-ONE', version: '1.0.0', stage: 'production' })
  const two = record({ id: 'ID-TWO', version: '1.1.0', createdAt: '2026-01-02T00:00:00.000Z' })
  const both = document({ versions: [one, two], aliases: { champion: '1.0.0', best: '1.1.0' } })

  it('leave the given document as it was', () => {
    const frozen = JSON.stringify(both)
    registered(
      both,
      record({ id: 'ID-NEW', version: '2.0.0', stage: 'production' }),
      author,
      'best',
    )
    transitioned(both, two, 'production', author)
    updated(both, one, { description: 'x' }, author)
    withAlias(both, 'champion', two, author)
    trashed(both, one, undefined, author)
    assert.equal(JSON.stringify(both), frozen)
  })

  it('say who made them, for whom, how, when and why', () => {
    const { entry, document: changed } = transitioned(both, two, 'staging', author)
    const { id, ...rest } = entry
    assert.match(id, /^[0-9A-Z]{26}$/)
    assert.deepEqual(rest, {
      at: '2026-01-31T12:00:00.000Z',
      actor: 'ada',
      agent: 'copilot',
      via: 'mcp',
      action: 'transition',
      version: '1.1.0',
      versionId: 'ID-TWO',
      from: 'development',
      to: 'staging',
      note: 'why',
    })
    assert.deepEqual(changed.history, [entry])
    const { agent: _, note: __, ...plain } = author
    const bare = transitioned(both, two, 'staging', { ...plain, note: '' }).entry
    assert.equal('note' in bare || 'agent' in bare, false, 'an empty note is none')
  })

  it('move at most one other version, and mark it as changed', () => {
    const { document: changed, entry } = transitioned(both, two, 'production', author)
    assert.deepEqual(
      changed.versions.map(({ stage, updatedAt }) => [stage, updatedAt]),
      [
        ['archived', at.toISOString()],
        ['production', at.toISOString()],
      ],
    )
    assert.equal(entry.demoted, '1.0.0')
    const left = transitioned(both, one, 'archived', author)
    assert.equal(left.entry.demoted, undefined)
    assert.equal(left.document.versions[1], both.versions[1])
  })

  it('register a version as it is given', () => {
    const made = record({
      id: 'ID-NEW',
      version: '2.0.0',
      stage: 'staging',
      createdAt: at.toISOString(),
      updatedAt: at.toISOString(),
    })
    const { document: changed } = registered(newDocument('churn', at), made, author)
    assert.deepEqual(changed.versions, [made])
    assert.equal(changed.createdAt, at.toISOString())
    assert.throws(() => registered(changed, { ...made, id: 'ID-OTHER' }, author), {
      code: 'conflict',
    })
  })

  it('keep names free of what differs only in case, in the trash too', () => {
    const mixed = document({
      versions: [record({ version: '1.0-RC' })],
      trash: [{ ...record({ version: '0.9-RC' }), deletedAt: at.toISOString(), deletedBy: 'ada' }],
    })
    checkVersionFree(mixed, '1.0')
    assert.throws(() => checkVersionFree(mixed, '1.0-RC'), {
      code: 'conflict',
      message: 'Version 1.0-RC already exists for model churn.',
    })
    assert.throws(() => checkVersionFree(mixed, '1.0-rc'), {
      code: 'conflict',
      message: /differs only in case from version 1\.0-RC/,
    })
    assert.throws(() => checkVersionFree(mixed, '0.9-rc'), {
      code: 'conflict',
      message: /0\.9-RC of model churn is in the trash/,
    })
  })

  it('keep what a field was, and null where it was not there', () => {
    const { entry } = updated(both, one, { description: 'x', format: 'onnx' }, author)
    assert.deepEqual(entry.before, { description: '', format: null })
  })

  it('take a version to the trash and back to its place', () => {
    const gone = trashed(both, one, artifact(3), author)
    assert.deepEqual(gone.document.aliases, { best: '1.1.0' })
    const [kept] = gone.document.trash
    assert.ok(kept)
    assert.deepEqual(
      [kept.deletedAt, kept.deletedBy, kept.stage, kept.artifact?.size],
      [at.toISOString(), 'ada', 'production', 3],
    )
    const back = restored(gone.document, kept, artifact(4), author)
    assert.deepEqual(
      back.document.versions.map(({ version, stage }) => [version, stage]),
      [
        ['1.0.0', 'archived'],
        ['1.1.0', 'development'],
      ],
    )
    assert.equal('deletedAt' in (back.document.versions[0] ?? {}), false)
    assert.deepEqual(back.document.trash, [])
    assert.deepEqual([back.entry.from, back.entry.to], ['production', 'archived'])
  })

  it('bring a model back from the trash with its first version', () => {
    const deleted = document({
      deletedAt: at.toISOString(),
      trash: [{ ...two, deletedAt: at.toISOString(), deletedBy: 'ada' }],
    })
    const [kept] = deleted.trash
    assert.ok(kept)
    assert.equal('deletedAt' in restored(deleted, kept, undefined, author).document, false)
    assert.equal('deletedAt' in registered(deleted, one, author).document, false)
  })
})
