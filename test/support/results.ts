/** How a mocha run tells its counts to whoever started it: a file, since processes and hosts lie between. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** Where the reporter writes, if anywhere. */
export const RESULTS_FILE = 'MODEL_REGISTRY_TEST_RESULTS'
/** Where a run inside VS Code writes its text; its own output ends in VS Code's logs. */
export const OUTPUT_FILE = 'MODEL_REGISTRY_TEST_OUTPUT'

export interface Results {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  /** The full titles of the tests that failed, each with the first line of what it said. */
  readonly failures: readonly string[]
  /** The same of tests that passed only when they were tried again. */
  readonly retried: readonly string[]
}

export function writeResults(file: string, results: Results): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, JSON.stringify(results))
}

/** The counts of a run that ended, and no file any more; `undefined` when it never came to its end. */
export function takeResults(file: string): Results | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Results
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  } finally {
    rmSync(file, { force: true })
  }
}
