import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { chmod, mkdir, readdir, stat, truncate, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import {
  buildCli,
  CLI,
  cliEnvironment,
  finished,
  parseAnswer,
  runCli,
  startCli,
} from '../../support/cli'
import { eventually } from '../../support/eventually'
import { createTempFolder, removeFolder } from '../../support/tempFolder'

/** Sparse, so it costs nothing to make; the copy is real and takes long enough to be interrupted. */
const LARGE = 3 * 1024 ** 3

describe('the CLI as a process', () => {
  let folder: string
  before(buildCli)
  beforeEach(async () => {
    folder = await createTempFolder('proc')
    await writeFile(join(folder, 'model.bin'), 'weights')
  })
  afterEach(() => removeFolder(folder))

  async function large(): Promise<void> {
    await writeFile(join(folder, 'large.bin'), '')
    await truncate(join(folder, 'large.bin'), LARGE)
  }

  /** Until the copy has begun. */
  const copying = () =>
    eventually(async () => {
      const [flight = 'none'] = await readdir(join(folder, '.models/.tmp'))
      const copy = join(folder, '.models/.tmp', flight, 'part0/large.bin')
      assert.ok((await stat(copy)).size > 0)
    })

  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    it(`cancels a registration at ${signal} and leaves nothing`, async function () {
      if (process.platform === 'win32') this.skip()
      await large()
      const child = startCli(['register', 'large.bin', '--name', 'large', '--json'], {
        cwd: folder,
      })
      const outcome = finished(child)
      await copying()
      child.kill(signal)
      const ended = await outcome
      const { error } = parseAnswer(ended) as { error: { code: string } }
      assert.deepEqual([ended.code, error.code], [3, 'cancelled'])
      assert.deepEqual(await readdir(folder), ['large.bin', 'model.bin'])
    }).timeout(60_000)

  it('clears up at the next change what a killed one left', async () => {
    await large()
    assert.equal(
      (await runCli(['register', 'model.bin', '--name', 'first'], { cwd: folder })).code,
      0,
    )
    const child = startCli(['register', 'large.bin', '--name', 'large'], { cwd: folder })
    const outcome = finished(child)
    await copying()
    child.kill('SIGKILL')
    assert.equal((await outcome).signal, 'SIGKILL')
    const left = await readdir(join(folder, '.models/.tmp'))
    assert.equal(left.length, 1)
    const read = await runCli(['list', '--json'], { cwd: folder })
    assert.equal((parseAnswer(read) as unknown[]).length, 1)
    assert.deepEqual(await readdir(join(folder, '.models/.tmp')), left, 'readers remove nothing')
    const next = await runCli(['transition', 'first:1.0.0', 'staging'], { cwd: folder })
    assert.equal(next.code, 0)
    assert.deepEqual(await readdir(join(folder, '.models/.tmp')), [])
  }).timeout(60_000)

  it('registers from a Python training script', async function () {
    if (spawnSync('python3', ['--version']).status !== 0) this.skip()
    const bin = join(folder, 'bin')
    await mkdir(bin)
    await writeFile(
      join(bin, 'model-registry'),
      `#!/bin/sh\nexec "${process.execPath}" "${CLI}" "$@"\n`,
    )
    await chmod(join(bin, 'model-registry'), 0o755)
    const environment = cliEnvironment(folder)
    const script = spawn('python3', [join(__dirname, 'train.py')], {
      cwd: folder,
      env: { ...environment, PATH: bin + delimiter + (environment['PATH'] ?? '') },
    })
    const { code, stdout, stderr } = await finished(script)
    assert.deepEqual([code, stdout, stderr], [0, 'digits:1.0.0\n', ''])
  })

  it('keeps every change of several processes that write at once', async () => {
    const names = Array.from({ length: 6 }, (_, index) => `tag${index}`)
    await runCli(['register', 'model.bin', '--name', 'shared'], { cwd: folder })
    const outcomes = await Promise.all(
      names.flatMap((name) => [
        runCli(['update', 'shared:1.0.0', '--tag', `${name}=yes`], { cwd: folder }),
        runCli(['register', 'model.bin', '--name', 'shared'], { cwd: folder }),
      ]),
    )
    assert.deepEqual(
      outcomes.filter(({ code }) => code !== 0),
      [],
    )
    const list = parseAnswer(await runCli(['list', '--json'], { cwd: folder })) as {
      versions: { version: string; tags: Record<string, string> }[]
    }[]
    assert.deepEqual(Object.keys(list[0]?.versions[0]?.tags ?? {}).sort(), names)
    assert.deepEqual(
      list[0]?.versions.map(({ version }) => version),
      ['1.0.0', '1.0.1', '1.0.2', '1.0.3', '1.0.4', '1.0.5', '1.0.6'],
    )
  })
})
