import assert from 'node:assert/strict'
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ModelsFolder } from '../../../src/base/modelsFolder'
import { createTempFolder, removeFolder } from '../../support/tempFolder'

describe('the .models folder', () => {
  let top: string
  beforeEach(async () => {
    top = await createTempFolder('models')
  })
  afterEach(() => removeFolder(top))

  it('is made with its texts, and goes again where nothing came of it', async () => {
    const folder = new ModelsFolder(join(top, 'a/b/.models'))
    assert.equal(await folder.exists(), false)
    await folder.prepare()
    assert.deepEqual((await readdir(folder.path)).sort(), [
      '.gitattributes',
      '.gitignore',
      '.lock',
      '.side',
      '.tmp',
    ])
    await folder.prepare()
    await folder.withdraw()
    assert.deepEqual(await readdir(top), [], 'with the folders that were made on the way')
  })

  it('stays where something came into it, or a change is done', async () => {
    const used = new ModelsFolder(join(top, 'used'))
    await used.prepare()
    await writeFile(used.join('churn.json'), '{}')
    await used.withdraw()
    assert.ok((await readdir(used.path)).includes('churn.json'))
    const settled = new ModelsFolder(join(top, 'settled'))
    await settled.prepare()
    settled.settle()
    await settled.withdraw()
    assert.ok(await settled.exists())
  })

  it('stays where it was there before', async () => {
    await mkdir(join(top, 'mine'))
    const folder = new ModelsFolder(join(top, 'mine'))
    await folder.prepare()
    await folder.withdraw()
    assert.ok(await folder.exists())
  })

  it('stays where somebody else is at work in it', async () => {
    const folder = new ModelsFolder(join(top, 'shared'))
    await folder.prepare()
    await mkdir(join(folder.temporary, 'theirs'))
    await folder.withdraw()
    assert.deepEqual(await readdir(folder.temporary), ['theirs'])
  })

  it('is refused where it is a file, a link, or below a file', async () => {
    await writeFile(join(top, 'file'), 'x')
    await mkdir(join(top, 'real'))
    await symlink(join(top, 'real'), join(top, 'link'))
    for (const name of ['file', 'link', 'file/.models', 'file/a/.models']) {
      const folder = new ModelsFolder(join(top, name))
      await assert.rejects(folder.prepare(), { name: 'AppError', code: 'invalid' }, name)
      await assert.rejects(folder.exists(), { name: 'AppError', code: 'invalid' }, name)
    }
    assert.deepEqual(await readdir(join(top, 'real')), [])
  })
})
