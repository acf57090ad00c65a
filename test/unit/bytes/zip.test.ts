import assert from 'node:assert/strict'
import { ByteReader } from '../../../src/bytes/byteReader'
import { Budget } from '../../../src/bytes/limits'
import type { ZipArchive } from '../../../src/bytes/zip'
import { openZip } from '../../../src/bytes/zip'
import { assertHostileReader } from '../../support/hostile'
import type { ZipMember, ZipOptions } from '../../support/zipWriter'
import { zip } from '../../support/zipWriter'

function open(bytes: Uint8Array): ZipArchive {
  const archive = openZip(ByteReader.of(bytes), new Budget())
  assert.ok(archive)
  return archive
}

function build(members: readonly ZipMember[], options?: ZipOptions): ZipArchive {
  return open(zip(members, options))
}

/** The rules that an archive breaks, in its directories and its local headers. */
function rules(archive: ZipArchive): string[] {
  return [...archive.anomalies, ...archive.checkLocalHeaders(new Budget())].map(({ rule }) => rule)
}

function text(archive: ZipArchive, name: string): string {
  const entry = archive.get(name)
  assert.ok(entry, name)
  const member = archive.open(entry)
  return Buffer.from(member.bytes(0, member.size)).toString()
}

const TWO: readonly ZipMember[] = [
  { name: 'a/one.txt', data: 'one' },
  { name: 'a/two.txt', data: 'two '.repeat(200), deflate: true },
]

describe('openZip', () => {
  it('reads stored members in place and inflates the others', () => {
    const archive = build(TWO)
    assert.deepEqual(rules(archive), [])
    assert.equal(text(archive, 'a/one.txt'), 'one')
    assert.equal(text(archive, 'a/two.txt'), 'two '.repeat(200))
    const entry = archive.get('a/one.txt')
    assert.ok(entry)
    assert.equal(archive.open(entry).base, 30 + 'a/one.txt'.length)
    assert.ok(archive.entries.every((each) => archive.hasValidChecksum(each)))
  })

  it('reads ZIP64 records', () => {
    const archive = build(TWO, { zip64: true })
    assert.deepEqual(archive.interpretations[0]?.loaders, ['python', 'miniz'])
    assert.equal(text(archive, 'a/two.txt'), 'two '.repeat(200))
    assert.deepEqual(rules(archive), [])
  })

  it('gives the beginning of a large member', () => {
    const archive = build([{ name: 'zeros', data: new Uint8Array(5_000_000), deflate: true }])
    const entry = archive.get('zeros')
    assert.ok(entry)
    const head = archive.head(entry, 1000)
    assert.ok(head.length > 0 && head.length <= 1000)
    assert.ok(head.every((byte) => byte === 0))
  })

  it('is nothing without an end record', () => {
    assert.equal(openZip(ByteReader.of(Buffer.from('PK\x03\x04 no more')), new Budget()), undefined)
    assert.equal(openZip(ByteReader.of(new Uint8Array(0)), new Budget()), undefined)
  })

  it('keeps the readings of Python and miniz apart where data stand before the archive', () => {
    const archive = build(TWO, { prefix: Buffer.from('#!/bin/sh\n') })
    const [python, miniz] = archive.interpretations
    assert.deepEqual(python?.loaders, ['python'])
    assert.equal(python?.shift, 10)
    assert.equal(python?.entries.length, 2)
    assert.deepEqual(miniz?.loaders, ['miniz'])
    assert.ok(miniz?.error)
    assert.equal(text(archive, 'a/one.txt'), 'one')
    assert.ok(rules(archive).includes('prefix-data'))
    assert.ok(rules(archive).includes('several-directories'))
  })

  it('reads an archive once whose offsets allow for the data before it', () => {
    const archive = build(TWO, { prefix: Buffer.from('MZ'), absolute: true })
    assert.equal(archive.interpretations.length, 1)
    assert.deepEqual(rules(archive), ['prefix-data'])
  })

  it('finds the archive that a comment hides, and the one around it', () => {
    const inner = zip([{ name: 'evil/data.pkl', data: 'evil' }])
    const archive = build(TWO, { comment: inner })
    const names = archive.interpretations.map(({ entries }) => entries.map(({ name }) => name))
    assert.ok(names.some((list) => list.includes('evil/data.pkl')))
    assert.ok(names.some((list) => list.includes('a/one.txt')))
    assert.equal(archive.get('evil/data.pkl')?.name, 'evil/data.pkl')
    assert.ok(rules(archive).includes('several-directories'))
  })

  const cases: readonly (readonly [string, readonly ZipMember[], ZipOptions])[] = [
    ['trailing-data', TWO, { suffix: Buffer.from('more') }],
    ['duplicate-name', [...TWO, { name: 'a/one.txt', data: 'other' }], {}],
    ['duplicate-name-case', [...TWO, { name: 'A/ONE.txt', data: 'other' }], {}],
    ['unsafe-name', [{ name: '../../evil', data: 'x' }], {}],
    ['unsafe-name', [{ name: '/etc/passwd', data: 'x' }], {}],
    ['unsafe-name', [{ name: 'C:\\evil', data: 'x' }], {}],
    ['symbolic-link', [{ name: 'link', data: '/etc', externalAttributes: 0xa1ff0000 }], {}],
    ['flags', [{ name: 'a', data: 'x', flags: 0x1 }], {}],
    ['flags', [{ name: 'a', data: 'x', flags: 0x20 }], {}],
    ['flags', [{ name: 'a', data: 'x', flags: 0x40 }], {}],
    ['method', [{ name: 'a', data: 'x', method: 93 }], {}],
    ['expansion', [{ name: 'a', data: 'x', size: 2 ** 33 }], { zip64: true }],
    ['local-name', [{ name: 'a', data: 'x', local: { name: 'b' } }], {}],
    ['local-flags', [{ name: 'a', data: 'x', local: { flags: 0x0801 } }], {}],
    ['local-method', [{ name: 'a', data: 'x', local: { method: 8 } }], {}],
    ['local-size', [{ name: 'a', data: 'x', local: { size: 7 } }], {}],
    ['local-crc', [{ name: 'a', data: 'x', local: { crc32: 7 } }], {}],
    ['hidden-member', [...TWO, { name: 'hidden', data: 'evil', unlisted: true }], {}],
  ]
  for (const [rule, members, options] of cases) {
    it(`notices ${rule} at ${members.at(-1)?.name ?? ''}`, () => {
      assert.ok(rules(build(members, options)).includes(rule))
    })
  }

  it('does not take what PyTorch writes for odd', () => {
    // Sizes and checksum after the data, UTF-8 names: flags 0x0808.
    const local = { crc32: 0, size: 0 }
    const members = ['data.pkl', 'data/0'].map((name) => ({
      name: `archive/${name}`,
      data: 'content',
      flags: 0x0808,
      local,
    }))
    assert.deepEqual(rules(build(members)), [])
  })

  it('notices members that share bytes', () => {
    const bytes = zip([
      { name: 'a', data: 'x'.repeat(50) },
      { name: 'b', data: 'y'.repeat(50) },
    ])
    // The directory places "b" inside the data of "a".
    const directory = bytes.indexOf(Buffer.from([0x50, 0x4b, 1, 2]))
    const second = bytes.indexOf(Buffer.from([0x50, 0x4b, 1, 2]), directory + 1)
    bytes.writeUInt32LE(10, second + 42)
    const found = rules(open(bytes))
    assert.ok(found.includes('local-missing') || found.includes('overlap'))
  })

  it('refuses an encrypted member, unless flags are ignored as PyTorch does', () => {
    const archive = build([{ name: 'a', data: 'plain', flags: 0x1 }])
    const entry = archive.get('a')
    assert.ok(entry)
    assert.throws(() => archive.open(entry), /encrypted/)
    assert.equal(archive.open(entry, { ignoreFlags: true }).size, 5)
  })

  it('names a compression that it does not read', () => {
    const archive = build([{ name: 'a', data: 'x', method: 93 }])
    const entry = archive.get('a')
    assert.ok(entry)
    assert.throws(() => archive.open(entry), /zstandard/)
  })

  it('does not follow a size that a bomb claims', () => {
    const archive = build([{ name: 'a', data: 'x'.repeat(100), deflate: true, size: 2 ** 40 }], {
      zip64: true,
    })
    const entry = archive.get('a')
    assert.ok(entry)
    assert.equal(archive.open(entry).size, 100)
  })

  it('takes the last of equal names, as Python does', () => {
    const archive = build([
      { name: 'a', data: 'first' },
      { name: 'a', data: 'second' },
    ])
    assert.equal(text(archive, 'a'), 'second')
  })

  it('ends well on damaged archives', function () {
    this.timeout(60_000)
    const bytes = zip([...TWO, { name: 'hidden', data: 'x', unlisted: true }], { zip64: true })
    assertHostileReader((mutant) => {
      const archive = openZip(ByteReader.of(mutant), new Budget())
      archive?.checkLocalHeaders(new Budget())
      for (const entry of archive?.entries ?? []) archive?.open(entry)
    }, bytes)
  })
})
