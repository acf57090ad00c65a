import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { deflateSync, gzipSync } from 'node:zlib'
import { ByteReader } from '../../../src/bytes/byteReader'
import type { Codec } from '../../../src/bytes/compressed'
import { decompress, detectCodec } from '../../../src/bytes/compressed'
import { assertHostileReader } from '../../support/hostile'
import { seededRandom } from '../../support/random'

/** Texts with repetitions near and far, noise, and runs: what an encoder treats in different ways. */
function samples(): Buffer[] {
  const random = seededRandom(7)
  const noise = Buffer.from(Array.from({ length: 70_000 }, () => Math.floor(random() * 256)))
  const words = Array.from({ length: 30_000 }, () => `w${Math.floor(random() * 300)} `).join('')
  return [
    Buffer.from('a'),
    Buffer.from('short text'),
    Buffer.alloc(300_000, 'ab'),
    Buffer.from(words),
    noise,
    Buffer.concat([noise, Buffer.from(words), noise.subarray(0, 30_000), Buffer.alloc(5000)]),
  ]
}

const COMPRESS = `
import base64, bz2, json, lzma, sys
results = []
for text in json.load(sys.stdin):
    data = base64.b64decode(text)
    each = {
        'bz2': bz2.compress(data),
        'bz2-blocks': bz2.compress(data, 1),
        'bz2-streams': bz2.compress(data[:500]) + bz2.compress(data[500:]),
        'xz': lzma.compress(data, preset=1),
        'xz-none': lzma.compress(data, check=lzma.CHECK_NONE),
        'xz-sha256': lzma.compress(data, check=lzma.CHECK_SHA256),
        'xz-streams': lzma.compress(data[:501]) + bytes(8) + lzma.compress(data[501:]),
        'lzma': lzma.compress(data, format=lzma.FORMAT_ALONE),
        'lzma-streams': lzma.compress(data[:501], format=lzma.FORMAT_ALONE) + lzma.compress(data[501:], format=lzma.FORMAT_ALONE),
        'lzma-lc0': lzma.compress(data, format=lzma.FORMAT_ALONE, filters=[
            {'id': lzma.FILTER_LZMA1, 'lc': 0, 'lp': 2, 'pb': 1, 'dict_size': 4096}]),
    }
    results.append({name: base64.b64encode(value).decode() for name, value in each.items()})
json.dump(results, sys.stdout)
`

function inflate(codec: Codec, bytes: Uint8Array, limit = 10_000_000): Buffer {
  const { bytes: output, complete } = decompress(codec, ByteReader.of(bytes), limit)
  assert.ok(complete, codec)
  return Buffer.from(output)
}

describe('decompress', () => {
  it('reads what zlib writes', () => {
    for (const sample of samples()) {
      assert.equal(detectCodec(deflateSync(sample)), 'zlib')
      assert.equal(detectCodec(gzipSync(sample)), 'gzip')
      assert.ok(inflate('zlib', deflateSync(sample)).equals(sample))
      assert.ok(inflate('gzip', gzipSync(sample)).equals(sample))
      const streams = Buffer.concat(
        [sample.subarray(0, 9), sample.subarray(9)].map((part) => deflateSync(part)),
      )
      assert.ok(inflate('zlib', streams).equals(sample))
    }
  })

  it('reads what Python’s bz2 and lzma write', function () {
    this.timeout(60_000)
    const inputs = samples()
    const { stdout, error, stderr } = spawnSync('python3', ['-I', '-c', COMPRESS], {
      input: JSON.stringify(inputs.map((sample) => sample.toString('base64'))),
      encoding: 'utf8',
      maxBuffer: 1e8,
    })
    if (error) {
      console.log(`      skipped: python3 is not here (${error.message})`)
      this.skip()
    }
    assert.notEqual(stdout, '', stderr)
    const compressed = JSON.parse(stdout) as Record<string, string>[]
    for (const [index, sample] of inputs.entries()) {
      for (const [name, text] of Object.entries(compressed[index] ?? {})) {
        const codec = name.split('-')[0] as Codec
        const bytes = Buffer.from(text, 'base64')
        if (name !== 'lzma-lc0') assert.equal(detectCodec(bytes), codec, name)
        assert.ok(inflate(codec, bytes).equals(sample), `${name} of sample ${index}`)
      }
    }
  })

  it('stops at the limit and gives the beginning', () => {
    const sample = Buffer.alloc(5_000_000, 'model ')
    for (const [codec, bytes] of [
      ['zlib', deflateSync(sample)],
      ['gzip', gzipSync(sample)],
    ] as const) {
      const { bytes: output, complete } = decompress(codec, ByteReader.of(bytes), 100_000)
      assert.equal(complete, false)
      assert.ok(output.length > 1000 && output.length <= 100_000, `${codec}: ${output.length}`)
      assert.ok(Buffer.from(output).equals(sample.subarray(0, output.length)))
    }
  })

  it('gives what comes before the end of a stream that is cut off', () => {
    const sample = samples()[3] ?? Buffer.alloc(0)
    const bytes = gzipSync(sample)
    const cut = decompress('gzip', ByteReader.of(bytes.subarray(0, bytes.length / 2)), 1_000_000)
    assert.equal(cut.complete, false)
    assert.ok(cut.bytes.length > 0)
    assert.ok(Buffer.from(cut.bytes).equals(sample.subarray(0, cut.bytes.length)))
  })

  it('says that data can not be decompressed', () => {
    const noise = Buffer.from(Array.from({ length: 64 }, (_, index) => (index * 37) % 256))
    for (const codec of ['zlib', 'gzip', 'bz2', 'xz', 'lz4'] as const) {
      assert.throws(() => decompress(codec, ByteReader.of(noise), 1000), { code: 'corrupt' }, codec)
    }
  })

  it('ends well on damaged LZ4 frames', () => {
    // A frame of one compressed block: literals "abcd", then a match of 20 bytes at distance 4.
    const block = [0x4f, ...Buffer.from('abcd'), 4, 0, 1, 0x50, ...Buffer.from('xyzzy')]
    const frame = Buffer.from([
      0x04,
      0x22,
      0x4d,
      0x18,
      0x60,
      0x40,
      0x82,
      block.length,
      0,
      0,
      0,
      ...block,
      0,
      0,
      0,
      0,
    ])
    assert.equal(inflate('lz4', frame).toString(), `${'abcd'.repeat(6)}xyzzy`)
    assertHostileReader((mutant) => decompress('lz4', ByteReader.of(mutant), 100_000), frame)
  })
})
