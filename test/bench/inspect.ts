// How long a look into large models takes, and how much memory: `npx tsx test/bench/inspect.ts`. With
// MODEL_REGISTRY_PYTHON the frameworks' own readers of headers run beside it. Ends with 1 where a budget is not kept.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildSync } from 'esbuild'
import type { LargeModel } from './largeModels'
import { writeLargeModels } from './largeModels'

/**
 * Runs of each: of times the shortest counts, and no more of it than the processor spent, since the machine does other
 * work too; of memory the middle one.
 */
const RUNS = 7
const MAX_BYTES = 20_000_000

interface Measured {
  readonly format: string
  readonly partial: boolean
  readonly tensors: number
  readonly milliseconds: number
  /** Milliseconds of all threads, garbage collection among them. */
  readonly processor: number
  readonly bytes: number
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

function repeat<T>(run: () => T): T[] {
  return Array.from({ length: RUNS }, run)
}

function inspectOnce(program: string, path: string): Measured {
  return JSON.parse(
    execFileSync(process.execPath, [program, path], { encoding: 'utf8' }),
  ) as Measured
}

/** Milliseconds that Python's library takes after its import, or why it was not measured. */
function askPython({ path, python }: LargeModel): string {
  if (!python) return 'has no reader of headers'
  const interpreter = process.env['MODEL_REGISTRY_PYTHON']
  if (!interpreter) return 'MODEL_REGISTRY_PYTHON is not set'
  const program = [
    'import sys, time',
    `import ${python.module}`,
    'path = sys.argv[1]',
    'start = time.perf_counter()',
    python.code,
    'print((time.perf_counter() - start) * 1000)',
  ].join('\n')
  try {
    const times = repeat(() =>
      Number(
        execFileSync(interpreter, ['-c', program, path], {
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'ignore'],
        }),
      ),
    )
    return `${Math.min(...times).toFixed(1)} ms`
  } catch {
    return `${python.module} is not there`
  }
}

function main(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'inspect-'))
  try {
    const program = join(folder, 'inspectOnce.cjs')
    buildSync({
      entryPoints: [join(__dirname, 'inspectOnce.ts')],
      bundle: true,
      platform: 'node',
      format: 'cjs',
      mainFields: ['module', 'main'],
      outfile: program,
      logLevel: 'error',
    })
    let isKept = true
    const rows = writeLargeModels(folder).map((model) => {
      const runs = repeat(() => inspectOnce(program, model.path))
      const milliseconds = Math.min(...runs.map((run) => Math.min(run.milliseconds, run.processor)))
      const bytes = median(runs.map((run) => run.bytes))
      const first = runs[0]
      const isWithin =
        milliseconds <= model.milliseconds && bytes <= MAX_BYTES && first?.partial === false
      isKept &&= isWithin
      return {
        model: model.name,
        format: first?.format,
        tensors: first?.tensors,
        time: `${milliseconds.toFixed(1)} ms`,
        'at most': `${model.milliseconds} ms`,
        memory: `${(bytes / 1e6).toFixed(1)} MB`,
        kept: isWithin,
        Python: askPython(model),
      }
    })
    console.table(rows)
    return isKept
  } finally {
    rmSync(folder, { recursive: true })
  }
}

process.exitCode = main() ? 0 : 1
