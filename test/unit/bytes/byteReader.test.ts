import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../../../src/base/errors'
import { ByteReader } from '../../../src/bytes/byteReader'
import { createTempFolder, removeFolder } from '../../support/tempFolder'

/** Three pages and a bit, so that reads cross pages. */
const BYTES = Buffer.from(Array.from({ length: 200_000 }, (_, index) => (index * 7) % 256))

describe('ByteReader', () => {
  let folder: string

  before(async () => {
    folder = await createTempFolder('reader')
    writeFileSync(join(folder, 'bytes'), BYTES)
  })

  after(async () => {
    await removeFolder(folder)
  })

  for (const kind of ['file', 'memory'] as const) {
    it(`reads numbers, bytes and texts of a ${kind}, across pages`, () => {
      const reader = kind === 'file' ? ByteReader.open(join(folder, 'bytes')) : ByteReader.of(BYTES)
      for (const offset of [0, 1, 65_533, 65_535, 65_536, 131_070, 199_992]) {
        assert.equal(reader.u8(offset), BYTES[offset])
        assert.equal(reader.u16(offset), BYTES.readUInt16LE(offset))
        assert.equal(reader.u32(offset, false), BYTES.readUInt32BE(offset))
        assert.equal(reader.i32(offset), BYTES.readInt32LE(offset))
        assert.equal(reader.u64(offset), BYTES.readBigUInt64LE(offset))
        assert.equal(reader.i64(offset, false), BYTES.readBigInt64BE(offset))
        assert.equal(reader.text(offset, 7, 'latin1'), BYTES.toString('latin1', offset, offset + 7))
        assert.deepEqual(Buffer.from(reader.bytes(offset, 8)), BYTES.subarray(offset, offset + 8))
      }
      assert.deepEqual(Buffer.from(reader.bytes(0, BYTES.length)), BYTES)
      assert.deepEqual(
        Buffer.from(reader.bytesUncached(65_530, 20)),
        BYTES.subarray(65_530, 65_550),
      )
      assert.equal(reader.head(199_999, 100).length, 1)
      assert.equal(reader.text(5, 0, 'utf8'), '')
      reader.close()
    })
  }

  it('finds a byte within bounds only', () => {
    const bytes = new Uint8Array(150_000)
    bytes[70_000] = 1
    bytes[140_000] = 1
    const reader = ByteReader.of(bytes)
    assert.equal(reader.indexOf(1, 0), 70_000)
    assert.equal(reader.indexOf(1, 70_001), 140_000)
    assert.equal(reader.indexOf(1, 0, 70_000), -1)
    assert.equal(reader.indexOf(1, 140_001), -1)
    const view = reader.view(70_000, 70_001)
    assert.equal(view.indexOf(1, 1), 70_000)
    assert.equal(view.indexOf(1, 1, 70_000), -1)
  })

  it('keeps views inside of their bounds', () => {
    const view = ByteReader.of(BYTES).view(100, 50).view(10, 20)
    assert.equal(view.base, 110)
    assert.equal(view.u8(0), BYTES[110])
    assert.throws(() => view.u8(20), { code: 'corrupt' })
    assert.throws(() => view.view(0, 21), { code: 'corrupt' })
    assert.throws(() => view.text(19, 2, 'utf8'), { code: 'corrupt' })
    assert.throws(() => view.bytes(-1, 1), { code: 'corrupt' })
  })

  for (const [offset, length] of [
    [0, 2 ** 53],
    [Number.NaN, 1],
    [0.5, 1],
    [0, -1],
    [200_001, 0],
    [199_999, 2],
  ] as const) {
    it(`refuses ${length} bytes at ${offset}`, () => {
      assert.throws(() => ByteReader.of(BYTES).bytes(offset, length), { code: 'corrupt' })
    })
  }

  it('refuses a 64-bit size that no file has', () => {
    const bytes = Buffer.alloc(8, 0xff)
    assert.throws(() => ByteReader.of(bytes).size64(0), /impossible/)
  })

  it('says when the file becomes shorter while it is read', () => {
    const path = join(folder, 'shrinking')
    writeFileSync(path, BYTES)
    const reader = ByteReader.open(path)
    truncateSync(path, 10)
    assert.throws(
      () => reader.u8(100_000),
      (error) => error instanceof AppError && /became shorter/.test(error.message),
    )
    reader.close()
  })

  it('does not wait for a named pipe', function () {
    if (process.platform === 'win32') this.skip()
    const path = join(folder, 'pipe')
    execFileSync('mkfifo', [path])
    assert.throws(() => ByteReader.open(path), /not a regular file/)
  })
})
