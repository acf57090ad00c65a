import assert from 'node:assert/strict'
import { maskedCrc, readEventFile } from '../../../src/harvest/eventFile'
import type { EventFile } from '../../../src/harvest/eventFile'
import { pb } from '../../support/protobuf'
import { seededRandom } from '../../support/random'
import { hparams, record, scalar, tensorScalar, version } from './eventWriter'

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

function read(bytes: Uint8Array, size = 4096): Promise<EventFile> {
  return readEventFile(pieces(bytes, size), undefined)
}

const FILE = Buffer.concat([
  version(),
  scalar('train/loss', 1, 0.5),
  tensorScalar('epoch_loss', 2, 0.25),
  tensorScalar('histogram', 2, 1, pb([2, pb([1, 3])])),
  hparams({ lr: 0.001, optimizer: 'adam', nesterov: true }),
  record(pb([2, 3], [5, pb([1, pb([1, 'image'], [4, 'x'.repeat(200_000)])])])),
  scalar('train/loss', 3, 0.125),
])

describe('event files', () => {
  it('have the checksum of TFRecord', () => {
    // The CRC-32C of "123456789" is e3069283 (RFC 3720, B.4), masked by rotation and a constant.
    const crc = 0xe3069283
    const masked = (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0
    assert.equal(maskedCrc(new TextEncoder().encode('123456789')), masked)
  })

  it('give scalars of both generations and hyperparameters, in pieces of any size', async () => {
    for (const size of [1_000_000, 4096, 777, 13]) {
      const events = await read(FILE, size)
      assert.deepEqual(events.scalars, [
        { tag: 'train/loss', step: 1, value: 0.5 },
        { tag: 'epoch_loss', step: 2, value: 0.25 },
        { tag: 'train/loss', step: 3, value: 0.125 },
      ])
      assert.deepEqual(Object.fromEntries(events.hparams), {
        lr: 0.001,
        optimizer: 'adam',
        nesterov: true,
      })
      assert.equal(events.ended, undefined)
    }
  })

  it('end quietly where a run still writes', async () => {
    for (let length = 0; length < 300; length++) {
      const { scalars, ended } = await read(FILE.subarray(0, length))
      assert.ok(scalars.length <= 2)
      assert.equal(ended, undefined, `at ${length}`)
    }
  })

  it('end with a reason at a damaged record, keeping what came before', async () => {
    const damaged = Uint8Array.from(FILE)
    const second = version().length + scalar('train/loss', 1, 0.5).length
    damaged[second + 20] = (damaged[second + 20] ?? 0) ^ 0xff
    const { scalars, ended } = await read(damaged)
    assert.equal(scalars.length, 1)
    assert.match(ended ?? '', /damaged record/)
  })

  it('survive any damage', async () => {
    const random = seededRandom(7)
    for (let round = 0; round < 300; round++) {
      const payload = Uint8Array.from({ length: 60 }, () => Math.floor(random() * 256))
      // A right checksum around wrong content reaches the parser.
      const { scalars } = await read(Buffer.concat([record(payload), scalar('a', 1, 1)]))
      assert.ok(scalars.length <= 2)
    }
  })
})
