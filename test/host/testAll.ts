/** `npm test`: every check there is, one after the other, and one line with the sum. */
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { RESULTS_FILE, takeResults, type Results } from '../support/results'
import { OUT, PROJECT } from './workspace'

/** npm scripts, in the order in which a failure tells most. */
const STEPS = ['build', 'check', 'test:unit', 'test:integration', 'test:ui', 'test:package']

function main(): void {
  rmSync(join(OUT, 'results'), { recursive: true, force: true })
  const rows = STEPS.map((step) => ({ step, ...runStep(step) }))
  console.log('\n')
  for (const { step, passed, failed, skipped, seconds } of rows)
    console.log(
      `${step.padEnd(18)}${String(passed).padStart(6)} passed${String(failed).padStart(5)} failed` +
        `${skipped > 0 ? `${String(skipped).padStart(5)} skipped` : ''}   ${seconds} s`,
    )
  // A long run is read from its end: what failed stands there by name.
  for (const { step, failures, retried } of rows) {
    for (const line of retried) console.log(`\ntried again in ${step}: ${line}`)
    for (const line of failures) console.log(`\nFAILED in ${step}: ${line}`)
  }
  const sum = (count: 'passed' | 'failed'): number =>
    rows.reduce((total, row) => total + row[count], 0)
  console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`)
  process.exitCode = sum('failed') > 0 ? 1 : 0
}

function runStep(step: string): Results & { readonly seconds: number } {
  console.log(`\n── npm run ${step}`)
  const file = join(OUT, 'results', `${step.replace(':', '-')}.json`)
  const started = Date.now()
  const { status } = spawnSync('npm', ['run', '--silent', step], {
    cwd: PROJECT,
    env: { ...process.env, [RESULTS_FILE]: file },
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  })
  const seconds = Math.round((Date.now() - started) / 1000)
  return { ...counted(takeResults(file), status === 0), seconds }
}

/** A step without tests of its own counts as one, and so does one that broke outside of its tests. */
function counted(results: Results | undefined, succeeded: boolean): Results {
  const known = results ?? { passed: 0, failed: 0, skipped: 0, failures: [], retried: [] }
  if (succeeded && known.failed === 0) return { ...known, passed: results ? known.passed : 1 }
  const failures =
    known.failures.length > 0 ? known.failures : ['the step itself, as its output above says']
  return { ...known, failed: Math.max(known.failed, 1), failures }
}

main()
