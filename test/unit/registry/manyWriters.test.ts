import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { ModelRegistry } from '../../../src/index'
import type { WriterOrder, WriterReport } from '../../support/registryWorker'
import { createTempFolder, removeFolder } from '../../support/tempFolder'
import { Worker } from '../../support/workers'

const WRITERS = 8
const STEPS = process.env['SOAK'] ? 500 : 12

describe('many processes that write to one registry', () => {
  it('lose nothing that any of them was told is done', async () => {
    const folder = await createTempFolder('many')
    const root = join(folder, '.models')
    const workers = await Promise.all(
      Array.from({ length: WRITERS }, () =>
        Worker.start<WriterOrder, WriterReport>(join(__dirname, '../../support/registryWorker.ts')),
      ),
    )
    try {
      const reports = await Promise.all(
        workers.map((worker, writer) => worker.ask({ root, writer, steps: STEPS })),
      )
      assert.deepEqual(
        reports.flatMap(({ errors }) => errors),
        [],
      )
      const registry = await ModelRegistry.open({ root })
      assert.deepEqual(registry.listBroken(), [])
      const registered = reports.flatMap((report) => report.registered)
      assert.equal(new Set(registered).size, registered.length, 'no version was given twice')
      const found = registry
        .listModels()
        .flatMap(({ versions }) => versions.map(({ fullName }) => fullName))
      assert.deepEqual(found.sort(), [...registered].sort())
      for (const [reference, tag] of reports.flatMap(({ tagged }) => tagged))
        assert.equal(registry.resolve(reference)?.tags[tag], 'x', `${reference} ${tag}`)
      for (const { name, versions } of registry.listModels()) {
        assert.ok(versions.filter(({ stage }) => stage === 'production').length <= 1, name)
        for (const { version } of versions) assert.ok(await registry.loadArtifact(name, version))
      }
      assert.equal(
        registry.history().length,
        reports.reduce((sum, { entries }) => sum + entries, 0),
      )
      assert.deepEqual(
        (await registry.verify()).results.filter(({ status }) => status !== 'ok'),
        [],
      )
      registry.dispose()
      assert.deepEqual(await readdir(join(root, '.lock')), [])
      assert.deepEqual(await readdir(join(root, '.tmp')), [])
    } finally {
      for (const worker of workers) await worker.kill()
      await removeFolder(folder)
    }
  }).timeout(1_800_000)
})
