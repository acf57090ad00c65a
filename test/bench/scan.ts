/**
 * `npm run bench:scan`: what the scanner catches of what it must, what it says of harmless files, and how long it takes;
 * side by side with picklescan, modelscan and fickling where MODEL_REGISTRY_PYTHON names a Python that has them.
 * Exits with 1 where a target is missed.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Verdict } from '../../src/registry/scan'
import { scanPathSync } from '../../src/security/scan'
import { storagePickle } from '../corpus/builders'
import { corpusCases, writeCase } from '../corpus/corpus'
import { writeSparseZip } from '../support/zipWriter'

const BENIGN = join(__dirname, '..', 'fixtures', 'benign')
const SMALL = 1_000_000
const LARGE = 10_000_000_000

interface Item {
  readonly group:
    | 'must catch (dangerous)'
    | 'must not be clean'
    | 'ordinary'
    | 'trap'
    | 'third-party'
  readonly path: string
}

interface Scanned extends Item {
  readonly verdict: string
}

const folder = mkdtempSync(join(tmpdir(), 'model-registry-bench-scan-'))
let isMissed = false

function main(): void {
  const items = collect()
  const times: number[] = []
  const ours = items.map((item): Scanned => {
    const started = performance.now()
    const { verdict } = scanPathSync(item.path)
    if (statSync(item.path).isFile() && statSync(item.path).size < SMALL) {
      times.push(performance.now() - started)
    }
    return { ...item, verdict }
  })
  printTable([['ours', ours], ...others(items)])
  checkTargets(ours)
  times.sort((a, b) => a - b)
  check('median of a file below 1 MB', times[times.length >> 1] ?? NaN, 20)
  check('PyTorch checkpoint of 10 GB', timeCheckpoint(), 300)
}

function collect(): Item[] {
  const caught = corpusCases().map((item): Item => ({
    group: item.expected === 'dangerous' ? 'must catch (dangerous)' : 'must not be clean',
    path: writeCase(folder, item),
  }))
  const listed = JSON.parse(readFileSync(join(BENIGN, 'index.json'), 'utf8')) as {
    readonly file: string
    readonly kind: 'ordinary' | 'trap' | 'third-party'
  }[]
  return [
    ...caught,
    ...listed.map(({ file, kind }): Item => ({ group: kind, path: join(BENIGN, file) })),
  ]
}

/** Verdicts of the other scanners, where there is a Python with them. */
function others(items: readonly Item[]): [string, Scanned[]][] {
  const python = process.env['MODEL_REGISTRY_PYTHON']
  if (python === undefined) return []
  const result = spawnSync(python, [join(__dirname, 'scanners.py')], {
    input: JSON.stringify(items.map(({ path }) => path)),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  if (result.status !== 0)
    throw new Error(`The other scanners failed: ${result.stderr.slice(-500)}`)
  const verdicts = JSON.parse(result.stdout) as Record<string, string[]>
  return Object.entries(verdicts).map(([name, list]) => [
    name,
    items.map((item, index) => ({ ...item, verdict: list[index] ?? 'none' })),
  ])
}

function printTable(scanners: readonly (readonly [string, readonly Scanned[]])[]): void {
  const groups = [...new Set(scanners[0]?.[1].map(({ group }) => group))]
  for (const group of groups) {
    console.log(`\n${group}`)
    for (const [name, results] of scanners) {
      const own = results.filter((item) => item.group === group)
      const count = (verdict: string): number =>
        own.filter((item) => item.verdict === verdict).length
      const dangerous = count('dangerous')
      const clean = count('clean')
      const none = count('none')
      const between = own.length - dangerous - clean - none
      console.log(
        `  ${name.padEnd(12)} ${String(dangerous).padStart(4)} dangerous  ${String(between).padStart(4)} in between  ${String(clean).padStart(4)} clean  ${String(none).padStart(4)} not looked at  of ${own.length}`,
      )
    }
  }
  console.log('')
}

function share(
  results: readonly Scanned[],
  group: Item['group'],
  verdicts: readonly Verdict[],
): number {
  const own = results.filter((item) => item.group === group)
  return own.filter(({ verdict }) => verdicts.some((one) => one === verdict)).length / own.length
}

function checkTargets(ours: readonly Scanned[]): void {
  const missed = 100 * (1 - share(ours, 'must catch (dangerous)', ['dangerous']))
  const unseen = 100 * share(ours, 'must not be clean', ['clean'])
  check('must be caught, and is not', missed, 0, '%')
  check('suspicious or damaged, and called clean', unseen, 0, '%')
  const benign = ours.filter(({ group }) => /^(?:ordinary|trap|third-party)$/.test(group))
  const wrong = benign.filter(({ verdict }) => verdict === 'dangerous').length / benign.length
  check('harmless, and called dangerous', 100 * wrong, 0, '%')
  check('ordinary, and not called clean', 100 * (1 - share(ours, 'ordinary', ['clean'])), 3, '%')
}

function check(what: string, value: number, limit: number, unit = 'ms'): void {
  const isKept = value <= limit
  isMissed ||= !isKept
  console.log(
    `${isKept ? ' ok ' : 'FAIL'}  ${what}: ${value.toFixed(1)} ${unit} (≤ ${limit} ${unit})`,
  )
}

/** A checkpoint of 40 tensors with 10 GB, whose numbers are a hole in a sparse file. */
function timeCheckpoint(): number {
  const path = join(folder, 'large.pt')
  const parts = 40
  writeSparseZip(
    path,
    [
      { name: 'model/data.pkl', data: storagePickle({ count: LARGE / parts / 4 }) },
      ...Array.from({ length: parts }, (_, index) => ({
        name: `model/data/${index}`,
        data: LARGE / parts,
      })),
      { name: 'model/version', data: '3\n' },
    ],
    { zip64: true },
  )
  const started = performance.now()
  const { verdict, findings } = scanPathSync(path)
  const elapsed = performance.now() - started
  if (verdict !== 'clean')
    throw new Error(`The checkpoint is ${verdict}: ${JSON.stringify(findings)}`)
  return elapsed
}

try {
  main()
} finally {
  rmSync(folder, { recursive: true, force: true })
}
process.exitCode = isMissed ? 1 : 0
