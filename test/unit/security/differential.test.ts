import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Verdict } from '../../../src/registry/scan'
import { judgeGlobal } from '../../../src/security/policy/judge'
import { scanPathSync } from '../../../src/security/scan'
import { corpusCases } from '../../corpus/corpus'
import { seededRandom } from '../../support/random'
import { createTempFolder, removeFolder } from '../../support/tempFolder'

interface Loaded {
  readonly raw: readonly (readonly [string, string])[]
}

const ORACLE = join(__dirname, '..', 'bytes', 'pickleOracle.py')
const MUTANTS = Number(process.env['SCAN_MUTANTS'] ?? 1500)

/** What CPython would import, recorded by a hook that imports nothing. */
function loadWithPython(pickles: readonly Buffer[]): readonly Loaded[] | string {
  const input = JSON.stringify(pickles.map((bytes) => bytes.toString('base64')))
  const { stdout, status, error, stderr } = spawnSync('python3', ['-I', ORACLE], {
    input,
    encoding: 'utf8',
    maxBuffer: 1e9,
  })
  if (error) return `python3 is not here (${error.message})`
  assert.equal(status, 0, stderr)
  return JSON.parse(stdout) as Loaded[]
}

/** Pickles of the corpus, whole and with some bytes changed, cut or put together. */
function pickles(): Buffer[] {
  const whole = corpusCases().flatMap(({ name, files }) => {
    const [content] = Object.values(files)
    const isPickle = /^(?:pickle|gadget|joblib|unknown) /.test(name)
    return isPickle && content && content.length > 0 && content.length < 5000
      ? [Buffer.from(content)]
      : []
  })
  const random = seededRandom(20_261_123)
  const pick = (limit: number): number => Math.floor(random() * limit)
  const mutants = Array.from({ length: MUTANTS }, () => {
    const bytes = Buffer.from(whole[pick(whole.length)] ?? [])
    const other = whole[pick(whole.length)] ?? bytes
    const at = pick(bytes.length)
    switch (pick(5)) {
      case 0:
        bytes[at] = pick(256)
        return bytes
      case 1:
        return bytes.subarray(0, at + 1)
      case 2:
        return Buffer.concat([bytes.subarray(0, at), other.subarray(pick(other.length))])
      case 3:
        return Buffer.concat([bytes.subarray(0, at), Buffer.from('0'), bytes.subarray(at)])
      default:
        return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + pick(3))])
    }
  })
  return [...whole, ...mutants].filter(({ length }) => length > 0)
}

describe('scanner beside CPython', () => {
  let folder: string

  before(async () => {
    folder = await createTempFolder()
  })

  after(() => removeFolder(folder))

  it('calls nothing clean that imports what is not vetted, nor harmless what imports what is denied', async function () {
    this.timeout(60_000)
    const inputs = pickles()
    const loaded = loadWithPython(inputs)
    if (typeof loaded === 'string') return this.skip()
    const path = join(folder, 'model.pkl')
    for (const [index, bytes] of inputs.entries()) {
      const kinds = (loaded[index]?.raw ?? []).map(
        ([module, name]) => judgeGlobal(module, name).kind,
      )
      if (kinds.every((kind) => kind === 'allowed')) continue
      await writeFile(path, bytes)
      const verdict: Verdict = scanPathSync(path).verdict
      const shown: string = `${verdict}: ${JSON.stringify(loaded[index]?.raw)} in ${bytes.toString('base64')}`
      assert.notEqual(verdict, 'clean', shown)
      if (kinds.includes('denied') || kinds.includes('library'))
        assert.equal(verdict, 'dangerous', shown)
    }
    await rm(path)
  })
})
