/** `npm run test:integration`: the suites of test/integration in a real VS Code, on a copy of the sample workspace. */
import { writeFile } from 'node:fs/promises'
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
      workspace: await oneFolderWorkspace(await copySampleWorkspace(folder)),
      env: passedOn([
        RESULTS_FILE,
        'MODEL_REGISTRY_TEST_GREP',
        'MODEL_REGISTRY_TEST_RETRIES',
        'CI',
      ]),
    })
  } finally {
    await removeFolder(folder)
  }
}

/** A workspace file: a window that opened a bare folder restarts its extension host when a second one is added. */
async function oneFolderWorkspace(folder: string): Promise<string> {
  const path = `${folder}.code-workspace`
  await writeFile(path, JSON.stringify({ folders: [{ path: folder }] }))
  return path
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
