import assert from 'node:assert/strict'
import { AppError } from '../../../src/base/errors'
import { mergeDocuments } from '../../../src/registry/merge'
import type { ModelDocument, TrashRecord, VersionRecord } from '../../../src/registry/model'
import { artifact, document, entry, record } from './builders'

const day = (number: number): string => new Date(Date.UTC(2026, 0, number)).toISOString()

const ONE = record({ id: 'AAAAAAAA', version: '1.0.0', stage: 'production', createdAt: day(1) })
const TWO = record({ id: 'BBBBBBBB', version: '1.1.0', createdAt: day(2) })
const BASE = document({
  createdAt: day(1),
  versions: [ONE, TWO],
  history: [
    entry({
      at: day(1),
      action: 'register',
      version: '1.0.0',
      versionId: ONE.id,
      to: 'production',
    }),
    entry({
      at: day(2),
      action: 'register',
      version: '1.1.0',
      versionId: TWO.id,
      to: 'development',
    }),
  ],
})

function withVersion(base: ModelDocument, changed: VersionRecord): ModelDocument {
  const others = base.versions.filter(({ id }) => id !== changed.id)
  return { ...base, versions: [...others, changed] }
}

function promoted(base: ModelDocument, version: VersionRecord, at: string): ModelDocument {
  const demoted = base.versions.find(({ stage }) => stage === 'production')
  const versions = base.versions.map((other): VersionRecord => {
    if (other.id === version.id) return { ...other, stage: 'production', updatedAt: at }
    return other.id === demoted?.id ? { ...other, stage: 'archived', updatedAt: at } : other
  })
  const move = entry({
    at,
    action: 'transition',
    version: version.version,
    versionId: version.id,
    to: 'production',
    ...(demoted && { demoted: demoted.version, demotedId: demoted.id }),
  })
  return { ...base, versions, history: [...base.history, move] }
}

function trashed(base: ModelDocument, version: VersionRecord, at: string): ModelDocument {
  const gone: TrashRecord = { ...version, deletedAt: at, deletedBy: 'ada' }
  return {
    ...base,
    versions: base.versions.filter(({ id }) => id !== version.id),
    trash: [...base.trash, gone],
    history: [
      ...base.history,
      entry({ at, action: 'delete', version: version.version, versionId: version.id }),
    ],
  }
}

/** Merges both ways round, which must give the same document. */
function merge(base: ModelDocument | undefined, ours: ModelDocument, theirs: ModelDocument) {
  const result = mergeDocuments(base, ours, theirs)
  assert.deepEqual(mergeDocuments(base, theirs, ours).document, result.document)
  return result
}

const stages = ({ versions }: ModelDocument) =>
  Object.fromEntries(versions.map(({ version, stage }) => [version, stage]))

describe('mergeDocuments', () => {
  it('takes the side that alone changed something', () => {
    const changed = withVersion(BASE, { ...TWO, description: 'better' })
    assert.deepEqual(merge(BASE, BASE, changed).document, changed)
    assert.deepEqual(merge(BASE, changed, changed).document, changed)
  })

  it('unites versions and history', () => {
    const three = record({ id: 'CCCCCCCC', version: '1.2.0', createdAt: day(3) })
    const four = record({ id: 'DDDDDDDD', version: '1.3.0', createdAt: day(4) })
    const registered = (added: VersionRecord, at: string): ModelDocument => ({
      ...BASE,
      versions: [...BASE.versions, added],
      history: [
        ...BASE.history,
        entry({ at, action: 'register', version: added.version, versionId: added.id }),
      ],
    })
    const { document: merged, notes } = merge(
      BASE,
      registered(four, day(4)),
      registered(three, day(3)),
    )
    assert.deepEqual(Object.keys(stages(merged)), ['1.0.0', '1.1.0', '1.2.0', '1.3.0'])
    assert.deepEqual(
      merged.history.map(({ at }) => at),
      [day(1), day(2), day(3), day(4)],
    )
    assert.deepEqual(notes, [])
  })

  it('merges metrics, parameters and tags name by name', () => {
    const base = withVersion(BASE, {
      ...TWO,
      metrics: { a: 1, b: 1, gone: 1 },
      tags: { team: 'x' },
    })
    const [, two = TWO] = base.versions
    const ours = withVersion(base, {
      ...two,
      metrics: { a: 2, b: 1, gone: 1 },
      parameters: { lr: 1 },
    })
    const theirs = withVersion(base, { ...two, metrics: { a: 1, b: 3 }, tags: { team: 'y' } })
    const { document: merged, conflicts } = merge(base, ours, theirs)
    const found = merged.versions.find(({ id }) => id === TWO.id)
    assert.deepEqual(found?.metrics, { a: 2, b: 3 })
    assert.deepEqual(found?.parameters, { lr: 1 })
    assert.deepEqual(found?.tags, { team: 'y' })
    assert.deepEqual(conflicts, [])
  })

  it('takes the later of two edits of one value, by the entry that made it', () => {
    const edited = (description: string, edit: number, touched: number): ModelDocument => ({
      ...withVersion(BASE, { ...TWO, description, updatedAt: day(touched) }),
      history: [
        ...BASE.history,
        entry({
          at: day(edit),
          action: 'update',
          version: '1.1.0',
          versionId: TWO.id,
          before: { description: '' },
        }),
      ],
    })
    // Ours was touched later, but theirs was described later.
    const { document: merged, conflicts } = merge(
      BASE,
      edited('ours', 3, 9),
      edited('theirs', 5, 5),
    )
    const found = merged.versions.find(({ id }) => id === TWO.id)
    assert.equal(found?.description, 'theirs')
    assert.equal(found?.updatedAt, day(9))
    assert.deepEqual(conflicts, [
      { path: 'versions[1.1.0].description', ours: 'ours', theirs: 'theirs', taken: 'theirs' },
    ])
  })

  it('takes the later of two edits, also one that came back to where it began', () => {
    const described = (
      side: string,
      edits: readonly (readonly [text: string, on: number])[],
    ): ModelDocument => ({
      ...withVersion(BASE, { ...TWO, description: edits.at(-1)?.[0] ?? '' }),
      description: edits.at(-1)?.[0] ?? '',
      history: [
        ...BASE.history,
        ...edits.flatMap(([, on]) => [
          entry({
            id: `${side}${on}version`,
            at: day(on),
            action: 'update',
            version: '1.1.0',
            versionId: TWO.id,
            before: { description: '' },
          }),
          entry({
            id: `${side}${on}model`,
            at: day(on),
            action: 'updateModel',
            before: { description: '' },
          }),
        ]),
      ],
    })
    const once = described('A', [['kept', 4]])
    const backEarlier = described('B', [
      ['draft', 3],
      ['', 3],
    ])
    const backLater = described('B', [
      ['draft', 3],
      ['', 5],
    ])
    const descriptions = (theirs: ModelDocument): unknown => {
      const { document: merged } = merge(BASE, once, theirs)
      return [merged.description, merged.versions.find(({ id }) => id === TWO.id)?.description]
    }
    assert.deepEqual(descriptions(backEarlier), ['kept', 'kept'])
    assert.deepEqual(descriptions(backLater), ['', ''])
  })

  it('lets the later stage move win, also one that ended where it began', () => {
    const moved = (stage: VersionRecord['stage'], at: number): ModelDocument => ({
      ...withVersion(BASE, { ...TWO, stage, updatedAt: day(at) }),
      history: [
        ...BASE.history,
        entry({
          at: day(at),
          action: 'transition',
          version: '1.1.0',
          versionId: TWO.id,
          to: stage,
        }),
      ],
    })
    assert.equal(
      stages(merge(BASE, moved('staging', 3), moved('archived', 4)).document)['1.1.0'],
      'archived',
    )
    const back = moved('staging', 5)
    const returned: ModelDocument = {
      ...withVersion(back, { ...TWO, stage: 'development', updatedAt: day(6) }),
      history: [
        ...back.history,
        entry({
          at: day(6),
          action: 'transition',
          version: '1.1.0',
          versionId: TWO.id,
          to: 'development',
        }),
      ],
    }
    assert.equal(
      stages(merge(BASE, returned, moved('archived', 4)).document)['1.1.0'],
      'development',
    )
  })

  it('leaves one version in production: the one that went there last', () => {
    const three = record({ id: 'CCCCCCCC', version: '1.2.0', createdAt: day(3) })
    const base = { ...BASE, versions: [...BASE.versions, three] }
    const { document: merged, notes } = merge(
      base,
      promoted(base, TWO, day(8)),
      promoted(base, three, day(7)),
    )
    assert.deepEqual(stages(merged), {
      '1.0.0': 'archived',
      '1.1.0': 'production',
      '1.2.0': 'archived',
    })
    assert.match(
      notes.join(),
      /1\.2\.0 and 1\.1\.0 were both in production: 1\.1\.0 went there later and stays, 1\.2\.0 is archived/,
    )
  })

  it('knows a rollback as the later move', () => {
    const three = record({ id: 'CCCCCCCC', version: '1.2.0', createdAt: day(3) })
    const base = { ...BASE, versions: [...BASE.versions, three] }
    const rolledBack = promoted(promoted(base, TWO, day(5)), ONE, day(9))
    const { document: merged } = merge(base, rolledBack, promoted(base, three, day(7)))
    assert.deepEqual(stages(merged), {
      '1.0.0': 'production',
      '1.1.0': 'archived',
      '1.2.0': 'archived',
    })
  })

  it('gives the later of two versions with one name another, with its artifact and aliases', () => {
    const named = (id: string, at: number): ModelDocument => {
      const stored = artifact(1, id.at(0)?.toLowerCase().repeat(64))
      const own = record({
        id,
        version: '1.3.0',
        createdAt: day(at),
        ...(stored && { artifact: { ...stored, uri: 'churn/1.3.0/model.onnx' } }),
      })
      return {
        ...BASE,
        aliases: { [`by-${id.at(0)?.toLowerCase()}`]: '1.3.0' },
        versions: [...BASE.versions, own],
      }
    }
    const early = named('CCCCCC123456', 3)
    const late = named('DDDDDDABCDEF', 4)
    const { document: merged, notes, renamed } = merge(BASE, late, early)
    assert.deepEqual(
      merged.versions.map(({ id, version, artifact: stored }) => [id, version, stored?.uri]),
      [
        ['AAAAAAAA', '1.0.0', undefined],
        ['BBBBBBBB', '1.1.0', undefined],
        ['CCCCCC123456', '1.3.0', 'churn/1.3.0/model.onnx'],
        ['DDDDDDABCDEF', '1.3.0+abcdef', 'churn/1.3.0+abcdef/model.onnx'],
      ],
    )
    assert.deepEqual(merged.aliases, { 'by-c': '1.3.0', 'by-d': '1.3.0+abcdef' })
    assert.match(
      notes.join(),
      /Two versions are named 1\.3\.0: the later one is 1\.3\.0\+abcdef now/,
    )
    assert.deepEqual(renamed, [
      {
        id: 'DDDDDDABCDEF',
        from: '1.3.0',
        to: '1.3.0+abcdef',
        artifact: {
          from: 'churn/1.3.0/model.onnx',
          to: 'churn/1.3.0+abcdef/model.onnx',
          sha256: 'd'.repeat(64),
        },
      },
    ])
    // The other side has not heard of the new name yet; merging again keeps it.
    assert.deepEqual(merge(BASE, merged, late).document, merged)
    assert.deepEqual(
      merge(late, merged, withVersion(late, { ...TWO, description: 'x' })).renamed,
      [],
    )
  })

  it('tells names apart without regard to case, in the trash too', () => {
    const ours = {
      ...BASE,
      versions: [
        ...BASE.versions,
        record({ id: 'CCCCCC123456', version: 'RC1', createdAt: day(5) }),
      ],
    }
    const theirs = trashed(
      { ...BASE, versions: BASE.versions },
      record({ id: 'DDDDDDABCDEF', version: 'rc1', createdAt: day(3) }),
      day(4),
    )
    const { document: merged } = merge(BASE, ours, theirs)
    assert.equal(merged.versions.at(-1)?.version, 'RC1')
    assert.equal(merged.trash[0]?.version, 'rc1+abcdef')
  })

  it('puts what one side deleted into the trash, with the edits of the other', () => {
    const edited = withVersion(BASE, { ...TWO, metrics: { f1: 0.5 }, updatedAt: day(6) })
    const { document: merged, notes } = merge(BASE, trashed(BASE, TWO, day(5)), edited)
    assert.deepEqual(
      merged.versions.map(({ version }) => version),
      ['1.0.0'],
    )
    assert.deepEqual(merged.trash[0]?.metrics, { f1: 0.5 })
    assert.equal(merged.trash[0]?.deletedAt, day(5))
    assert.match(notes.join(), /1\.1\.0 was deleted on one side and changed on the other/)
  })

  it('keeps what was brought back after it was deleted elsewhere', () => {
    const gone = trashed(BASE, TWO, day(3))
    const back: ModelDocument = {
      ...gone,
      versions: BASE.versions,
      trash: [],
      history: [
        ...gone.history,
        entry({
          at: day(7),
          action: 'restore',
          version: '1.1.0',
          versionId: TWO.id,
          to: 'development',
        }),
      ],
    }
    const { document: merged } = merge(BASE, back, trashed(BASE, TWO, day(5)))
    assert.deepEqual(Object.keys(stages(merged)), ['1.0.0', '1.1.0'])
    assert.deepEqual(merged.trash, [])
    assert.equal(
      merged.versions.some((version) => 'deletedAt' in version),
      false,
    )
  })

  it('lets an emptied trash be empty, unless the other side has the version back', () => {
    const base = trashed(BASE, TWO, day(3))
    const emptied = { ...base, trash: [] }
    const noted = { ...base, description: 'x' }
    assert.deepEqual(merge(base, emptied, noted).document.trash, [])
    const back: ModelDocument = { ...base, versions: BASE.versions, trash: [] }
    assert.deepEqual(Object.keys(stages(merge(base, emptied, back).document)), ['1.0.0', '1.1.0'])
  })

  it('takes nothing for removed without a base', () => {
    const ours = document({ versions: [ONE], aliases: { a: '1.0.0' }, createdAt: day(1) })
    const theirs = document({ versions: [{ ...ONE, tags: { x: 'y' } }, TWO], createdAt: day(2) })
    const { document: merged } = merge(undefined, ours, theirs)
    assert.deepEqual(Object.keys(stages(merged)), ['1.0.0', '1.1.0'])
    assert.deepEqual(merged.versions[0]?.tags, { x: 'y' })
    assert.deepEqual(merged.aliases, { a: '1.0.0' })
    assert.equal(merged.createdAt, day(1))
  })

  it('gives an alias to the version that got it last, and drops one of a deleted version', () => {
    const base = { ...BASE, aliases: { champion: '1.0.0', old: '1.1.0' } }
    const set = (to: VersionRecord, at: number): ModelDocument => ({
      ...base,
      aliases: { ...base.aliases, champion: to.version },
      history: [
        ...base.history,
        entry({
          at: day(at),
          action: 'setAlias',
          version: to.version,
          versionId: to.id,
          before: { alias: 'champion' },
        }),
      ],
    })
    const three = record({ id: 'CCCCCCCC', version: '1.2.0', createdAt: day(3) })
    const ours = set(TWO, 6)
    const theirs = { ...set(three, 5), versions: [...base.versions, three] }
    assert.equal(merge(base, ours, theirs).document.aliases['champion'], '1.1.0')
    const gone = trashed({ ...base, aliases: { champion: '1.0.0' } }, TWO, day(7))
    const { document: merged, notes } = merge(base, gone, ours)
    assert.deepEqual(merged.aliases, {})
    assert.match(notes.join(), /alias champion pointed at a version that is not there any more/)
  })

  it('keeps the later of two aliases that differ only in case, and says so', () => {
    const withAlias = (alias: string, to: VersionRecord, at: number): ModelDocument => ({
      ...BASE,
      aliases: { [alias]: to.version },
      history: [
        ...BASE.history,
        entry({
          at: day(at),
          action: 'setAlias',
          version: to.version,
          versionId: to.id,
          before: { alias },
        }),
      ],
    })
    const lower = withAlias('champion', ONE, 6)
    const upper = withAlias('Champion', TWO, 5)
    const { document: merged, notes } = merge(BASE, lower, upper)
    assert.deepEqual(merged.aliases, { champion: '1.0.0' })
    assert.deepEqual(notes, [
      'The aliases Champion and champion differ only in case, and the one that was set last stays: champion at 1.0.0; Champion at 1.1.0 is removed.',
    ])
    assert.deepEqual(merge(BASE, upper, lower).document, merged)
    assert.deepEqual(merge(BASE, withAlias('champion', ONE, 4), upper).document.aliases, {
      Champion: '1.1.0',
    })
    const unsaid = (alias: string): ModelDocument => ({ ...BASE, aliases: { [alias]: '1.0.0' } })
    assert.deepEqual(merge(undefined, unsaid('best'), unsaid('Best')).document.aliases, {
      Best: '1.0.0',
    })
  })

  it('takes no account of an alias move that was undone', () => {
    const base = { ...BASE, aliases: { champion: '1.0.0' } }
    const set = entry({
      at: day(7),
      action: 'setAlias',
      versionId: TWO.id,
      before: { alias: 'champion' },
    })
    const undo = entry({ at: day(8), action: 'undo', undoes: set.id, versionId: TWO.id })
    const ours = { ...base, history: [...base.history, set, undo] }
    const other = entry({
      at: day(5),
      action: 'setAlias',
      versionId: TWO.id,
      before: { alias: 'champion' },
    })
    const theirs = { ...base, aliases: { champion: '1.1.0' }, history: [...base.history, other] }
    assert.deepEqual(merge(base, ours, theirs).document.aliases, { champion: '1.1.0' })
  })

  it('brings unknown fields of every level along', () => {
    const ours = { ...BASE, 'x-ours': { a: 1 }, description: 'd' } as ModelDocument
    const strange = { ...TWO, 'x-theirs': [1, 2] } as VersionRecord
    const theirs = withVersion(BASE, strange)
    const { document: merged } = merge(BASE, ours, theirs)
    assert.deepEqual(Reflect.get(merged, 'x-ours'), { a: 1 })
    const found = merged.versions.find(({ id }) => id === TWO.id) ?? {}
    assert.deepEqual(Reflect.get(found, 'x-theirs'), [1, 2])
  })

  it('keeps a name that is the prototype of every object', () => {
    const tags = JSON.parse('{"__proto__": "x", "a": "b"}') as Record<string, string>
    const ours = withVersion(BASE, { ...TWO, tags })
    const theirs = withVersion(BASE, { ...TWO, tags: { c: 'd' } })
    const found = merge(BASE, ours, theirs).document.versions.find(({ id }) => id === TWO.id)
    assert.deepEqual(Object.keys(found?.tags ?? {}).sort(), ['__proto__', 'a', 'c'])
  })

  it('lists a deleted model again where the other side registered a version', () => {
    const three = record({ id: 'CCCCCCCC', version: '1.2.0', createdAt: day(3) })
    const deleted = { ...trashed(trashed(BASE, ONE, day(5)), TWO, day(5)), deletedAt: day(5) }
    const { document: merged } = merge(BASE, deleted, {
      ...BASE,
      versions: [...BASE.versions, three],
    })
    assert.deepEqual(Object.keys(stages(merged)), ['1.2.0'])
    assert.equal(merged.deletedAt, undefined)
    assert.equal(merge(BASE, deleted, { ...BASE, description: 'x' }).document.deletedAt, day(5))
  })

  it('refuses a document of a newer format', () => {
    assert.throws(
      () => mergeDocuments(BASE, BASE, { ...BASE, formatVersion: 99 }),
      (error) =>
        error instanceof AppError &&
        error.code === 'corrupt' &&
        /update Model Registry/.test(error.message),
    )
  })
})
