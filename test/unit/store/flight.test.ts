import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ModelsFolder } from '../../../src/base/modelsFolder'
import { FileModelStore } from '../../../src/store/fileStore'
import { recoverFlights } from '../../../src/store/flight'
import { createTempFolder, removeFolder } from '../../support/tempFolder'

/** Names as a process gives them that is gone by now. */
function namesOfDead(count: number): string[] {
  const script = `import { flightName } from './src/base/processOwner'
    for (let index = 0; index < ${count}; index++) console.log(flightName())`
  return execFileSync(process.execPath, ['--import', 'tsx', '-e', script], { encoding: 'utf8' })
    .trim()
    .split('\n')
}

/** Locks that are free, and documents that name nothing. */
const SCOPE = {
  withLock: async (_model: string, run: () => Promise<void>) => {
    await run()
    return true
  },
  named: async (): Promise<string[]> => [],
}

/** A process that brings bytes into the place of a version and is killed before a document names it. */
function dieAfterLanding(root: string, bytes: string): void {
  const script = `import { ModelsFolder } from './src/base/modelsFolder'
    import { FileModelStore } from './src/store/fileStore'
    const store = new FileModelStore(new ModelsFolder(${JSON.stringify(root)}))
    const source = { bytes: Buffer.from(${JSON.stringify(bytes)}), name: 'model.bin' }
    void store.stage({ source }).then(async (staged) => {
      await staged.commit('churn', '1.0.0')
      process.kill(process.pid, 'SIGKILL')
    })`
  const { signal } = spawnSync(process.execPath, ['--import', 'tsx', '-e', script])
  assert.equal(signal, 'SIGKILL')
}

describe('what dead owners left', () => {
  let folder: string
  beforeEach(async () => {
    folder = await createTempFolder('flights')
  })
  afterEach(() => removeFolder(folder))

  it('is cleared by several writers at once, and none fails for what another was faster at', async () => {
    const models = new ModelsFolder(join(folder, '.models'))
    await models.prepare()
    for (const [index, name] of namesOfDead(300).entries()) {
      const path = join(models.temporary, index % 2 === 0 ? `${name}.json` : name)
      if (index % 2 === 0) {
        writeFileSync(path, '{}')
      } else {
        mkdirSync(path)
        writeFileSync(join(path, 'part0'), 'bytes')
      }
    }
    await Promise.all(Array.from({ length: 8 }, () => recoverFlights(models, SCOPE)))
    assert.deepEqual(readdirSync(models.temporary), [])
  })

  it('in the place of a version is no obstacle to who comes next, not even to who began before', async () => {
    const root = join(folder, '.models')
    const models = new ModelsFolder(root)
    const store = new FileModelStore(models)
    const staged = await store.stage({ source: { bytes: Buffer.from('ours'), name: 'model.bin' } })
    dieAfterLanding(root, 'of somebody who died')
    const place = join(root, 'churn/1.0.0/model.bin')
    assert.equal(readFileSync(place, 'utf8'), 'of somebody who died')
    const { uri } = await staged.commit('churn', '1.0.0')
    await staged.keep()
    assert.equal(uri, 'churn/1.0.0/model.bin')
    assert.equal(readFileSync(place, 'utf8'), 'ours')
    await recoverFlights(models, { ...SCOPE, named: async () => [uri] })
    assert.equal(readFileSync(place, 'utf8'), 'ours')
    assert.deepEqual(readdirSync(models.temporary), [])
  })

  it('is told apart from what nobody knows anything of, which stays', async () => {
    const models = new ModelsFolder(join(folder, '.models'))
    const staged = await new FileModelStore(models).stage({
      source: { bytes: Buffer.from('ours'), name: 'model.bin' },
    })
    const place = models.join('churn/1.0.0')
    mkdirSync(place, { recursive: true })
    writeFileSync(join(place, 'model.bin'), 'theirs')
    await assert.rejects(staged.commit('churn', '1.0.0'), { code: 'conflict' })
    assert.equal(readFileSync(join(place, 'model.bin'), 'utf8'), 'theirs')
  })
})
