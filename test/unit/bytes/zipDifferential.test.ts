import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { fromBuffer } from 'yauzl'
import type { Entry, Options, ZipFile } from 'yauzl'
import { ByteReader } from '../../../src/bytes/byteReader'
import { Budget } from '../../../src/bytes/limits'
import { openZip } from '../../../src/bytes/zip'
import { FIXTURES } from '../../support/expected'

const FILES = [
  'torch-zip/state-dict.pt',
  'torchscript/scripted.pt',
  'torch-export/model.pt2',
  'npz/compressed.npz',
  'npz/plain.npz',
  'keras-v3/compiled.keras',
  'skops/forest.skops',
  'torchserve-mar/classifier.mar',
]

interface Member {
  readonly name: string
  readonly size: number
  readonly content: string
}

const openArchive = promisify<Buffer, Options, ZipFile>(fromBuffer)

async function readWithYauzl(bytes: Buffer): Promise<Member[]> {
  const archive = await openArchive(bytes, { lazyEntries: true, autoClose: false })
  const entries = await new Promise<Entry[]>((resolve, reject) => {
    const found: Entry[] = []
    archive.on('error', reject)
    archive.on('end', () => resolve(found))
    archive.on('entry', (entry: Entry) => {
      found.push(entry)
      archive.readEntry()
    })
    archive.readEntry()
  })
  const openEntry = promisify<Entry, Readable>((entry, done) => {
    archive.openReadStream(entry, (error, stream) => done(error, stream))
  })
  const members: Member[] = []
  for (const entry of entries) {
    const content = (await buffer(await openEntry(entry))).toString('hex')
    members.push({ name: entry.fileName, size: entry.uncompressedSize, content })
  }
  archive.close()
  return members
}

describe('openZip against yauzl', () => {
  for (const file of FILES) {
    it(`lists and reads the same members of ${file}`, async () => {
      const bytes = readFileSync(join(FIXTURES, file))
      const archive = openZip(ByteReader.of(bytes), new Budget())
      assert.ok(archive)
      const members = archive.entries.map((entry) => {
        const member = archive.open(entry)
        const content = Buffer.from(member.bytes(0, member.size)).toString('hex')
        return { name: entry.name, size: entry.size, content }
      })
      assert.deepEqual(members, await readWithYauzl(bytes))
      assert.deepEqual(archive.anomalies, [])
      assert.deepEqual(archive.checkLocalHeaders(new Budget()), [])
    })
  }
})
