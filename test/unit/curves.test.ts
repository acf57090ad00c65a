import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ModelRegistry } from '../../src/app'
import { writeSeries } from '../../src/harvest/series'
import { readCurves } from '../../src/origin'
import { createTempFolder, removeFolder } from '../support/tempFolder'

describe('the learning curves of a version', () => {
  let folder: string
  let registry: ModelRegistry
  beforeEach(async () => {
    folder = await createTempFolder('curves')
    registry = await ModelRegistry.open({ root: join(folder, '.models'), actor: 'ada' })
  })
  afterEach(async () => {
    registry.dispose()
    await removeFolder(folder)
  })

  it('are read as they were registered, whatever they are named, and after a rename', async () => {
    const series = ['loss', '__proto__'].map((name) => ({
      name,
      file: 'log.csv',
      steps: [0, 5, 10],
      values: [3, 2, 1],
    }))
    const side = { 'curves.json': writeSeries(series) }
    const version = await registry.register({ name: 'churn', version: '1.0.0', side })
    const points = [
      { step: 0, value: 3 },
      { step: 5, value: 2 },
      { step: 10, value: 1 },
    ]
    const read = await readCurves(registry, version)
    assert.equal(read?.reference, 'churn:1.0.0')
    assert.deepEqual(Object.entries(read.curves), [
      ['loss', points],
      ['__proto__', points],
    ])
    await registry.renameModel('churn', 'leaving')
    const renamed = registry.getVersion('leaving', '1.0.0')
    assert.ok(renamed)
    assert.deepEqual((await readCurves(registry, renamed))?.curves['loss'], points)
  })

  it('are none where the version has none, and a sentence where they are damaged', async () => {
    const version = await registry.register({ name: 'churn', version: '1.0.0' })
    assert.equal(await readCurves(registry, version), undefined)
    const damaged = await registry.register({
      name: 'churn',
      version: '1.1.0',
      side: { 'curves.json': new TextEncoder().encode('{}') },
    })
    await writeFile(join(folder, '.models/.side/churn/1.1.0/curves.json'), '{"series":')
    await assert.rejects(readCurves(registry, damaged), {
      code: 'corrupt',
      message: /learning curves is damaged/,
    })
  })
})
