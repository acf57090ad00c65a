import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  appendFile,
  chmod,
  lstat,
  mkdir,
  readFile,
  rename,
  rm,
  symlink,
  unlink,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import type { Progress, StoredArtifact } from '../../../src/index'
import { copyInThread, type CopyFile } from '../../../src/store/copy'
import { FileModelStore, type FileStoreOptions } from '../../../src/store/fileStore'
import { eventually } from '../../support/eventually'
import { createTempFolder, removeFolder } from '../../support/tempFolder'
import { treeDigest } from '../../support/treeDigest'

describe('FileModelStore on disk', () => {
  let folder: string
  let models: string
  let store: FileModelStore
  beforeEach(async () => {
    folder = await createTempFolder('files')
    models = join(folder, '.models')
    store = open()
    await writeFile(join(folder, 'model.onnx'), 'weights')
    await mkdir(join(folder, 'net/sub'), { recursive: true })
    await writeFile(join(folder, 'net/a'), 'a')
    await writeFile(join(folder, 'net/sub/b'), 'b')
  })
  afterEach(() => removeFolder(folder))

  const open = (options: FileStoreOptions = {}): FileModelStore =>
    new FileModelStore(models, options)
  const save = (
    name = 'model.onnx',
    options: { version?: string; follow?: boolean; exclude?: string[]; from?: FileModelStore } = {},
  ): Promise<StoredArtifact> => {
    const { version = '1.0.0', from = store, ...source } = options
    return from.save({
      model: 'churn',
      version,
      source: { paths: [join(folder, name)], ...source },
    })
  }
  const mode = async (path: string): Promise<number> =>
    (await lstat(join(models, path))).mode & 0o777

  it('lays artifacts out by model and version', async () => {
    assert.equal((await save()).uri, 'churn/1.0.0/model.onnx')
    assert.equal(await readFile(join(models, 'churn/1.0.0/model.onnx'), 'utf8'), 'weights')
    assert.equal((await save('net', { version: '2' })).uri, 'churn/2')
    assert.equal(await readFile(join(models, 'churn/2/sub/b'), 'utf8'), 'b')
    assert.equal(await store.saveArtifact('churn', '3', Buffer.from('x')), 'churn/3/model.bin')
    assert.equal(store.path('churn/2'), join(models, 'churn/2'))
  })

  it('makes files read-only and lets folders be written, whatever the source allows', async () => {
    await chmod(join(folder, 'net/a'), 0o755)
    await save('net')
    assert.equal(await mode('churn/1.0.0/a'), 0o444)
    assert.equal(await mode('churn/1.0.0/sub'), 0o755)
    assert.equal(
      (await lstat(join(folder, 'net/a'))).mode & 0o777,
      0o755,
      'the source keeps its mode',
    )
  })

  it('shares no inode with the source', async () => {
    await save()
    await writeFile(join(folder, 'model.onnx'), 'changed')
    assert.equal(await readFile(join(models, 'churn/1.0.0/model.onnx'), 'utf8'), 'weights')
  })

  it('leaves out what is excluded, with everything below', async () => {
    const artifact = await save('net', { exclude: ['sub'] })
    assert.deepEqual(
      artifact.files.map(({ path }) => path),
      ['a'],
    )
  })

  it('leaves itself out of a folder that it lies in', async () => {
    await save('net')
    const artifact = await save('.', { version: '2.0.0' })
    assert.deepEqual(
      artifact.files.map(({ path }) => path),
      ['model.onnx', 'net/a', 'net/sub/b'],
    )
  })

  it('does not take itself for an artifact, and takes what it keeps', async () => {
    await save('net')
    await assert.rejects(save('.models', { version: '2.0.0' }), {
      code: 'invalid',
      message: /\.models is the registry itself/,
    })
    const again = await save('.models/churn/1.0.0', { version: '2.0.0' })
    assert.deepEqual(
      again.files.map(({ path }) => path),
      ['a', 'sub/b'],
    )
  })

  it('says of a name that is not UTF-8 what is wrong with it', async function () {
    // Only Linux has such names.
    if (process.platform !== 'linux') return this.skip()
    await writeFile(Buffer.concat([Buffer.from(join(folder, 'net/bad')), Buffer.of(0xff)]), 'x')
    await assert.rejects(save('net'), { code: 'invalid', message: /is not UTF-8\. Rename it\./ })
  })

  it('tells how far it is, up to the end', async () => {
    const seen: Progress[] = []
    await store.save({
      model: 'churn',
      version: '1',
      source: { paths: [join(folder, 'net')] },
      onProgress: (progress) => seen.push(progress),
    })
    assert.deepEqual(seen.at(-1), { done: 2, total: 2, step: 'Copying sub/b' })
    const done = seen.map((progress) => progress.done)
    assert.deepEqual(
      done,
      [...done].sort((a, b) => a - b),
    )
  })

  it('adopts an equal folder that nobody names', async () => {
    await save('net')
    await rm(join(folder, 'again'), { recursive: true, force: true })
    const before = await treeDigest(join(models, 'churn'))
    const artifact = await save('net')
    assert.equal(artifact.uri, 'churn/1.0.0')
    assert.equal(await treeDigest(join(models, 'churn')), before)
  })

  for (const [what, change] of [
    ['other content', () => writeFile(join(folder, 'net/a'), 'A')],
    ['a file more', () => writeFile(join(folder, 'net/c'), 'c')],
    ['a file less', () => unlink(join(folder, 'net/a'))],
    ['another name', () => rename(join(folder, 'net/a'), join(folder, 'net/z'))],
  ] as const)
    it(`refuses a folder with ${what}, and never overwrites it`, async () => {
      await save('net')
      await change()
      const before = await treeDigest(models)
      await assert.rejects(save('net'), {
        name: 'AppError',
        code: 'conflict',
        message:
          /churn\/1\.0\.0 exists already, with other content.*Move it away, or choose another version\.$/,
      })
      assert.equal(await treeDigest(models), before)
    })

  it('refuses a file in the place of a folder', async () => {
    await save()
    await rm(join(models, 'churn/1.0.0'), { recursive: true })
    await writeFile(join(models, 'churn/1.0.0'), 'mine')
    await assert.rejects(save(), { code: 'conflict' })
    assert.equal(await readFile(join(models, 'churn/1.0.0'), 'utf8'), 'mine')
  })

  it('removes the folder of a model with its last version', async () => {
    const first = await save()
    const second = await save('net', { version: '2' })
    await store.delete(first.uri)
    assert.ok((await lstat(join(models, 'churn'))).isDirectory())
    await store.delete(second.uri)
    await assert.rejects(lstat(join(models, 'churn')), { code: 'ENOENT' })
  })

  describe('a source that changes meanwhile', () => {
    /** Copies, and then does something to the source, as a training that goes on would. */
    const meanwhile = (change: (from: string) => Promise<void>, when: 'before' | 'after') => {
      const copy: CopyFile = async (from, to, options) => {
        if (when === 'before') await change(from)
        const result = await copyInThread(from, to, options)
        if (when === 'after') await change(from)
        return result
      }
      return open({ copy })
    }

    for (const when of ['before', 'after'] as const) {
      it(`is noticed where it grows ${when} the copy`, async () => {
        const from = meanwhile((path) => appendFile(path, 'more'), when)
        await assert.rejects(save('model.onnx', { from }), {
          code: 'conflict',
          message: /model\.onnx changed while it was copied, so nothing was stored/,
        })
        await assert.rejects(lstat(models), { code: 'ENOENT' })
      })

      it(`is noticed where it is replaced by an equal one ${when} the copy`, async () => {
        const from = meanwhile(async (path) => {
          await writeFile(`${path}.new`, 'weights')
          await rename(`${path}.new`, path)
        }, when)
        await assert.rejects(save('model.onnx', { from }), { code: 'conflict' })
      })

      it(`is named where it vanishes ${when} the copy`, async () => {
        const from = meanwhile((path) => unlink(path), when)
        await assert.rejects(save('net', { from }), {
          code: 'notFound',
          message: /net\/a vanished while it was registered; nothing was stored/,
        })
        await assert.rejects(lstat(models), { code: 'ENOENT' })
      })
    }

    it('leaves nothing where it is cancelled in the middle', async () => {
      const controller = new AbortController()
      const copy: CopyFile = async (from, to, options) => {
        const result = await copyInThread(from, to, options)
        controller.abort()
        return result
      }
      await save('model.onnx', { version: '0' })
      const before = await treeDigest(models)
      await assert.rejects(
        open({ copy }).save({
          model: 'churn',
          version: '1',
          source: { paths: [join(folder, 'net')] },
          signal: controller.signal,
        }),
        { code: 'cancelled' },
      )
      await eventually(async () => assert.equal(await treeDigest(models), before))
    })

    it('is answered at once where it is cancelled, also while a copy waits for its disk', async () => {
      const controller = new AbortController()
      let begun = (): void => {}
      const isBegun = new Promise<void>((resolve) => (begun = resolve))
      let flushed = (): void => {}
      const isFlushed = new Promise<void>((resolve) => (flushed = resolve))
      const copy: CopyFile = async (from, to, options) => {
        const result = await copyInThread(from, to, options)
        begun()
        await isFlushed
        return result
      }
      await save('model.onnx', { version: '0' })
      const before = await treeDigest(models)
      const paths = [join(folder, 'model.onnx')]
      const saving = open({ copy, sharing: 'never' }).save({
        model: 'churn',
        version: '1',
        source: { paths },
        signal: controller.signal,
      })
      await isBegun
      controller.abort()
      await assert.rejects(saving, { code: 'cancelled' })
      // What the copy came to all the same is taken away behind.
      assert.notEqual(await treeDigest(models), before)
      flushed()
      await eventually(async () => assert.equal(await treeDigest(models), before))
    })
  })

  describe('links', () => {
    let outside: string
    beforeEach(async () => {
      outside = await createTempFolder('outside')
      await writeFile(join(outside, 'secret'), 'theirs')
    })
    afterEach(() => removeFolder(outside))

    it('out of the workspace need to be asked for, at any depth', async () => {
      await symlink(join(outside, 'secret'), join(folder, 'net/sub/link'))
      await assert.rejects(save('net'), {
        code: 'invalid',
        message: new RegExp(
          `net/sub/link is a symbolic link out of the workspace, to ${outside}/secret`,
        ),
      })
      const artifact = await save('net', { follow: true })
      assert.deepEqual(
        artifact.files.map(({ path }) => path),
        ['a', 'sub/b', 'sub/link'],
      )
      assert.ok((await lstat(join(models, 'churn/1.0.0/sub/link'))).isFile())
    })

    it('to a folder outside are noticed in the middle of a path', async () => {
      await symlink(outside, join(folder, 'shared'))
      await assert.rejects(save('shared/secret'), { code: 'invalid', message: /shared\/secret is/ })
    })

    it('inside the workspace are stored as what they point at', async () => {
      await symlink('../model.onnx', join(folder, 'net/best'))
      await symlink(join(folder, 'net/sub'), join(folder, 'net/more'))
      const artifact = await save('net')
      assert.deepEqual(
        artifact.files.map(({ path }) => path),
        ['a', 'best', 'more/b', 'sub/b'],
      )
      assert.ok((await lstat(join(models, 'churn/1.0.0/best'))).isFile())
    })

    it('in a circle are named', async () => {
      await symlink('..', join(folder, 'net/sub/up'))
      await assert.rejects(save('net'), { code: 'invalid', message: /loop/ })
    })

    it('in the place of a stored thing are never followed', async () => {
      for (const [place, target] of [
        ['churn/1.0.0/model.onnx', join(outside, 'secret')],
        ['churn/1.0.0', outside],
        ['churn', outside],
      ] as const) {
        await removeFolder(models)
        const { uri } = await save()
        await removeFolder(join(models, place))
        await symlink(target, join(models, place))
        const refused = { name: 'AppError', code: 'invalid', message: /is a symbolic link/ }
        await assert.rejects(store.loadArtifact(uri), refused, place)
        await assert.rejects(store.stat(uri), refused, place)
        await assert.rejects(store.delete(uri), refused, place)
        await assert.rejects(store.move(uri, 'a', '1'), refused, place)
        assert.equal(await readFile(join(outside, 'secret'), 'utf8'), 'theirs')
      }
    })

    for (const place of ['.', '.tmp', 'churn'])
      it(`in the place of ${place === '.' ? 'the registry' : place} are not written through`, async () => {
        if (place !== '.') {
          await save()
          await removeFolder(join(models, place))
        }
        await symlink(outside, join(models, place))
        await assert.rejects(save('net', { version: '2' }), {
          code: 'invalid',
          message: /is a symbolic link/,
        })
        assert.match(await treeDigest(outside), /^folder [^\n]*\nfile [^\n]*secret[^\n]*$/)
      })

    it('that somebody put into a stored folder are no content of it', async () => {
      const { uri } = await save('net')
      await symlink(join(outside, 'secret'), join(models, 'churn/1.0.0/link'))
      const stat = await store.stat(uri)
      assert.deepEqual(stat?.files.map(({ path }) => path).sort(), ['a', 'sub/b'])
      await assert.rejects(
        async () => {
          for await (const part of store.open(uri, 'link')) assert.fail(String(part))
        },
        { code: 'invalid' },
      )
    })
  })

  it('refuses a pipe in a folder without opening it', async function () {
    if (process.platform === 'win32') this.skip()
    execFileSync('mkfifo', [join(folder, 'net/pipe')])
    await assert.rejects(save('net'), { code: 'invalid', message: /net\/pipe is a named pipe/ })
  })

  it("reaches none of the registry's own folders by address", async () => {
    await save()
    for (const uri of ['.tmp/x', '.lock/churn', '.side/own-changes.jsonl', '.cards/churn/1.md'])
      await assert.rejects(store.stat(uri), { code: 'invalid' })
  })
})
