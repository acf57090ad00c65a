import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { commandLauncher, shellLauncher } from '../../../src/extension/terminal'
import { createTempFolder, removeFolder } from '../../support/tempFolder'

describe('the launcher of the command line', () => {
  let folder: string
  beforeEach(async () => {
    folder = await createTempFolder('launcher')
  })
  afterEach(() => removeFolder(folder))

  it('passes arguments and exit code on, from any path', async function () {
    if (process.platform === 'win32') this.skip()
    const odd = join(folder, `it's "odd" $HOME \`x\``)
    await mkdir(odd)
    const cli = join(odd, 'cli.js')
    await writeFile(
      cli,
      'console.log(JSON.stringify([process.env.ELECTRON_RUN_AS_NODE, ...process.argv.slice(2)])); process.exitCode = 3',
    )
    const launcher = join(odd, 'model-registry')
    await writeFile(launcher, shellLauncher(process.execPath, cli))
    await chmod(launcher, 0o755)
    const run = promisify(execFile)(launcher, ['list', 'a b', '$HOME', ''])
    await assert.rejects(run, ({ code, stdout }: { code: number; stdout: string }) => {
      assert.deepEqual([code, JSON.parse(stdout)], [3, ['1', 'list', 'a b', '$HOME', '']])
      return true
    })
  })

  it('keeps percent signs from being variables on Windows', () => {
    const text = commandLauncher(String.raw`C:\100% Node\node.exe`, String.raw`C:\x\cli.js`)
    assert.ok(text.includes(String.raw`"C:\100%% Node\node.exe" "C:\x\cli.js" %*`), text)
    assert.ok(text.split('\n').every((line) => line === '' || line.endsWith('\r')))
  })
})
