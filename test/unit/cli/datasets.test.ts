import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Source } from '../../../src/registry/model'
import { askCli, buildCli, runCli } from '../../support/cli'
import { createTempFolder, removeFolder } from '../../support/tempFolder'

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

describe('data sets that are named at registration', () => {
  let folder: string
  before(buildCli)
  beforeEach(async () => {
    folder = await createTempFolder('datasets')
    await mkdir(join(folder, 'data/images'), { recursive: true })
    await writeFile(join(folder, 'model.onnx'), 'weights')
    await writeFile(join(folder, 'data/train.csv'), 'a,b\n')
    await writeFile(join(folder, 'data/images/ä.png'), 'one')
    await writeFile(join(folder, 'data/images/z.png'), '')
  })
  afterEach(() => removeFolder(folder))

  const run = (...args: string[]) =>
    runCli(['register', 'model.onnx', '--name', 'churn', ...args], { cwd: folder })
  const sourceOf = async (...args: string[]): Promise<Source | undefined> => {
    const command = ['register', 'model.onnx', '--name', 'churn', '--no-git', ...args]
    return ((await askCli(command, { cwd: folder })) as { source?: Source }).source
  }

  it('are kept by path and by the digest of their content', async () => {
    const source = await sourceOf('--dataset', 'data/train.csv', '--dataset', 'data/images/')
    // A folder's digest is that of a folder artifact.
    const lines = `${sha256('one')} 3 ä.png\n${sha256('')} 0 z.png\n`.split('\n').filter(Boolean)
    const listed = [lines[1], lines[0]].map((line) => `${line}\n`).join('')
    assert.deepEqual(source?.datasets, [
      { path: 'data/train.csv', digest: `sha256:${sha256('a,b\n')}` },
      { path: 'data/images', digest: `sha256:${sha256(listed)}` },
    ])
    const shown = await runCli(['show', 'churn'], { cwd: folder })
    assert.match(shown.stdout, /^Data +data\/train\.csv, data\/images$/m)
  })

  it('from outside keep only their name, and links stand for what they lead to', async () => {
    const other = await createTempFolder('elsewhere')
    try {
      await writeFile(join(other, 'all.csv'), 'far')
      await symlink(join(other, 'all.csv'), join(folder, 'data/linked.csv'))
      const source = await sourceOf(
        '--dataset',
        join(other, 'all.csv'),
        '--dataset',
        'data/linked.csv',
      )
      const digest = `sha256:${sha256('far')}`
      assert.deepEqual(source?.datasets, [
        { path: 'all.csv', digest },
        { path: 'data/linked.csv', digest },
      ])
    } finally {
      await removeFolder(other)
    }
  })

  it('stand for what DVC recorded of the same path, beside the rest of it', async () => {
    await writeFile(
      join(folder, 'dvc.lock'),
      [
        'stages:',
        '  train:',
        '    deps: [{path: data/train.csv, md5: old}, {path: train.py, md5: abc}]',
        '    outs: [{path: model.onnx, md5: def}]',
      ].join('\n'),
    )
    assert.deepEqual((await sourceOf('--dataset', 'data/train.csv'))?.datasets, [
      { path: 'data/train.csv', digest: `sha256:${sha256('a,b\n')}` },
      { path: 'train.py', digest: 'md5:abc' },
    ])
    assert.equal((await sourceOf('--no-harvest'))?.datasets, undefined)
  })

  it('that are not there refuse the registration', async () => {
    await mkdir(join(folder, 'data/none'))
    for (const [path, message] of [
      ['nowhere.csv', /nowhere\.csv does not exist/],
      ['data/none', /data\/none can't be a data set: .* holds no files/],
      ['', /A path must not be empty/],
    ] as const) {
      const { code, stderr } = await run('--dataset', path)
      assert.equal(code, 2, path)
      assert.match(stderr, message)
    }
    const listed = await askCli(['list'], { cwd: folder })
    assert.deepEqual(listed, [])
  })
})
