/** `npm run test:integration`: the suites of test/integration in a real VS Code, on a copy of the sample workspace. */
import { join } from 'node:path'
import { RESULTS_FILE } from '../support/results'
import { createTempFolder, removeFolder } from '../support/tempFolder'
import { runSuites } from './host'
import { OUT, PROJECT, copySampleWorkspace } from './workspace'

async function main(): Promise<void> {
  const folder = await createTempFolder('suites')
  try {
    process.exitCode = await runSuites({
      extension: PROJECT,
      tests: join(OUT, 'integration/index.js'),
      workspace: await copySampleWorkspace(folder),
      env: passedOn([RESULTS_FILE, 'MODEL_REGISTRY_TEST_GREP', 'CI']),
    })
  } finally {
    await removeFolder(folder)
  }
}

function passedOn(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

void main()
