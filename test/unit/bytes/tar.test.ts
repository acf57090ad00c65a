import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { ByteReader } from '../../../src/bytes/byteReader'
import { Budget } from '../../../src/bytes/limits'
import { isTar, readTar } from '../../../src/bytes/tar'
import { assertHostileReader } from '../../support/hostile'

const WRITE = `
import io, sys, tarfile
with tarfile.open(fileobj=sys.stdout.buffer, mode='w|', format=int(sys.argv[1])) as archive:
    for name, content in (('./a.txt', b'one'), ('folders/' * 5 + 'long' * 20 + '.txt', b'two' * 300), ('ü.txt', b'')):
        member = tarfile.TarInfo(name)
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    link = tarfile.TarInfo('link')
    link.type = tarfile.SYMTYPE
    link.linkname = '/etc/passwd'
    archive.addfile(link)
`
const FORMATS = { ustar: 0, gnu: 1, pax: 2 } as const

function write(format: number): Buffer | undefined {
  const { stdout, error } = spawnSync('python3', ['-I', '-c', WRITE, String(format)])
  return error ? undefined : stdout
}

describe('readTar', () => {
  for (const [name, format] of Object.entries(FORMATS)) {
    it(`lists what Python writes as ${name}`, function () {
      const bytes = write(format)
      if (!bytes) {
        console.log('      skipped: python3 is not here')
        this.skip()
      }
      const reader = ByteReader.of(bytes)
      assert.ok(isTar(bytes))
      const { entries, complete } = readTar(reader, new Budget())
      assert.ok(complete)
      assert.deepEqual(
        entries.map((entry) => [entry.name, entry.size, entry.isFile]),
        [
          ['./a.txt', 3, true],
          [`${'folders/'.repeat(5)}${'long'.repeat(20)}.txt`, 900, true],
          ['ü.txt', 0, true],
          ['link', 0, false],
        ],
      )
      const [first, second] = entries
      assert.ok(first && second)
      assert.equal(reader.text(first.offset, 3, 'utf8'), 'one')
      assert.equal(reader.text(second.offset, 6, 'utf8'), 'twotwo')
    })
  }

  it('is none without a checksum that is right', () => {
    assert.equal(isTar(Buffer.alloc(1024)), false)
    assert.equal(isTar(Buffer.alloc(1024, '0')), false)
    assert.equal(isTar(Buffer.from('short')), false)
  })

  it('ends well on damaged archives', function () {
    const bytes = write(FORMATS.pax)
    if (!bytes) this.skip()
    assertHostileReader(
      (mutant) => readTar(ByteReader.of(mutant), new Budget()),
      bytes.subarray(0, 4096),
      { step: 3 },
    )
  })
})
