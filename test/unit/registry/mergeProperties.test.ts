import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import {
  registered,
  restored,
  trashed,
  transitioned,
  updated,
  withAlias,
} from '../../../src/registry/changes'
import type { Author, Change } from '../../../src/registry/changes'
import { mergeDocuments } from '../../../src/registry/merge'
import type { HistoryEntry, ModelDocument } from '../../../src/registry/model'
import { aliasLike } from '../../../src/registry/aliases'
import { nameKey } from '../../../src/registry/names'
import { STAGES } from '../../../src/registry/stage'
import { stagesAt } from '../../../src/registry/timeTravel'
import { document, record } from './builders'
import { propertyRuns } from '../../support/propertyRuns'

const KEYS = ['a', 'b', 'c'] as const

const operation = fc.record({
  kind: fc.constantFrom(
    'register',
    'move',
    'move',
    'metric',
    'tag',
    'describe',
    'delete',
    'restore',
    'alias',
  ),
  pick: fc.nat(5),
  name: fc.constantFrom('1.0.0', '1.1.0', '1.2.0', 'rc1', 'RC1'),
  stage: fc.constantFrom(...STAGES),
  value: fc.constantFrom(...KEYS),
  /** Minutes, apart for every operation of a test by its place. */
  minute: fc.nat(50),
})
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never

const operations = fc.array(operation, { maxLength: 6 })

/** Plays operations, in their order of time; `branch` keeps ids and times of the branches apart. */
function play(base: ModelDocument, list: readonly Operation[], branch: number): ModelDocument {
  const start = Date.parse('2026-01-01T00:00:00Z') + (branch === 0 ? 0 : 1e9)
  let current = base
  const ordered = list.toSorted((a, b) => a.minute - b.minute)
  for (const [index, step] of ordered.entries()) {
    const at = new Date(start + step.minute * 60_000 + index * 100 + branch)
    const id = `${branch}${String(step.minute * 10 + index).padStart(4, '0')}`
    const change = apply(current, step, { actor: 'ada', via: 'cli', at }, id)
    if (change) current = { ...change.document, history: renumbered(change.document.history, id) }
  }
  return current
}

/** The ids that a clock and a random source give would make a seeded test another at each run. */
function renumbered(history: readonly HistoryEntry[], id: string): HistoryEntry[] {
  const last = history.at(-1)
  return last ? [...history.slice(0, -1), { ...last, id: `ENTRY${id}` }] : []
}

function apply(
  current: ModelDocument,
  { kind, pick, name, stage, value }: Operation,
  author: Author,
  id: string,
): Change | undefined {
  const { versions, trash } = current
  const version = versions[pick % Math.max(1, versions.length)]
  if (kind === 'register') {
    const key = nameKey(name)
    if ([...versions, ...trash].some((other) => nameKey(other.version) === key)) return undefined
    const time = author.at.toISOString()
    const fields = { id: `VERSION${id}`, version: name, stage, createdAt: time, updatedAt: time }
    return registered(current, record(fields), author)
  }
  if (kind === 'restore') {
    const gone = trash[pick % Math.max(1, trash.length)]
    return gone && restored(current, gone, undefined, author)
  }
  if (!version) return undefined
  switch (kind) {
    case 'move':
      return version.stage === stage ? undefined : transitioned(current, version, stage, author)
    case 'metric':
      return updated(current, version, { metrics: { ...version.metrics, [value]: pick } }, author)
    case 'tag':
      return updated(current, version, { tags: { ...version.tags, [value]: name } }, author)
    case 'describe':
      return updated(current, version, { description: value }, author)
    case 'delete':
      return trashed(current, version, undefined, author)
    default: {
      const alias = name === 'RC1' ? value.toUpperCase() : value
      if (aliasLike(current.aliases, alias) !== undefined) return undefined
      return withAlias(current, alias, pick === 0 ? undefined : version, author)
    }
  }
}

function checkValid(merged: ModelDocument): void {
  const all = [...merged.versions, ...merged.trash]
  assert.equal(new Set(all.map(({ id }) => id)).size, all.length, 'ids are unique')
  assert.equal(
    new Set(all.map(({ version }) => nameKey(version))).size,
    all.length,
    'names are unique',
  )
  assert.ok(merged.versions.filter(({ stage }) => stage === 'production').length <= 1)
  const aliases = Object.keys(merged.aliases)
  assert.equal(new Set(aliases.map(nameKey)).size, aliases.length, 'aliases are unique')
  const names = merged.versions.map(({ version }) => version)
  for (const target of Object.values(merged.aliases)) assert.ok(names.includes(target), target)
  for (const version of merged.versions) assert.equal('deletedAt' in version, false)
  for (const version of merged.trash) assert.equal(typeof version.deletedAt, 'string')
}

/**
 * The history knows when a record of tags was edited, and not which tag: of three branches that edit one tag, two can
 * be compared by another edit of the same record. So here each branch has its own.
 */
function withOwnKey(step: Operation, branch: number): Operation {
  const isRecord = step.kind === 'tag' || step.kind === 'metric'
  return isRecord ? { ...step, value: KEYS[branch] ?? 'a' } : step
}

const empty = document()

describe('a merge', () => {
  const branches = fc.tuple(operations, operations, operations, fc.boolean())

  it('gives a valid document in which nothing is lost, the same from both sides', () => {
    fc.assert(
      fc.property(branches, ([before, first, second, hasBase]) => {
        const base = play(empty, before, 0)
        const ours = play(base, first, 1)
        const theirs = play(base, second, 2)
        const known = hasBase ? base : undefined
        const { document: merged } = mergeDocuments(known, ours, theirs)
        checkValid(merged)
        const ids = new Set([...merged.versions, ...merged.trash].map(({ id }) => id))
        for (const side of [ours, theirs]) {
          for (const { id } of [...side.versions, ...side.trash]) assert.ok(ids.has(id), id)
          for (const { id } of side.history) {
            assert.ok(
              merged.history.some((other) => other.id === id),
              id,
            )
          }
        }
        assert.deepEqual(mergeDocuments(known, theirs, ours).document, merged)
      }),
      propertyRuns(3000),
    )
  })

  it('of a side with itself, or with what it came from, changes nothing', () => {
    fc.assert(
      fc.property(operations, operations, (before, first) => {
        const base = play(empty, before, 0)
        const ours = play(base, first, 1)
        assert.deepEqual(mergeDocuments(base, ours, ours).document, ours)
        assert.deepEqual(mergeDocuments(undefined, ours, ours).document, ours)
        assert.deepEqual(mergeDocuments(base, ours, base).document, ours)
      }),
      propertyRuns(500),
    )
  })

  it('with a side that is in it already changes nothing', () => {
    fc.assert(
      fc.property(operations, operations, operations, (before, first, second) => {
        const base = play(empty, before, 0)
        const ours = play(base, first, 1)
        const theirs = play(base, second, 2)
        const { document: merged } = mergeDocuments(base, ours, theirs)
        for (const side of [ours, theirs]) {
          assert.deepEqual(mergeDocuments(base, merged, side).document, merged)
        }
      }),
      propertyRuns(3000),
    )
  })

  it('of three branches is the same in any order', () => {
    fc.assert(
      fc.property(fc.tuple(operations, operations, operations, operations), (lists) => {
        const [before, ...others] = lists
        const base = play(empty, before, 0)
        const [a = base, b = base, c = base] = others.map((list, index) =>
          play(
            base,
            list.map((step) => withOwnKey(step, index)),
            index + 1,
          ),
        )
        const merge = (x: ModelDocument, y: ModelDocument): ModelDocument =>
          mergeDocuments(base, x, y).document
        const { aliases: left, ...first } = merge(merge(a, b), c)
        const { aliases: right, ...second } = merge(a, merge(b, c))
        assert.deepEqual(first, second)
        // An alias is dropped with a version that the third branch may bring back, so one order can lose it.
        for (const alias of Object.keys(left)) {
          if (Object.hasOwn(right, alias)) assert.equal(left[alias], right[alias])
        }
      }),
      propertyRuns(3000),
    )
  })

  it('puts every live version where the united history says it is', () => {
    fc.assert(
      fc.property(operations, operations, operations, (before, first, second) => {
        const base = play(empty, before, 0)
        const merged = mergeDocuments(base, play(base, first, 1), play(base, second, 2)).document
        const told = stagesAt(merged, new Date('2027-01-01'))
        for (const { id, stage } of merged.versions) {
          assert.equal(told.get(id)?.stage, stage)
        }
        assert.equal(told.size, merged.versions.length)
      }),
      propertyRuns(3000),
    )
  })
})
