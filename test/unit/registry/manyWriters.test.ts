import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { ModelRegistry } from '../../../src/index'
import type { VersionRecord } from '../../../src/registry/model'
import { checkClean, checkInvariants } from '../../faults/checker'
import { seededRandom } from '../../support/random'
import type { WriterNews, WriterOrder, WriterReport } from '../../support/registryWorker'
import { createTempFolder, removeFolder } from '../../support/tempFolder'
import { Worker } from '../../support/workers'

const WRITERS = 8
const STEPS = process.env['SOAK'] ? 500 : 12
/** Of each writer, one after the other. */
const LIVES = process.env['SOAK'] ? 60 : 2
const WORKER = join(__dirname, '../../support/registryWorker.ts')

describe('many processes that write to one registry', () => {
  it('lose nothing that any of them was told is done', async () => {
    const folder = await createTempFolder('many')
    const root = join(folder, '.models')
    const workers = await Promise.all(
      Array.from({ length: WRITERS }, () => Worker.start<WriterOrder, WriterReport>(WORKER)),
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
        registry.history().filter(({ action }) => action !== 'transition').length,
        reports.reduce((sum, { entries }) => sum + entries, 0),
      )
      checkOrder(registry)
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

  it('lose nothing that any of them was told is done, though they are killed at random', async () => {
    const folder = await createTempFolder('killed')
    const root = join(folder, '.models')
    const random = seededRandom(7)
    const news: WriterNews[] = []
    let writers = 0
    /** Lives until it has told of so many steps, and is killed in the middle of a later one. */
    const live = async (): Promise<void> => {
      const worker = await Worker.start<WriterOrder, WriterReport>(WORKER)
      const told = 2 + Math.floor(random() * 8)
      const delay = random() * 20
      const writer = writers++
      await new Promise<void>((resolve) => {
        let count = 0
        worker.child.on('message', (message) => {
          news.push(message as WriterNews)
          if (++count === told) setTimeout(resolve, delay)
        })
        worker.child.send({ root, writer, steps: 1000, tells: true } satisfies WriterOrder)
      })
      await worker.kill()
    }
    try {
      await Promise.all(
        Array.from({ length: WRITERS }, async () => {
          for (let life = 0; life < LIVES; life++) await live()
        }),
      )
      assert.deepEqual(
        news.flatMap(({ error }) => error ?? []),
        [],
      )
      checkInvariants(root)
      const registry = await ModelRegistry.open({ root, actor: 'who comes after' })
      const { fullName } = await registry.register({ name: 'shared', artifact: Buffer.from('end') })
      assert.deepEqual(registry.listBroken(), [])
      // A version that its owner was about to bring back when it was killed is in the trash.
      const found = new Map<string, VersionRecord>()
      for (const { versions } of registry.listModels()) {
        for (const version of versions) found.set(version.fullName, version)
      }
      for (const { model, record } of registry.listTrash()) {
        found.set(`${model}:${record.version}`, record)
      }
      for (const { registered, tagged } of news) {
        if (registered !== undefined) assert.ok(found.has(registered), registered)
        if (tagged) assert.equal(found.get(tagged[0])?.tags[tagged[1]], 'x', tagged.join(' '))
      }
      assert.ok(found.has(fullName))
      checkOrder(registry)
      // Of whom nobody wanted a lock since, one may still lie there: it is broken when somebody does.
      for (const { name, latestVersion } of registry.listModels()) {
        if (latestVersion)
          await registry.updateVersion(name, latestVersion.version, { tags: { a: 'b' } })
      }
      checkInvariants(root)
      checkClean(root)
      registry.dispose()
    } finally {
      await removeFolder(folder)
    }
  }).timeout(1_800_000)
})

/** Every entry once, and each model's in the order of their ids, which is the order in which they were written. */
function checkOrder(registry: ModelRegistry): void {
  for (const { name, history } of registry.listModels()) {
    const times = history.map(({ at }) => at)
    assert.deepEqual(times, [...times].sort(), name)
    assert.equal(new Set(history.map(({ id }) => id)).size, history.length, name)
  }
}
