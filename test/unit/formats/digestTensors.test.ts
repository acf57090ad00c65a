import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { ByteReader } from '../../../src/bytes/byteReader'
import { digestTensors } from '../../../src/formats/digestTensors'
import type { TensorInfo } from '../../../src/registry/inspection'

function tensor(name: string, offset: number, length: number, file?: string): TensorInfo {
  return {
    name,
    dtype: 'uint8',
    shape: [length],
    parameters: length,
    offset,
    length,
    ...(file !== undefined && { file }),
  }
}

const BYTES = Buffer.from(Array.from({ length: 10_000_000 }, (_, index) => index % 251))

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

describe('digestTensors', () => {
  it('digests the bytes of each tensor and reports how far it is', async () => {
    const tensors = [tensor('a', 0, 9_000_000), tensor('b', 9_000_000, 10), tensor('c', 5, 0)]
    const progress: number[] = []
    const digests = await digestTensors(tensors, () => ByteReader.of(BYTES), {
      onProgress: (done, total) => {
        assert.equal(total, 9_000_010)
        progress.push(done)
      },
    })
    assert.deepEqual(
      [...digests],
      [
        ['a', sha256(BYTES.subarray(0, 9_000_000))],
        ['b', sha256(BYTES.subarray(9_000_000, 9_000_010))],
        ['c', sha256(new Uint8Array(0))],
      ],
    )
    assert.equal(progress.at(-1), 9_000_010)
  })

  it('leaves out tensors without a place, and those of files that are not there', async () => {
    const { offset: _offset, length: _length, ...nowhere } = tensor('nowhere', 0, 1)
    const tensors = [nowhere, tensor('elsewhere', 0, 1, 'absent.bin'), tensor('here', 0, 1)]
    const digests = await digestTensors(tensors, (file) =>
      file === undefined ? ByteReader.of(BYTES) : undefined,
    )
    assert.deepEqual([...digests.keys()], ['here'])
  })

  it('leaves out a tensor that its file ends before', async () => {
    const tensors = [tensor('cut', BYTES.length - 1, 2), tensor('whole', BYTES.length - 1, 1)]
    const digests = await digestTensors(tensors, () => ByteReader.of(BYTES))
    assert.deepEqual([...digests.keys()], ['whole'])
  })

  it('ends when it is cancelled', async () => {
    const controller = new AbortController()
    await assert.rejects(
      digestTensors([tensor('a', 0, 9_000_000)], () => ByteReader.of(BYTES), {
        signal: controller.signal,
        onProgress: () => controller.abort(),
      }),
      { code: 'cancelled' },
    )
  })
})
