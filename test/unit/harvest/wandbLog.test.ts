import assert from 'node:assert/strict'
import { crc32 } from '../../../src/bytes/crc32'
import { readWandbLog } from '../../../src/harvest/wandbLog'
import type { WandbLog } from '../../../src/harvest/wandbLog'
import { pb } from '../../support/protobuf'

const HEADER = Uint8Array.of(0x3a, 0x57, 0x26, 0x42, 0xe1, 0xbe, 0)
const BLOCK = 32_768

/** A log with these records, cut at the blocks as LevelDB does. */
function log(...records: readonly Uint8Array[]): Uint8Array {
  const parts: Uint8Array[] = [HEADER]
  let at = HEADER.length
  const frame = (type: number, body: Uint8Array): void => {
    const bytes = Buffer.concat([new Uint8Array(6), Uint8Array.of(type), body])
    bytes.writeUInt32LE(crc32(bytes.subarray(6)), 0)
    bytes.writeUInt16LE(body.length, 4)
    parts.push(bytes)
    at += bytes.length
  }
  for (const record of records) {
    let rest = record
    let isFirst = true
    for (;;) {
      const left = BLOCK - (at % BLOCK)
      if (left < 7) {
        parts.push(new Uint8Array(left))
        at += left
        continue
      }
      const body = rest.subarray(0, left - 7)
      rest = rest.subarray(body.length)
      const isLast = rest.length === 0
      frame(isFirst ? (isLast ? 1 : 2) : isLast ? 4 : 3, body)
      if (isLast) break
      isFirst = false
    }
  }
  return Buffer.concat(parts)
}

function item(key: string | readonly string[], json: string): Uint8Array {
  const keys =
    typeof key === 'string' ? ([[1, key]] as const) : key.map((part) => [2, part] as const)
  return pb(...keys, [16, json])
}

const summary = (...items: Uint8Array[]): Uint8Array =>
  pb([3, pb(...items.map((bytes) => [1, bytes] as const))])

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

function read(bytes: Uint8Array, size = 10_000): Promise<WandbLog> {
  return readWandbLog(pieces(bytes, size), undefined)
}

describe('logs of Weights & Biases', () => {
  it('give the run, its config, history and last summary', async () => {
    const bytes = log(
      pb([
        17,
        pb(
          [1, 'abc'],
          [4, pb([1, item('lr', '0.1')], [1, item('old', '1')])],
          [21, pb([2, 'c0ffee'])],
        ),
      ]),
      pb([26, pb([2, 'CPython 3.11.7'], [9, pb([1, 'https://host/x'])])]),
      pb([5, pb([2, item('old', '')])]),
      pb([2, pb([1, item(['loss'], '1')], [2, pb([1, 0])])]),
      pb([2, pb([1, pb([2, 'loss'], [5, 3])])]),
      summary(item(['val', 'f1'], '0.5'), item('bad', 'NaN')),
      summary(item(['val', 'f1'], '0.75')),
    )
    for (const size of [bytes.length, 1000, 3]) {
      const result = await read(bytes, size)
      assert.deepEqual(Object.fromEntries(result.config), { lr: 0.1 })
      assert.deepEqual(Object.fromEntries(result.summary), { 'val.f1': 0.75, bad: Number.NaN })
      assert.deepEqual(
        result.history.map((row) => row.get('loss')),
        [1, 3],
      )
      assert.equal(result.runId, 'abc')
      assert.equal(result.commit, 'c0ffee')
      assert.equal(result.remote, 'https://host/x')
      assert.equal(result.python, 'CPython 3.11.7')
      assert.equal(result.ended, undefined)
    }
  })

  it('go on over the end of a block', async () => {
    const long = `"${'x'.repeat(9000)}"`
    const records = Array.from({ length: 20 }, (_, index) => summary(item(`k${index}`, long)))
    const result = await read(log(...records, summary(item('end', '1'))))
    assert.equal(result.summary.size, 21)
    assert.equal(result.summary.get('end'), 1)
  })

  it('end quietly where a run still writes, with a reason where they are damaged', async () => {
    const bytes = log(summary(item('a', '1')), summary(item('b', '2')))
    for (let length = HEADER.length; length < bytes.length; length++) {
      assert.equal((await read(bytes.subarray(0, length))).ended, undefined)
    }
    const damaged = Uint8Array.from(bytes)
    damaged[bytes.length - 1] = 0xff
    const result = await read(damaged)
    assert.deepEqual([...result.summary.keys()], ['a'])
    assert.match(result.ended ?? '', /damaged/)
    assert.match((await read(Uint8Array.of(1, 2, 3))).ended ?? '', /isn't a log/)
  })
})
