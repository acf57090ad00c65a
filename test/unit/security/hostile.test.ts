import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { scanPathSync } from '../../../src/security/scan'
import { corpusCases } from '../../corpus/corpus'
import { seededRandom } from '../../support/random'
import { createTempFolder, removeFolder } from '../../support/tempFolder'

const FORMATS = join(__dirname, '..', '..', 'fixtures', 'formats')
/** Of each reader there are many fixtures, which `FUZZ_RUNS` counts one by one; the scanner takes all as one. */
const RUNS = 10 * Number(process.env['FUZZ_RUNS'] ?? 150)
const SEED = 7 + Number(process.env['FUZZ_SEED'] ?? 0)
const MAX_SIZE = 60_000
/** More than a small file may hold the worker. */
const TIME_LIMIT_MS = 3000

function inputs(): (readonly [name: string, bytes: Buffer])[] {
  const found: (readonly [string, Buffer])[] = []
  const visit = (path: string): void => {
    if (statSync(path).isDirectory()) for (const name of readdirSync(path)) visit(join(path, name))
    else if (statSync(path).size < MAX_SIZE) found.push([basename(path), readFileSync(path)])
  }
  visit(FORMATS)
  for (const { files } of corpusCases()) {
    for (const [path, bytes] of Object.entries(files)) {
      if (bytes.length < MAX_SIZE) found.push([basename(path), Buffer.from(bytes)])
    }
  }
  return found.filter(([, { length }]) => length > 0)
}

describe('scanner on damaged files', () => {
  let folder: string

  before(async () => {
    folder = await createTempFolder()
  })

  after(() => removeFolder(folder))

  it('ends every scan in a verdict of its own, soon', function () {
    this.timeout(600_000)
    const files = inputs()
    const random = seededRandom(SEED)
    const pick = (limit: number): number => Math.floor(random() * limit)
    for (let run = 0; run < RUNS; run++) {
      const [name, original] = files[pick(files.length)] ?? ['x', Buffer.from('x')]
      const [, other] = files[pick(files.length)] ?? ['x', original]
      const path = join(folder, name)
      writeFileSync(path, mutate(original, other, pick))
      const started = performance.now()
      const { findings } = scanPathSync(path)
      const failed = findings.find(({ rule }) => rule === 'scan/failed')
      assert.equal(failed?.evidence, undefined, `run ${run} of ${name}`)
      assert.ok(performance.now() - started < TIME_LIMIT_MS, `run ${run} of ${name} took too long`)
    }
  })
})

function mutate(original: Buffer, other: Buffer, pick: (limit: number) => number): Buffer {
  let bytes = Buffer.from(original)
  for (let change = pick(4); change >= 0; change--) {
    const at = pick(bytes.length)
    switch (pick(5)) {
      case 0:
        bytes[at] = pick(256)
        break
      case 1:
        bytes = Buffer.from(bytes.subarray(0, at + 1))
        break
      case 2:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(pick(bytes.length))])
        break
      case 3:
        bytes = Buffer.concat([bytes.subarray(0, at), other.subarray(pick(other.length))])
        break
      default:
        bytes.fill(0xff, at, Math.min(bytes.length, at + 8))
    }
    if (bytes.length === 0) bytes = Buffer.from([0])
  }
  return bytes
}
