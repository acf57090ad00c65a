/** One function that runs suites in a real VS Code, in whichever lane this machine has. */
import { existsSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { createTempFolder, removeFolder } from '../support/tempFolder'
import { OUTPUT_FILE } from '../support/results'
import { runInBrowser } from './browserLane'
import { findDesktop, runInDesktop, type SuiteRun } from './desktop'

/** Forces a lane: `desktop` or `browser`. */
const LANE = 'MODEL_REGISTRY_TEST_LANE'

/** Runs the suites of a module, prints the lane and what mocha prints, and resolves with the exit code. */
export async function runSuites(
  suites: Pick<SuiteRun, 'extension' | 'tests' | 'workspace'> & {
    readonly env?: Readonly<Record<string, string>>
  },
): Promise<number> {
  const folder = await createTempFolder('host')
  const output = join(folder, 'output.txt')
  const printed = printAsWritten(output)
  try {
    const env = { ...suites.env, [OUTPUT_FILE]: output }
    const run = { ...suites, dataFolder: join(folder, 'data'), env }
    const desktop = await chooseDesktop()
    return desktop === undefined ? await runInBrowser(run) : await runInDesktop(desktop, run)
  } finally {
    await printed.stop()
    await removeFolder(folder)
  }
}

/** The program of a desktop VS Code; `undefined` means the browser lane. */
async function chooseDesktop(): Promise<string | undefined> {
  const forced = process.env[LANE]
  const desktop = forced === 'browser' ? { reason: `${LANE} says so` } : await findDesktop()
  if ('executable' in desktop) {
    console.log(`Lane: desktop VS Code (${desktop.executable})`)
    return desktop.executable
  }
  if (forced === 'desktop') throw new Error(`No desktop VS Code: ${desktop.reason}.`)
  console.log(`Lane: VS Code's server in Chromium (no desktop VS Code: ${desktop.reason})`)
  return undefined
}

/** Copies a file that grows to stdout, so that a run can be followed. */
function printAsWritten(path: string): { stop(): Promise<void> } {
  let position = 0
  let busy = Promise.resolve()
  const copy = async (): Promise<void> => {
    if (!existsSync(path)) return
    const file = await open(path)
    try {
      const { size } = await file.stat()
      const { buffer, bytesRead } = await file.read(
        Buffer.alloc(size - position),
        0,
        undefined,
        position,
      )
      position += bytesRead
      process.stdout.write(buffer.subarray(0, bytesRead))
    } finally {
      await file.close()
    }
  }
  const next = (): Promise<void> => (busy = busy.then(copy))
  const timer = setInterval(() => void next(), 300)
  return {
    stop: async () => {
      clearInterval(timer)
      await next()
    },
  }
}
