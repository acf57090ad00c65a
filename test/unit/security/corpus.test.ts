import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { scanPathSync } from '../../../src/security/scan'
import type { Verdict } from '../../../src/registry/scan'
import type { CorpusCase } from '../../corpus/case'
import { corpusCases, writeCase } from '../../corpus/corpus'

const BENIGN = join(__dirname, '..', '..', 'fixtures', 'benign')

interface BenignFile {
  readonly file: string
  readonly kind: 'ordinary' | 'trap' | 'third-party'
}

describe('corpus of the scanner', () => {
  let root: string

  before(() => {
    root = mkdtempSync(join(tmpdir(), 'model-registry-corpus-'))
  })

  after(() => rmSync(root, { recursive: true, force: true }))

  const cases = corpusCases()

  it('has cases of different names, at least 150', () => {
    assert.equal(new Set(cases.map(({ name }) => name)).size, cases.length)
    assert.ok(cases.length >= 150, String(cases.length))
  })

  describe('what must be caught', () => {
    for (const item of cases) {
      it(item.name, () => {
        const report = scanPathSync(writeCase(root, item))
        const found = JSON.stringify(report.findings.map(({ rule, evidence }) => [rule, evidence]))
        assert.ok(isCaught(item, report.verdict), `${report.verdict}: ${found}`)
      })
    }
  })

  it('calls no harmless file dangerous, and nearly every ordinary one clean', () => {
    const files = JSON.parse(readFileSync(join(BENIGN, 'index.json'), 'utf8')) as BenignFile[]
    const results = files.map(({ file, kind }) => ({
      file,
      kind,
      ...scanPathSync(join(BENIGN, file)),
    }))
    const names = (items: typeof results): string[] =>
      items.map(({ file, verdict }) => `${file} ${verdict}`)
    assert.deepEqual(names(results.filter(({ verdict }) => verdict === 'dangerous')), [])
    assert.deepEqual(
      names(results.filter(({ kind, verdict }) => kind === 'trap' && verdict !== 'clean')),
      [],
    )
    const ordinary = results.filter(({ kind }) => kind === 'ordinary')
    const unclear = ordinary.filter(({ verdict }) => verdict !== 'clean')
    assert.ok(unclear.length <= 0.03 * ordinary.length, names(unclear).join('\n'))
    // Somebody else's classes are neither vetted nor dangerous.
    const others = results.filter(({ kind }) => kind === 'third-party')
    assert.deepEqual([...new Set(others.map(({ verdict }) => verdict))], ['review'])
  })
})

function isCaught({ expected }: CorpusCase, verdict: Verdict): boolean {
  return expected === 'dangerous' ? verdict === 'dangerous' : verdict !== 'clean'
}
