import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { installMergeDriver, refreshMergeLauncher } from '../../src/mergeDriver'
import { createTempFolder, removeFolder } from '../support/tempFolder'

describe('the launcher of the merge driver', () => {
  let folder: string
  let program: string
  const isRelease = (path: string): boolean => path.includes('/model-registry-')

  beforeEach(async () => {
    folder = await createTempFolder('driver')
    await promisify(execFile)('git', ['init', '--quiet', folder])
    program = await release('0.1.0')
  })
  afterEach(() => removeFolder(folder))

  /** A program that says its own version and what it was called with. */
  async function release(version: string): Promise<string> {
    const path = join(folder, `it's/model-registry-${version}/cli.js`)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, `console.log(${JSON.stringify(version)}, ...process.argv.slice(2))`)
    return path
  }

  const install = async (path: string): Promise<string> =>
    (await installMergeDriver(folder, folder, [process.execPath, path])).launcher
  const refresh = (path: string): Promise<boolean> =>
    refreshMergeLauncher(folder, [process.execPath, path], isRelease)
  const run = async (launcher: string): Promise<string> =>
    (await promisify(execFile)(launcher, ['%O'])).stdout.trim()

  it('is what git calls', async () => {
    const launcher = await install(program)
    const { stdout } = await promisify(execFile)('git', ['config', 'merge.model-registry.driver'], {
      cwd: folder,
    })
    assert.equal(stdout.trim(), `"${launcher}" %O %A %B %P`)
    assert.equal(await run(launcher), '0.1.0 merge %O')
  })

  it('starts the release that is installed now', async () => {
    const launcher = await install(program)
    assert.equal(await refresh(await release('0.2.0')), true)
    assert.equal(await run(launcher), '0.2.0 merge %O')
    assert.equal((await stat(launcher)).mode & 0o111, 0o111)
  })

  it('is left alone where it is right', async () => {
    await install(program)
    assert.equal(await refresh(program), false)
  })

  it('is left alone where it starts another program that is there', async () => {
    const other = join(folder, 'own-build/cli.js')
    await mkdir(dirname(other))
    await writeFile(other, `console.log('own')`)
    const launcher = await install(other)
    assert.equal(await refresh(program), false)
    assert.equal(await run(launcher), 'own')
  })

  it('starts this program where the one it started is gone', async () => {
    const launcher = await install(join(folder, 'gone/cli.js'))
    assert.equal(await refresh(program), true)
    assert.equal(await run(launcher), '0.1.0 merge %O')
  })

  it('is not made where nobody asked for it', async () => {
    assert.equal(await refresh(program), false)
    await assert.rejects(stat(join(folder, 'model-registry')))
  })

  it('is left alone where somebody wrote another one in its place', async () => {
    const launcher = await install(program)
    await writeFile(launcher, '#!/bin/sh\nexit 1\n')
    await chmod(launcher, 0o755)
    assert.equal(await refresh(await release('0.2.0')), false)
    assert.equal(await readFile(launcher, 'utf8'), '#!/bin/sh\nexit 1\n')
  })
})
