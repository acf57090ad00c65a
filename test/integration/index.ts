/** What VS Code runs: every suite beside this file, in mocha, inside the extension host. */
import { appendFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { format } from 'node:util'
import Mocha from 'mocha'
import CountingReporter from '../support/countingReporter'
import { OUTPUT_FILE } from '../support/results'

/** Resolves when all suites passed, rejects otherwise: VS Code turns that into its exit code. */
export async function run(): Promise<void> {
  const output = process.env[OUTPUT_FILE]
  if (output)
    Mocha.reporters.Base.consoleLog = (...args: unknown[]) =>
      appendFileSync(output, `${format(...args)}\n`)
  const mocha = new Mocha({
    ui: 'bdd',
    reporter: CountingReporter,
    timeout: 60_000,
    retries: Number(process.env['MODEL_REGISTRY_TEST_RETRIES'] ?? 1),
    failZero: true,
    forbidOnly: Boolean(process.env['CI']),
    grep: process.env['MODEL_REGISTRY_TEST_GREP'] || undefined,
  })
  for (const name of readdirSync(__dirname, { recursive: true, encoding: 'utf8' }).sort())
    if (name.endsWith('.test.js')) mocha.addFile(join(__dirname, name))
  const failures = await new Promise<number>((resolve) => mocha.run(resolve))
  if (failures > 0) throw new Error(`${failures} failed`)
}
