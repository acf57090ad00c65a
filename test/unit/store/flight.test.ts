import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ModelsFolder } from '../../../src/base/modelsFolder'
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
    const scope = {
      withLock: async (_model: string, run: () => Promise<void>) => {
        await run()
        return true
      },
      named: async () => [],
    }
    await Promise.all(Array.from({ length: 8 }, () => recoverFlights(models, scope)))
    assert.deepEqual(readdirSync(models.temporary), [])
  })
})
