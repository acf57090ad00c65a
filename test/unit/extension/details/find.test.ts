import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ModelRegistry } from '../../../../src/app'
import { findSubject } from '../../../../src/extension/details/find'
import { subjectOf } from '../../../../src/extension/details/view'
import { createTempFolder } from '../../../support/tempFolder'

describe('the version that a page shows', () => {
  async function open() {
    const root = join(await createTempFolder(), '.models')
    const registry = await ModelRegistry.open({ root, actor: 'Ada' })
    const version = await registry.register({ name: 'churn', version: '1.0.0' })
    const subject = subjectOf('folder', version)
    return { root, registry, subject, find: () => findSubject(registry, subject, new Date()) }
  }

  it('is found where it was, and under the new name of its model', async () => {
    const { registry, find } = await open()
    assert.equal(find().kind, 'version')
    await registry.renameModel('churn', 'leavers')
    // Somebody else may take the old name.
    await registry.register({ name: 'churn', version: '1.0.0' })
    const found = find()
    assert.ok(found.kind === 'version')
    assert.equal(found.version.fullName, 'leavers:1.0.0')
    registry.dispose()
  })

  it('is in the trash, alone or with its model, until that is emptied', async () => {
    const { registry, find } = await open()
    await registry.deleteVersion('churn', '1.0.0')
    const deleted = find()
    assert.ok(deleted.kind === 'deleted')
    assert.match(deleted.message, /^churn:1\.0\.0 was deleted just now by Ada/)
    await registry.restoreVersion(deleted.model, deleted.id)
    await registry.deleteModel('churn')
    assert.equal(find().kind, 'deleted')
    await registry.gc({ retentionDays: 0 })
    assert.equal(find().kind, 'gone')
    registry.dispose()
  })

  it('can not be read while its document is broken', async () => {
    const { root, registry, find } = await open()
    await writeFile(join(root, 'churn.json'), '{"name": ')
    await registry.refresh()
    const found = find()
    assert.ok(found.kind === 'broken')
    assert.match(found.error.message, /churn\.json/)
    registry.dispose()
  })

  it('is gone where nothing names it', async () => {
    const { registry, subject } = await open()
    const found = findSubject(
      registry,
      { ...subject, id: '01JD0000000000000000000000' },
      new Date(),
    )
    assert.equal(found.kind, 'gone')
    registry.dispose()
  })
})
