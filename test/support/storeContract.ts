/** What every store of artifacts does, wherever it keeps them. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ModelStore, StoredArtifact } from '../../src/index'
import { createTempFolder, removeFolder } from './tempFolder'

const sha256 = (data: string | Uint8Array): string =>
  createHash('sha256').update(data).digest('hex')

async function read(parts: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const part of parts) chunks.push(part)
  return Buffer.concat(chunks).toString('utf8')
}

export function describeStore(name: string, open: (folder: string) => Promise<ModelStore>): void {
  describe(`${name} as a store`, () => {
    let folder: string
    let store: ModelStore
    beforeEach(async () => {
      folder = await createTempFolder('store')
      store = await open(folder)
    })
    afterEach(() => removeFolder(folder))

    const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
    async function file(path: string, text: string): Promise<string> {
      const whole = join(folder, path)
      await mkdir(join(whole, '..'), { recursive: true })
      await writeFile(whole, text)
      return whole
    }
    const save = (version: string, ...paths: string[]): Promise<StoredArtifact> =>
      store.save({ model: 'churn', version, source: { paths } })

    describe('bytes of one file', () => {
      it('come back as they were', async () => {
        const every = Uint8Array.from({ length: 256 }, (_, index) => index)
        const uri = await store.saveArtifact('churn', '1.0.0', every)
        assert.deepEqual(Uint8Array.from(await store.loadArtifact(uri)), every)
      })

      it('are a copy: what is done to the given or the loaded ones later changes nothing', async () => {
        const given = bytes('weights')
        const uri = await store.saveArtifact('churn', '1.0.0', given)
        given.fill(0)
        const loaded = await store.loadArtifact(uri)
        assert.equal(Buffer.from(loaded).toString(), 'weights')
        loaded.fill(0)
        assert.equal(Buffer.from(await store.loadArtifact(uri)).toString(), 'weights')
      })

      it('are a part of a larger buffer where that is what was given', async () => {
        const uri = await store.saveArtifact('churn', '1.0.0', bytes('..weights..').subarray(2, 9))
        assert.equal(Buffer.from(await store.loadArtifact(uri)).toString(), 'weights')
      })

      it('are deleted once', async () => {
        const uri = await store.saveArtifact('churn', '1.0.0', bytes('weights'))
        assert.equal(await store.deleteArtifact(uri), true)
        assert.equal(await store.deleteArtifact(uri), false)
        assert.equal(await store.stat(uri), undefined)
        await assert.rejects(store.loadArtifact(uri), { name: 'AppError', code: 'notFound' })
      })

      it('are named model.bin, or as they are told', async () => {
        const nameless = await store.save({
          model: 'churn',
          version: '1',
          source: { bytes: bytes('a') },
        })
        assert.deepEqual(nameless.files, [{ path: 'model.bin', size: 1, sha256: sha256('a') }])
        const named = await store.save({
          model: 'churn',
          version: '2',
          source: { bytes: bytes('a'), name: 'net.onnx' },
        })
        assert.equal(named.files[0]?.path, 'net.onnx')
      })

      it('are refused where there are none', async () => {
        await assert.rejects(store.saveArtifact('churn', '1.0.0', new Uint8Array()), {
          code: 'invalid',
        })
      })
    })

    it('says of a file how large it is and what its digest is', async () => {
      const artifact = await save('1.0.0', await file('model.onnx', 'weights'))
      assert.deepEqual(artifact, {
        kind: 'file',
        uri: artifact.uri,
        files: [{ path: 'model.onnx', size: 7, sha256: sha256('weights') }],
        size: 7,
        sha256: sha256('weights'),
      })
      assert.equal(await read(store.open(artifact.uri)), 'weights')
      const stat = await store.stat(artifact.uri)
      assert.deepEqual([stat?.kind, stat?.size, stat?.files.length], ['file', 7, 1])
    })

    it('keeps the tree of a folder, and digests its sorted list of files', async () => {
      await file('net/b/data', 'bb')
      await file('net/a', 'a')
      await file('net/é', 'e')
      await file('net/b.txt', 'text')
      const artifact = await save('1.0.0', join(folder, 'net'))
      assert.equal(artifact.kind, 'folder')
      const paths = ['a', 'b.txt', 'b/data', 'é']
      assert.deepEqual(artifact.files.map(({ path }) => path).sort(), [...paths].sort())
      const contents = { a: 'a', 'b.txt': 'text', 'b/data': 'bb', é: 'e' }
      const lines = paths.map((path) => {
        const content = contents[path as keyof typeof contents]
        return `${sha256(content)} ${Buffer.byteLength(content)} ${path}\n`
      })
      assert.equal(artifact.sha256, sha256(lines.join('')))
      assert.equal(artifact.size, 8)
      assert.equal(await read(store.open(artifact.uri, 'b/data')), 'bb')
      const stat = await store.stat(artifact.uri)
      assert.deepEqual([stat?.kind, stat?.size, stat?.files.length], ['folder', 8, 4])
    })

    it('puts the parts of one model into one folder, by their names', async () => {
      await file('y/vocab', 'v')
      const weights = await file('x/weights.bin', 'w')
      const artifact = await save('1.0.0', weights, join(folder, 'y'))
      assert.equal(artifact.kind, 'folder')
      assert.deepEqual(artifact.files.map(({ path }) => path).sort(), ['weights.bin', 'y/vocab'])
    })

    it('keeps files whose names would mean something elsewhere', async function () {
      // Windows has no such files.
      if (process.platform === 'win32') return this.skip()
      const names = ['run 10:00.pt', 'back\\slash', ' blank ', '%2e%2e', 'con', '…', '-x']
      for (const name of names) await file(`net/${name}`, name)
      const tree = await save('1.0.0', join(folder, 'net'))
      const moved = await store.move(tree.uri, 'churn', '2.0.0')
      for (const name of names) assert.equal(await read(store.open(moved, name)), name)
      const single = await save('3.0.0', join(folder, 'net', 'run 10:00.pt'))
      assert.equal((await store.stat(single.uri))?.size, 12)
      assert.equal(await read(store.open(single.uri)), 'run 10:00.pt')
      assert.equal(await store.delete(single.uri), true)
    })

    it('asks which file of a folder is meant', async () => {
      await file('net/a', 'a')
      const { uri } = await save('1.0.0', join(folder, 'net'))
      await assert.rejects(read(store.open(uri)), { name: 'AppError', code: 'invalid' })
      await assert.rejects(read(store.open(uri, 'b')), { name: 'AppError', code: 'notFound' })
      await assert.rejects(store.loadArtifact(uri), { code: 'invalid' })
    })

    it('keeps versions and models apart', async () => {
      const uris = [
        await store.saveArtifact('churn', '1.0.0', bytes('1')),
        await store.saveArtifact('churn', '1.0.1', bytes('2')),
        await store.saveArtifact('fraud', '1.0.0', bytes('3')),
      ]
      assert.equal(new Set(uris).size, 3)
      assert.equal(await store.delete(uris[1] ?? ''), true)
      assert.equal(await read(store.open(uris[0] ?? '')), '1')
      assert.equal(await read(store.open(uris[2] ?? '')), '3')
    })

    it('gives no bytes twice or out of order, however large the file', async () => {
      const large = Buffer.alloc(3 * 1024 * 1024 + 17, 'pattern of 13 ')
      const uri = await store.saveArtifact('churn', '1.0.0', large)
      assert.equal(sha256(await store.loadArtifact(uri)), sha256(large))
    })

    it('moves to another model and version', async () => {
      await file('net/a/b', 'x')
      const one = await store.saveArtifact('churn', '1.0.0', bytes('weights'))
      const tree = await save('2.0.0', join(folder, 'net'))
      const moved = await store.move(one, 'attrition', '1.0.0')
      const movedTree = await store.move(tree.uri, 'attrition', '2.0.0')
      assert.equal(await read(store.open(moved)), 'weights')
      assert.equal(await read(store.open(movedTree, 'a/b')), 'x')
      if (moved !== one) assert.equal(await store.stat(one), undefined)
      await assert.rejects(store.move('churn/9/none', 'x', '1'), { code: 'notFound' })
    })

    for (const uri of [
      '../../etc/passwd',
      '/etc/passwd',
      'churn/../../x',
      'churn\\..\\x',
      'churn/1.0.0/../../..',
      '',
      '.',
      'churn//x',
      'c:/x',
    ])
      it(`has nothing at ${JSON.stringify(uri)}, and looks nowhere else for it`, async () => {
        await store.saveArtifact('churn', '1.0.0', bytes('weights'))
        const refused = (error: Error & { code?: string }): boolean =>
          error.name === 'AppError' && ['invalid', 'notFound'].includes(error.code ?? '')
        await assert.rejects(read(store.open(uri)), refused)
        await assert.rejects(store.loadArtifact(uri), refused)
        await assert.rejects(store.move(uri, 'a', '1'), refused)
        const absent = async (answer: Promise<unknown>): Promise<void> => {
          const value = await answer.catch((error: Error & { code?: string }) => {
            assert.ok(refused(error), String(error))
            return undefined
          })
          assert.ok(value === undefined || value === false)
        }
        await absent(store.stat(uri))
        await absent(store.delete(uri))
      })

    it('leaves nothing of what was cancelled', async () => {
      const signal = AbortSignal.abort()
      const path = await file('model.onnx', 'weights')
      await assert.rejects(
        store.save({ model: 'churn', version: '1', source: { paths: [path] }, signal }),
        {
          name: 'AppError',
          code: 'cancelled',
        },
      )
      assert.equal((await save('1', path)).size, 7, 'the place is free')
    })
  })
}
