import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { filesAt, filesChanged, readFileAt, repositoryWith } from '../../../src/harvest/gitFiles'
import { createTempFolder, removeFolder } from '../../support/tempFolder'

describe('the code of a commit', () => {
  let root: string
  let first: string
  let second: string

  function git(...parameters: string[]): string {
    return execFileSync('git', ['-C', root, ...parameters], { encoding: 'utf8' }).trim()
  }

  function commit(message: string): string {
    git('add', '--all')
    git('-c', 'user.name=Ada', '-c', 'user.email=a@example.org', 'commit', '-qm', message)
    return git('rev-parse', 'HEAD')
  }

  beforeEach(async () => {
    root = await createTempFolder('code')
    git('init', '-q')
    await mkdir(join(root, 'src/.models'), { recursive: true })
    await writeFile(join(root, 'src/träin.py'), 'print(1)\n')
    await writeFile(join(root, 'old.py'), 'old\n')
    await writeFile(join(root, 'src/.models/churn.json'), '{}')
    first = commit('first')
    await writeFile(join(root, 'src/träin.py'), 'print(2)\n')
    await writeFile(join(root, 'new.py'), 'new\n')
    await rm(join(root, 'old.py'))
    await writeFile(join(root, 'src/.models/churn.json'), '{ }')
    second = commit('second')
  })
  afterEach(() => removeFolder(root))

  it('is listed and read as it was, without the registry', async () => {
    assert.equal(await repositoryWith(join(root, 'src'), [first, second]), root)
    assert.deepEqual(await filesAt(root, first), ['old.py', 'src/träin.py'])
    assert.equal((await readFileAt(root, first, 'src/träin.py'))?.toString(), 'print(1)\n')
    assert.equal(await readFileAt(root, first, 'new.py'), undefined)
  })

  it('is compared with another commit', async () => {
    assert.deepEqual(await filesChanged(root, first, second), [
      { path: 'new.py', kind: 'added' },
      { path: 'old.py', kind: 'deleted' },
      { path: 'src/träin.py', kind: 'modified' },
    ])
    assert.deepEqual(await filesChanged(root, first, first), [])
  })

  it('says what is missing: the repository, the commit, or the name of one', async () => {
    const elsewhere = await createTempFolder('no-code')
    await assert.rejects(repositoryWith(elsewhere, []), /is in no git repository/)
    await assert.rejects(repositoryWith(root, ['0'.repeat(40)]), /Fetch it with git/)
    for (const hostile of ['--output=/tmp/x', 'HEAD', '', `${first};x`])
      await assert.rejects(repositoryWith(root, [hostile]), { code: 'invalid' }, hostile)
    await removeFolder(elsewhere)
  })

  it('runs no program that the repository names', async () => {
    const mark = join(root, 'ran')
    git('config', 'diff.evil.textconv', `touch '${mark}';cat`)
    git('config', 'diff.external', `touch '${mark}'`)
    git('config', 'filter.evil.smudge', `touch '${mark}';cat`)
    await writeFile(join(root, '.git/info/attributes'), '*.py diff=evil filter=evil\n')
    await readFileAt(root, first, 'src/träin.py')
    await filesChanged(root, first, second)
    await filesAt(root, first)
    await assert.rejects(stat(mark))
  })
})
