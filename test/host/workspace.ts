/** The sample workspace, copied: tests and the demo write into it. */
import { cp } from 'node:fs/promises'
import { join, resolve } from 'node:path'

/** The checkout, which is also the folder of the extension under development. */
export const PROJECT = resolve(__dirname, '../..')
/** Everything that runs leave behind: suites, screenshots, results. */
export const OUT = join(PROJECT, 'out')

/** Copies the sample workspace to `folder`/workspace. */
export async function copySampleWorkspace(folder: string): Promise<string> {
  const target = join(folder, 'workspace')
  await cp(join(PROJECT, 'test/fixtures/workspace'), target, { recursive: true })
  return target
}
