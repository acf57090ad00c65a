import Mocha from 'mocha'
import { RESULTS_FILE, writeResults } from './results'

/** Mocha's spec output, with the counts in a file besides; a test that passed only when it was tried again is named. */
export default class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options?: Mocha.MochaOptions) {
    super(runner, options)
    const failures: string[] = []
    const retried: string[] = []
    runner.on('retry', (test: Mocha.Test, error: Error) => {
      const line = lineOf(test, error)
      retried.push(line)
      Mocha.reporters.Base.consoleLog(`    tried again: ${line}`)
    })
    runner.on('fail', (test: Mocha.Runnable, error: Error) => failures.push(lineOf(test, error)))
    runner.once('end', () => {
      const file = process.env[RESULTS_FILE]
      if (!file) return
      const { passes, failures: failed, pending } = this.stats
      writeResults(file, { passed: passes, failed, skipped: pending, failures, retried })
    })
  }
}

function lineOf(test: Mocha.Runnable, error: Error): string {
  return `${test.fullTitle()} (${error.message.split('\n')[0]})`
}
