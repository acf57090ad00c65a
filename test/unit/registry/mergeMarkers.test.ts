import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { resolveMarkers } from '../../../src/registry/mergeMarkers'
import { document, record } from './builders'

const print = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`
const BASE = document({ versions: [record({ version: '1.0.0' })] })
const OURS = document({ versions: [record({ version: '1.0.0', stage: 'staging' })] })
const THEIRS = document({ versions: [record({ version: '1.0.0', stage: 'archived' })] })

describe('resolveMarkers', () => {
  let folder = ''
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'markers-'))
    writeFileSync(join(folder, 'base'), print(BASE))
    writeFileSync(join(folder, 'ours'), print(OURS))
    writeFileSync(join(folder, 'theirs'), print(THEIRS))
  })
  after(() => rmSync(folder, { recursive: true }))

  /** What git itself writes for the conflict. */
  function conflict(...style: string[]): string {
    const args = ['merge-file', '-p', ...style, 'ours', 'base', 'theirs']
    try {
      return execFileSync('git', args, { cwd: folder, encoding: 'utf8' })
    } catch (error) {
      // Git's exit code is the number of conflicts.
      if (error instanceof Error && 'stdout' in error) return String(error.stdout)
      throw error
    }
  }

  it('rebuilds the sides of a conflict as git writes it', () => {
    assert.deepEqual(resolveMarkers(conflict()), { ours: print(OURS), theirs: print(THEIRS) })
  })

  it('rebuilds the base too where git wrote it', () => {
    const all = { base: print(BASE), ours: print(OURS), theirs: print(THEIRS) }
    assert.deepEqual(resolveMarkers(conflict('--diff3')), all)
    assert.deepEqual(resolveMarkers(conflict('--zdiff3')), all)
  })

  it('keeps line ends as they are', () => {
    const text = conflict('--diff3').replaceAll('\n', '\r\n')
    assert.equal(resolveMarkers(text)?.ours, print(OURS).replaceAll('\n', '\r\n'))
  })

  it('leaves out a base that holds a conflict of its own', () => {
    const text = conflict('--diff3').replace(
      /(\|{7} base\n)/,
      '$1<<<<<<<<< Temporary merge branch 1\n',
    )
    assert.deepEqual(resolveMarkers(text), { ours: print(OURS), theirs: print(THEIRS) })
  })

  const refused: readonly (readonly [what: string, text: string])[] = [
    ['a text without markers', print(BASE)],
    ['a conflict without an end', '{\n<<<<<<< a\n}\n=======\n}\n'],
    ['markers out of order', '=======\n{}\n<<<<<<< a\n>>>>>>> b\n'],
    ['a conflict within a conflict', '<<<<<<< a\n<<<<<<< b\n{}\n=======\n{}\n>>>>>>> c\n'],
    ['a side that is no JSON', '{\n<<<<<<< a\n"a": 1,\n=======\n"a": 2\n>>>>>>> b\n}\n'],
  ]
  for (const [what, text] of refused) {
    it(`refuses ${what}`, () => assert.equal(resolveMarkers(text), undefined))
  }
})
