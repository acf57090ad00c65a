import assert from 'node:assert/strict'
import { chown, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findModelsFolder } from '../../../src/cli/discover'
import { createTempFolder, removeFolder } from '../../support/tempFolder'

describe('finding the .models folder', () => {
  let top: string
  beforeEach(async () => {
    top = await createTempFolder('find')
    await mkdir(join(top, 'project/sub/deep'), { recursive: true })
  })
  afterEach(() => removeFolder(top))

  /** The folder above every test's own is the home folder, so that nothing of this machine counts. */
  const find = (...path: string[]) => findModelsFolder(join(top, ...path), top)

  it('takes the nearest one', async () => {
    await mkdir(join(top, 'project/.models'))
    assert.equal(await find('project'), join(top, 'project/.models'))
    assert.equal(await find('project/sub/deep'), join(top, 'project/.models'))
    await mkdir(join(top, 'project/sub/.models'))
    assert.equal(await find('project/sub/deep'), join(top, 'project/sub/.models'))
  })

  it('finds the registry from inside it', async () => {
    await mkdir(join(top, 'project/.models/churn'), { recursive: true })
    assert.equal(await find('project/.models/churn'), join(top, 'project/.models'))
  })

  it("looks at the git work tree's root and no further", async () => {
    await mkdir(join(top, '.models'))
    await mkdir(join(top, 'project/.git'))
    assert.equal(await find('project/sub'), undefined)
    await mkdir(join(top, 'project/.models'))
    assert.equal(await find('project/sub'), join(top, 'project/.models'))
  })

  it('takes a file .git for the root of a linked work tree', async () => {
    await mkdir(join(top, '.models'))
    await writeFile(join(top, 'project/.git'), 'gitdir: /elsewhere\n')
    assert.equal(await find('project/sub'), undefined)
  })

  it('looks at the home folder and no further', async () => {
    await mkdir(join(top, '.models'))
    const home = join(top, 'project')
    assert.equal(await findModelsFolder(join(home, 'sub'), home), undefined)
    assert.equal(await findModelsFolder(join(home, 'sub'), top), join(top, '.models'))
  })

  it('knows the home folder by a link as well', async () => {
    await mkdir(join(top, '.models'))
    await symlink(join(top, 'project'), join(top, 'home'))
    assert.equal(await findModelsFolder(join(top, 'project/sub'), join(top, 'home')), undefined)
  })

  it('stops where the owner changes', async function () {
    if (process.getuid?.() !== 0) this.skip()
    await mkdir(join(top, '.models'))
    await chown(join(top, 'project'), 65534, 65534)
    await chown(join(top, 'project/sub'), 65534, 65534)
    assert.equal(await find('project/sub'), undefined)
    await mkdir(join(top, 'project/.models'))
    assert.equal(await find('project/sub'), join(top, 'project/.models'))
  })

  it('stops where the file system changes', async function () {
    // /proc is mounted below / on every Linux; the root folder may hold anything.
    if (process.platform !== 'linux') this.skip()
    assert.equal(await findModelsFolder('/proc/self/fd', top), undefined)
  })
})
