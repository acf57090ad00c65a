import assert from 'node:assert/strict'
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../../src/base/errors'
import { LARGE_BYTES } from '../../../src/database/documentFile'
import { printDocument, printInSteps } from '../../../src/database/documentText'
import { ModelRegistry } from '../../../src/index'
import { createTempFolder, removeFolder } from '../../support/tempFolder'
import { document, entry, record } from '../registry/builders'

const COUNT = 3000
const id = (index: number): string => `01JABCDEFGHJKMNPQRST${String(index).padStart(6, '0')}`

/** Larger than what is parsed in the host's own thread; with characters of several bytes, and a trash. */
const large = document({
  versions: Array.from({ length: COUNT }, (_, index) =>
    record({ id: id(index), version: `1.0.${index}`, description: `größer ${'x'.repeat(200)}` }),
  ),
  trash: [
    {
      ...record({ id: id(COUNT), version: '0.1.0' }),
      deletedAt: '2026-01-02T00:00:00.000Z',
      deletedBy: 'ada',
    },
  ],
  history: Array.from({ length: COUNT }, (_, index) =>
    entry({ id: id(index), at: '2026-01-01T00:00:00.000Z', action: 'register' }),
  ),
})

describe('large documents', () => {
  let top: string
  let path: string
  let registry: ModelRegistry
  const open = (): Promise<ModelRegistry> =>
    ModelRegistry.open({ root: join(top, '.models'), actor: 'ada' })
  const replace = async (from: string, to: string): Promise<void> =>
    writeFile(path, (await readFile(path, 'utf8')).replace(from, to))

  beforeEach(async () => {
    top = await createTempFolder('large')
    await mkdir(join(top, '.models'))
    path = join(top, '.models', 'churn.json')
    await writeFile(path, printDocument(large))
    assert.ok((await stat(path)).size > LARGE_BYTES)
    registry = await open()
  })
  afterEach(async () => {
    registry.dispose()
    await removeFolder(top)
  })

  it('are the same whether they are waited for or not', async () => {
    const other = await open()
    const awaited = await registry.loadModel('churn')
    assert.ok(awaited)
    assert.deepEqual(awaited, other.getModel('churn'))
    assert.equal(registry.getModel('churn'), awaited)
    other.dispose()
  })

  it('are printed alike in one go and in steps', async () => {
    const bytes = Buffer.from(await printInSteps(large))
    assert.equal(bytes.toString('utf8'), printDocument(large))
    assert.deepEqual(JSON.parse(bytes.toString('utf8')), large)
  })

  it('are changed, and read again after others changed them', async () => {
    await registry.loadModel('churn')
    await registry.transitionStage('churn', '1.0.7', 'production')
    const other = await open()
    assert.equal(other.getProduction('churn')?.version, '1.0.7')
    await other.updateVersion('churn', '1.0.8', { description: 'by another' })
    assert.deepEqual(await registry.refresh(), ['churn'])
    assert.equal(registry.getVersion('churn', '1.0.8')?.description, 'by another')
    assert.equal(registry.getProduction('churn')?.version, '1.0.7')
    assert.deepEqual(await registry.refresh(), [])
    other.dispose()
  })

  it('that are broken say where, and are whole again when they are mended', async () => {
    await registry.loadModel('churn')
    await replace('"version": "1.0.2999"', '"version": "1.0.2998"')
    assert.deepEqual(await registry.refresh(), ['churn'])
    const [broken] = registry.listBroken()
    assert.ok(broken?.error instanceof AppError)
    assert.match(broken.error.message, /churn\.json, line \d+: .*"1\.0\.2998" stands twice/)
    assert.equal(broken.error.location?.file, path)
    assert.ok((broken.error.location?.line ?? 0) > COUNT)
    await replace('"version": "1.0.2998"', '"version": "1.0.2997x"')
    assert.deepEqual(await registry.refresh(), ['churn'])
    assert.deepEqual(registry.listBroken(), [])
    assert.equal(registry.listVersions('churn').length, COUNT)
  })

  it('that come later are read before anybody is told of them', async () => {
    registry.listModels()
    await writeFile(join(top, '.models', 'later.json'), printDocument({ ...large, name: 'later' }))
    assert.deepEqual(await registry.refresh(), ['later'])
    assert.equal(registry.listVersions('later').length, COUNT)
  })
})
