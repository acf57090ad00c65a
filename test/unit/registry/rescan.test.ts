import assert from 'node:assert/strict'
import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ModelsFolder } from '../../../src/base/modelsFolder'
import { MemoryDocuments } from '../../../src/database/memoryDocuments'
import { MemoryUndoLog } from '../../../src/database/undoLog'
import { Registry } from '../../../src/registry/registry'
import type { ScanReport } from '../../../src/registry/scan'
import { FileModelStore } from '../../../src/store/fileStore'
import { MemorySideFiles } from '../../../src/store/sideFiles'
import { createTempFolder } from '../../support/tempFolder'

const CLEAN: ScanReport = { verdict: 'clean', findings: [], rules: '1' }
const DANGEROUS: ScanReport = {
  verdict: 'dangerous',
  findings: [{ rule: 'x', severity: 'critical', message: 'It calls os.system.' }],
  rules: '2',
}

/** A registry on disk whose scanner says what `verdicts` has, one after the other; the paths that it looked at. */
async function open(...reports: ScanReport[]) {
  const root = join(await createTempFolder(), '.models')
  const looked: string[] = []
  const registry = new Registry({
    documents: new MemoryDocuments(() => undefined),
    store: new FileModelStore(new ModelsFolder(root)),
    undoLog: new MemoryUndoLog(),
    sideFiles: new MemorySideFiles(),
    scanner: async (path) => {
      looked.push(path)
      return reports[looked.length - 1] ?? CLEAN
    },
    scanPolicy: 'block',
    clock: () => new Date('2026-01-31T12:00:00.000Z'),
    actor: 'Ada',
    via: 'api',
    readOnly: false,
    parallelism: 1,
    retentionDays: 30,
    onWarning: () => undefined,
  })
  const add = (bytes = 'weights') =>
    registry.register({ name: 'churn', version: '1.0.0', artifact: Buffer.from(bytes) })
  return { root, registry, looked, add }
}

describe('a version that is scanned again', () => {
  it('has the new verdict, of the stored artifact, and an entry in its history', async () => {
    const { root, registry, looked, add } = await open(CLEAN, DANGEROUS)
    const before = await add()
    const after = await registry.rescan('churn', '1.0.0')
    assert.equal(looked[1], join(root, 'churn/1.0.0/model.bin'))
    assert.deepEqual(after.scan, {
      ...DANGEROUS,
      sha256: before.artifact?.sha256,
      at: '2026-01-31T12:00:00.000Z',
    })
    const [entry] = registry.history('churn')
    assert.deepEqual([entry?.action, entry?.version, entry?.actor], ['update', '1.0.0', 'Ada'])
    // What the scan found counts from now on.
    await assert.rejects(registry.transitionStage('churn', '1.0.0', 'staging'), { code: 'unsafe' })
  })

  it('is verified first: other content gives no verdict to what was registered', async () => {
    const { root, registry, looked, add } = await open()
    const before = await add()
    const path = join(root, 'churn/1.0.0/model.bin')
    await chmod(path, 0o644)
    await writeFile(path, 'WEIGHTS')
    await assert.rejects(registry.rescan('churn', '1.0.0'), { code: 'corrupt' })
    assert.equal(looked.length, 1)
    assert.deepEqual(registry.getVersion('churn', '1.0.0')?.scan, before.scan)
    assert.equal(registry.history('churn').length, 1)
  })

  it('must have something to scan, and must be there', async () => {
    const { registry } = await open()
    await registry.register({ name: 'churn', version: '1.0.0' })
    await assert.rejects(registry.rescan('churn', '1.0.0'), { code: 'invalid' })
    await assert.rejects(registry.rescan('churn', '2.0.0'), { code: 'notFound' })
    await assert.rejects(registry.rescan('none', '1.0.0'), { code: 'notFound' })
  })
})

describe('the version before another', () => {
  it('is the newest of those that were there, in the order of the document where times are equal', async () => {
    const { registry } = await open()
    for (const version of ['1.0.0', '1.1.0', '1.2.0'])
      await registry.register({ name: 'churn', version })
    const model = registry.getModel('churn')
    const before = (version: string) => {
      const found = model?.getVersion(version)
      return found && model?.previousVersion(found)?.version
    }
    assert.deepEqual(['1.0.0', '1.1.0', '1.2.0'].map(before), [undefined, '1.0.0', '1.1.0'])
    // One that is about to be added comes after all of its time.
    const added = { id: 'new', createdAt: '2026-01-31T12:00:00.000Z' }
    assert.equal(model?.previousVersion(added)?.version, '1.2.0')
  })
})
