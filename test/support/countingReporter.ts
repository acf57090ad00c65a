import Mocha from 'mocha'
import { RESULTS_FILE, writeResults } from './results'

/** Mocha's spec output, with the counts in a file besides; a test that passed only when it was tried again is named. */
export default class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options?: Mocha.MochaOptions) {
    super(runner, options)
    runner.on('retry', (test: Mocha.Test, error: Error) => {
      Mocha.reporters.Base.consoleLog(
        `    tried again: ${test.fullTitle()} (${error.message.split('\n')[0]})`,
      )
    })
    runner.once('end', () => {
      const file = process.env[RESULTS_FILE]
      if (!file) return
      const { passes, failures, pending } = this.stats
      writeResults(file, { passed: passes, failed: failures, skipped: pending })
    })
  }
}
