import assert from 'node:assert/strict'
import { readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ModelRegistry } from '../../../src/index'
import type { ModelDocument } from '../../../src/registry/model'
import { createTempFolder, removeFolder } from '../../support/tempFolder'

/** What a document or a person can put in the place of an artifact that must not be read. */
describe('an artifact that may not be read', () => {
  let folder: string
  let root: string
  let registry: ModelRegistry
  before(async () => {
    folder = await createTempFolder('unusable')
    root = join(folder, '.models')
    registry = await ModelRegistry.open({ root, actor: 'ada' })
    const artifact = new TextEncoder().encode('weights')
    for (const name of ['address', 'fine', 'link']) await registry.register({ name, artifact })
    await writeFile(join(folder, 'secret'), 'weights')
    await rm(join(root, 'link/1.0.0/model.bin'))
    await symlink(join(folder, 'secret'), join(root, 'link/1.0.0/model.bin'))
    const file = join(root, 'address.json')
    const document = await readFile(file, 'utf8')
    await writeFile(file, document.replace('"address/1.0.0/model.bin"', '"../secret"'))
    await registry.refresh()
  })
  after(async () => {
    registry.dispose()
    await removeFolder(folder)
  })

  it('is the state of its version, and the others are verified all the same', async () => {
    const { ok, results } = await registry.verify()
    assert.equal(ok, false)
    assert.deepEqual(
      results.map(({ reference, status }) => [reference, status]),
      [
        ['address:1.0.0', 'missing'],
        ['fine:1.0.0', 'ok'],
        ['link:1.0.0', 'missing'],
      ],
    )
    assert.match(results[0]?.reason ?? '', /"\.\.\/secret" does not stay inside/)
    assert.match(results[2]?.reason ?? '', /symbolic link/)
  })

  it('is listed for repair with the reason', async () => {
    const cases = await registry.listRepairs()
    assert.deepEqual(
      cases.map(({ model }) => model),
      ['address', 'link'],
    )
    assert.match(cases[0]?.problem ?? '', /does not stay inside/)
  })

  it('has no path where the document invents an address', () => {
    const versions = registry.search("model = 'address' OR model = 'fine'")
    assert.deepEqual(
      versions.map((version) => registry.artifactPath(version)),
      [undefined, join(root, 'fine/1.0.0/model.bin')],
    )
  })

  it('can be forgotten, and what it pointed at stays', async () => {
    await registry.forgetVersion('address', '1.0.0')
    await registry.forgetVersion('link', '1.0.0')
    assert.equal(await readFile(join(folder, 'secret'), 'utf8'), 'weights')
    const document = JSON.parse(await readFile(join(root, 'address.json'), 'utf8')) as ModelDocument
    assert.deepEqual(document.versions, [])
  })
})
