import assert from 'node:assert/strict'
import {
  constants,
  copyFile,
  lstat,
  mkdir,
  readFile,
  readdir,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import { ModelRegistry, type OpenOptions } from '../../../src/index'
import type { ModelDocument } from '../../../src/registry/model'
import type { LockOrder, LockReply } from '../../support/lockWorker'
import { MinimalStore } from '../../support/minimalStore'
import { createTempFolder, removeFolder } from '../../support/tempFolder'
import { treeDigest } from '../../support/treeDigest'
import { Worker } from '../../support/workers'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const text = (data: Uint8Array | undefined): string | undefined =>
  data && Buffer.from(data).toString('utf8')

async function hasReflinks(folder: string): Promise<boolean> {
  const file = join(folder, 'reflink')
  await writeFile(file, 'x')
  try {
    await copyFile(file, `${file}.copy`, constants.COPYFILE_FICLONE_FORCE)
    return true
  } catch {
    return false
  }
}

describe('a registry in a folder', () => {
  let folder: string
  let root: string
  let registry: ModelRegistry
  const opened: ModelRegistry[] = []
  beforeEach(async () => {
    folder = await createTempFolder('shared')
    root = join(folder, '.models')
    registry = await open()
  })
  afterEach(async () => {
    for (const one of opened.splice(0)) one.dispose()
    await removeFolder(folder)
  })

  async function open(options: Partial<OpenOptions> = {}): Promise<ModelRegistry> {
    const one = await ModelRegistry.open({ root, actor: 'ada', ...options })
    opened.push(one)
    return one
  }
  const register = (version: string, content = version, name = 'churn') =>
    registry.register({ name, version, artifact: bytes(content) })
  const file = (name = 'churn') => join(root, `${name}.json`)
  const documentOf = async (name = 'churn'): Promise<ModelDocument> =>
    JSON.parse(await readFile(file(name), 'utf8')) as ModelDocument
  /** Rewrites a document as another program would. */
  const edit = async (
    change: (document: ModelDocument) => unknown,
    name = 'churn',
  ): Promise<void> => writeFile(file(name), JSON.stringify(change(await documentOf(name))))

  it('keeps equal content once, for as long as one version needs it', async () => {
    const path = join(folder, 'weights.bin')
    const place = (name: string): string => join(root, name, '1.0.0/weights.bin')
    await writeFile(path, Buffer.alloc(100_000, 'weights'))
    for (const name of ['churn', 'fraud']) await registry.register({ name, artifact: path })
    if (!(await hasReflinks(folder))) {
      assert.equal((await lstat(place('churn'))).ino, (await lstat(place('fraud'))).ino)
    }
    await registry.deleteVersion('churn', '1.0.0')
    await registry.gc({ retentionDays: 0 })
    const { mode, nlink } = await lstat(place('fraud'))
    assert.deepEqual([(mode & 0o777).toString(8), nlink], ['444', 1])
    assert.equal((await lstat(path)).nlink, 1, 'a file outside is never linked to')
    assert.equal((await registry.verify()).ok, true)
  })

  it('scans what goes to a store of another author, before that store gets it', async () => {
    const store = new MinimalStore()
    const foreign = await open({ store })
    const path = join(folder, 'model.pkl')
    await writeFile(path, "cos\nsystem\n(S'true'\ntR.")
    await assert.rejects(foreign.register({ name: 'evil', artifact: path }), { code: 'unsafe' })
    assert.equal(store.size, 0)
    assert.deepEqual(foreign.listModels(), [])
    const allowed = await foreign.register(
      { name: 'evil', artifact: path },
      { allowUnsafe: 'It is a test.' },
    )
    assert.equal(allowed.scan?.verdict, 'dangerous')
    assert.equal(allowed.scan?.sha256, allowed.artifact?.sha256)
    await assert.rejects(foreign.transitionStage('evil', '1.0.0', 'production'), { code: 'unsafe' })
  })

  it('is opened by the path of its folder and by nothing else', async () => {
    for (const options of [undefined, null, {}, { root: '' }, { root: 5 }])
      await assert.rejects(ModelRegistry.open(options as unknown as OpenOptions), {
        name: 'AppError',
        code: 'invalid',
        message: /needs the path of its \.models folder/,
      })
  })

  it('makes nothing before the first change', async () => {
    registry.listModels()
    registry.resolve('churn@production')
    await registry.refresh()
    await assert.rejects(registry.transitionStage('churn', '1', 'staging'))
    await assert.rejects(registry.register({ name: 'churn', metrics: { a: NaN } }))
    assert.equal(await registry.deleteVersion('churn', '1'), false)
    assert.deepEqual(await readdir(folder), [])
  })

  it('is a document for each model, and artifacts that git ignores', async () => {
    await register('1.0.0')
    await registry.register({ name: 'fraud' })
    const names = (await readdir(root)).filter((name) => !name.startsWith('.'))
    assert.deepEqual(names, ['churn', 'churn.json', 'fraud.json'])
    assert.equal(await readFile(join(root, '.gitignore'), 'utf8'), '/*/\n!/.cards/\n.index.json\n')
    assert.equal(
      await readFile(join(root, '.gitattributes'), 'utf8'),
      '*.json text eol=lf merge=model-registry\n',
    )
    assert.deepEqual(await readdir(join(root, '.tmp')), [])
    assert.deepEqual(await readdir(join(root, '.lock')), [])
    const raw = await readFile(file(), 'utf8')
    assert.ok(
      raw.startsWith('{\n  "formatVersion": 1,\n  "name": "churn",\n') && raw.endsWith('}\n'),
    )
    const { versions } = await documentOf()
    assert.equal('model' in (versions[0] ?? {}), false, 'what is derived is not stored')
    assert.equal('aliases' in (versions[0] ?? {}), false)
  })

  it('keeps texts of .gitignore that somebody changed', async () => {
    await register('1.0.0')
    await writeFile(join(root, '.gitignore'), '*\n')
    await register('1.1.0')
    assert.equal(await readFile(join(root, '.gitignore'), 'utf8'), '*\n')
  })

  describe('that another process writes to', () => {
    let other: ModelRegistry
    beforeEach(async () => {
      await register('1.0.0')
      other = await open({ actor: 'grace' })
    })

    it('shows the change after a refresh, and tells of it', async () => {
      const heard: (readonly string[])[] = []
      registry.onDidChange(({ models }) => heard.push(models))
      const before = registry.getModel('churn')
      await other.transitionStage('churn', '1.0.0', 'production')
      await other.register({ name: 'fraud' })
      assert.deepEqual(await registry.refresh(), ['churn', 'fraud'])
      assert.deepEqual(heard, [['churn', 'fraud']])
      assert.equal(registry.getProduction('churn')?.version, '1.0.0')
      assert.equal(registry.listModels().length, 2)
      assert.equal(before?.productionVersion, undefined)
      assert.deepEqual(await registry.refresh(), [])
      await other.renameModel('fraud', 'loans')
      assert.deepEqual(await registry.refresh(), ['fraud', 'loans'])
      assert.deepEqual(
        registry.listModels().map(({ name }) => name),
        ['churn', 'loans'],
      )
    })

    it('changes what is there now, not what it remembers', async () => {
      registry.getModel('churn')
      await other.updateVersion('churn', '1.0.0', { metrics: { accuracy: 0.9 } })
      await other.register({ name: 'churn', version: '1.1.0' })
      const version = await registry.updateVersion('churn', '1.0.0', { metrics: { mse: 1 } })
      assert.deepEqual({ ...version.metrics }, { accuracy: 0.9, mse: 1 })
      assert.equal((await registry.register({ name: 'churn' })).version, '1.1.1')
      assert.equal(registry.listVersions('churn').length, 3)
    })

    it('finds models and versions that came since', async () => {
      assert.equal(registry.getModel('fraud'), undefined)
      registry.listModels()
      await other.register({ name: 'fraud', version: '1' })
      assert.equal((await registry.transitionStage('fraud', '1', 'staging')).stage, 'staging')
      await other.register({ name: 'fraud', version: '2' })
      assert.equal(await registry.deleteVersion('fraud', '2'), true)
    })

    it('knows what is gone since', async () => {
      registry.listModels()
      await other.deleteVersion('churn', '1.0.0')
      assert.equal(await registry.deleteVersion('churn', '1.0.0'), false)
      await other.renameModel('churn', 'attrition')
      await assert.rejects(registry.updateModel('churn', { description: 'x' }), {
        code: 'notFound',
      })
    })

    it('keeps names unique without regard to case', async () => {
      registry.listModels()
      await other.register({ name: 'Fraud', version: '1' })
      await assert.rejects(registry.register({ name: 'fraud' }), {
        code: 'conflict',
        message: /"fraud" differs only in case from the model "Fraud"/,
      })
      await assert.rejects(registry.renameModel('churn', 'FRAUD'), { code: 'conflict' })
      await other.renameModel('Fraud', 'loans')
      assert.equal((await registry.register({ name: 'fraud' })).fullName, 'fraud:1.0.0')
    })

    it('tells at the next refresh of what it came upon while it changed something', async () => {
      registry.listModels()
      await other.updateVersion('churn', '1.0.0', { tags: { a: 'b' } })
      await other.register({ name: 'fraud', version: '1' })
      await registry.removeAlias('churn', 'none')
      await assert.rejects(registry.setAlias('fraud', 'champion', '9'), { code: 'notFound' })
      assert.equal(registry.getVersion('churn', '1.0.0')?.tags['a'], 'b')
      assert.deepEqual(await registry.refresh(), ['churn', 'fraud'])
      assert.deepEqual(await registry.refresh(), [])
    })

    it('asks the rules about what is there now, not about what it remembers', async () => {
      const rules = { production: { require: ['metrics.accuracy >= 0.9'] } }
      await writeFile(join(root, '.policy.json'), JSON.stringify(rules))
      registry.getModel('churn')
      await other.updateVersion('churn', '1.0.0', { metrics: { accuracy: 0.95 } })
      const first = await registry.transitionStage('churn', '1.0.0', 'production')
      assert.equal(first.stage, 'production')
      await other.register({ name: 'churn', version: '2.0.0', metrics: { accuracy: 0.1 } })
      await assert.rejects(registry.transitionStage('churn', '2.0.0', 'production'), {
        code: 'policy',
      })
      await other.updateVersion('churn', '2.0.0', { metrics: { accuracy: 0.99 } })
      const [moved] = await Promise.allSettled([
        registry.transitionStage('churn', '2.0.0', 'production'),
        other.updateVersion('churn', '2.0.0', { metrics: { accuracy: 0 } }),
      ])
      // Either the move came first, or the rules saw what spoiled it.
      const actions = (await documentOf()).history.map(({ action }) => action)
      assert.equal(moved.status === 'fulfilled', actions.at(-2) === 'transition', actions.join())
    })

    it('never has two versions of one name, nor two in production', async () => {
      const results = await Promise.allSettled(
        [registry, other].flatMap((one) => [
          one.register({ name: 'churn', version: '2.0.0', stage: 'production' }),
          one.register({ name: 'churn', stage: 'production' }),
        ]),
      )
      const failed = results.filter(({ status }) => status === 'rejected')
      assert.equal(failed.length, 1)
      const { versions } = await documentOf()
      assert.equal(new Set(versions.map(({ version }) => version)).size, versions.length)
      assert.equal(versions.filter(({ stage }) => stage === 'production').length, 1)
    })

    it('says who holds it where it waits too long', async () => {
      const impatient = await open({ lockMilliseconds: 30 })
      const worker = await Worker.start<LockOrder | 'release', LockReply>(
        join(__dirname, '../../support/lockWorker.ts'),
      )
      try {
        const place = { folder: join(root, '.lock'), temporary: join(root, '.tmp') }
        await worker.ask({ ...place, name: 'churn', milliseconds: 0 })
        const before = await readFile(file(), 'utf8')
        await assert.rejects(impatient.transitionStage('churn', '1.0.0', 'staging'), {
          code: 'busy',
          message: new RegExp(`process ${worker.child.pid} .* since 20`),
        })
        assert.equal(await readFile(file(), 'utf8'), before)
        assert.equal((await impatient.register({ name: 'fraud' })).fullName, 'fraud:1.0.0')
      } finally {
        await worker.kill()
      }
      assert.equal((await impatient.transitionStage('churn', '1.0.0', 'staging')).stage, 'staging')
    })
  })

  describe('with a broken document', () => {
    const BROKEN = '{"formatVersion": 1, "name": "bad", oops'
    beforeEach(async () => {
      await register('1.0.0')
      await writeFile(file('bad'), BROKEN)
      registry = await open()
    })

    it('names it and shows the other models', () => {
      assert.deepEqual(
        registry.listModels().map(({ name }) => name),
        ['churn'],
      )
      const [broken] = registry.listBroken()
      assert.equal(broken?.name, 'bad')
      assert.equal(broken.error.code, 'corrupt')
      assert.match(broken.error.message, /bad\.json is not valid JSON at line 1/)
      assert.equal(registry.getModel('bad'), undefined)
      assert.throws(() => registry.resolve('bad@latest'), { code: 'corrupt' })
    })

    it('never overwrites it, and goes on with the other models', async () => {
      const corrupt = { name: 'AppError', code: 'corrupt', message: /bad\.json/ }
      await assert.rejects(registry.register({ name: 'bad', artifact: bytes('x') }), corrupt)
      await assert.rejects(registry.transitionStage('bad', '1', 'staging'), corrupt)
      await assert.rejects(registry.updateModel('bad', { description: 'x' }), corrupt)
      await assert.rejects(registry.deleteVersion('bad', '1'), corrupt)
      await assert.rejects(registry.deleteModel('bad'), corrupt)
      await assert.rejects(registry.renameModel('bad', 'good'), corrupt)
      await assert.rejects(registry.renameModel('churn', 'bad'), { code: 'conflict' })
      await assert.rejects(registry.register({ name: 'BAD' }), { code: 'conflict' })
      assert.equal(await readFile(file('bad'), 'utf8'), BROKEN)
      await assert.rejects(lstat(join(root, 'bad')), { code: 'ENOENT' })
      assert.equal((await registry.transitionStage('churn', '1.0.0', 'staging')).stage, 'staging')
    })

    it('takes it again when it is mended', async () => {
      registry.listBroken()
      const mended = { ...(await documentOf()), name: 'bad' }
      await writeFile(file('bad'), JSON.stringify(mended))
      assert.deepEqual(await registry.refresh(), ['bad'])
      assert.equal(registry.getLatest('bad')?.fullName, 'bad:1.0.0')
      assert.deepEqual(registry.listBroken(), [])
    })
  })

  it('keeps fields of other programs through every kind of change', async () => {
    await register('1.0.0')
    await edit((document) => ({
      ...document,
      owner: { team: 'risk' },
      versions: document.versions.map((version) => ({ ...version, cost: 0.2 })),
      history: document.history.map((entry) => ({ ...entry, ticket: 'ML-7' })),
    }))
    registry = await open()
    await registry.transitionStage('churn', '1.0.0', 'staging')
    await registry.updateVersion('churn', '1.0.0', { tags: { a: 'b' } })
    await registry.setAlias('churn', 'champion', '1.0.0')
    await registry.deleteVersion('churn', '1.0.0')
    await registry.restoreVersion('churn', '1.0.0')
    await registry.renameModel('churn', 'attrition')
    const { versions, history, ...document } = await documentOf('attrition')
    assert.deepEqual({ ...document, owner: { team: 'risk' } }, document)
    assert.deepEqual({ ...versions[0], cost: 0.2 }, versions[0])
    assert.deepEqual({ ...history[0], ticket: 'ML-7' }, history[0])
  })

  it('reads a document of a later format and changes nothing in it', async () => {
    await register('1.0.0')
    await edit((document) => ({ ...document, formatVersion: 2 }))
    registry = await open()
    assert.equal(registry.getLatest('churn')?.version, '1.0.0')
    const before = await treeDigest(root)
    const newer = { code: 'invalid', message: /has format 2.*Update this one/ }
    await assert.rejects(registry.transitionStage('churn', '1.0.0', 'staging'), newer)
    await assert.rejects(register('2.0.0'), newer)
    await assert.rejects(registry.deleteVersion('churn', '1.0.0'), newer)
    assert.equal(await treeDigest(root), before)
  })

  it('that is open for reading only is not written to', async () => {
    await register('1.0.0')
    const reader = await open({ readOnly: true })
    const before = await treeDigest(root)
    const refused = {
      code: 'invalid',
      message: /^Can't .*: this registry is open for reading only\.$/,
    }
    await assert.rejects(reader.register({ name: 'churn' }), refused)
    await assert.rejects(reader.transitionStage('churn', '1.0.0', 'staging'), refused)
    await assert.rejects(reader.updateVersion('churn', '1.0.0', { tags: { a: 'b' } }), refused)
    await assert.rejects(reader.deleteVersion('churn', '1.0.0'), refused)
    await assert.rejects(reader.renameModel('churn', 'x'), refused)
    assert.equal(text(await reader.loadArtifact('churn', '1.0.0')), '1.0.0')
    assert.equal(await treeDigest(root), before)
  })

  describe('without its artifacts, as a fresh clone has it', () => {
    beforeEach(async () => {
      await register('1.0.0')
      await removeFolder(join(root, 'churn'))
    })

    it('says so', async () => {
      await assert.rejects(registry.loadArtifact('churn', '1.0.0'), {
        code: 'notFound',
        message: /churn\/1\.0\.0\/model\.bin is not here/,
      })
      const version = registry.getLatest('churn')
      assert.ok(version)
      assert.equal(await registry.hasArtifact(version), false)
    })

    it('can be changed all the same, and finds them when they come', async () => {
      await registry.deleteVersion('churn', '1.0.0')
      await registry.restoreVersion('churn', '1.0.0')
      await registry.renameModel('churn', 'attrition')
      const uri = registry.getLatest('attrition')?.artifact?.uri ?? ''
      await mkdir(join(root, uri, '..'), { recursive: true })
      await writeFile(join(root, uri), '1.0.0')
      assert.equal(text(await registry.loadArtifact('attrition', '1.0.0')), '1.0.0')
    })
  })

  describe('with a document that was copied under another name', () => {
    beforeEach(async () => {
      await register('1.0.0', 'weights')
      await copyFile(file(), file('copy'))
      registry = await open()
    })

    it('calls the model by the name of the file', async () => {
      assert.deepEqual(
        registry.listModels().map(({ name }) => name),
        ['churn', 'copy'],
      )
      assert.equal(registry.getLatest('copy')?.fullName, 'copy:1.0.0')
      await registry.transitionStage('copy', '1.0.0', 'staging')
      assert.equal(registry.getLatest('churn')?.stage, 'development')
    })

    it('leaves the artifact to the model that it belongs to, whatever becomes of the copy', async () => {
      await registry.deleteVersion('copy', '1.0.0')
      assert.equal(text(await registry.loadArtifact('churn', '1.0.0')), 'weights')
      await registry.restoreVersion('copy', '1.0.0')
      assert.equal(text(await registry.loadArtifact('churn', '1.0.0')), 'weights')
      await registry.renameModel('copy', 'third')
      assert.equal(text(await registry.loadArtifact('churn', '1.0.0')), 'weights')
      assert.equal(text(await registry.loadArtifact('third', '1.0.0')), 'weights')
      await registry.deleteModel('third')
      assert.equal(text(await registry.loadArtifact('churn', '1.0.0')), 'weights')
    })
  })

  describe('with a hostile document', () => {
    let outside: string
    beforeEach(async () => {
      outside = join(folder, 'outside')
      await mkdir(outside)
      await writeFile(join(outside, 'secret'), 'theirs')
      await register('1.0.0')
      await register('1.0.0', 'x', 'fraud')
    })
    afterEach(async () => {
      assert.match(await treeDigest(outside), /^folder \S+ \.\nfile [^\n]*\/secret 6 [0-9a-f]{64}$/)
    })

    const SECRET = '../outside/secret'
    for (const uri of [
      SECRET,
      `churn/../${SECRET}`,
      'churn\\..\\..\\outside\\secret',
      '/etc/passwd',
      'C:\\x',
      '',
      '.',
      '..',
      'churn',
      '.tmp/x/y',
      '.lock/churn/x',
      'file:///etc/passwd',
    ])
      it(`reads and removes nothing at ${JSON.stringify(uri)}`, async () => {
        await edit((document) => ({
          ...document,
          versions: document.versions.map((version) => ({
            ...version,
            artifact: { ...version.artifact, uri },
          })),
        }))
        registry = await open()
        const before = await treeDigest(root)
        const refused = { name: 'AppError', code: /^(invalid|notFound)$/ }
        await assert.rejects(registry.loadArtifact('churn', '1.0.0'), refused)
        for (const change of [
          () => registry.deleteVersion('churn', '1.0.0'),
          () => registry.deleteModel('churn'),
          () => registry.renameModel('churn', 'other'),
        ]) {
          await assert.rejects(change(), refused)
          assert.equal(await treeDigest(root), before)
        }
      })

    for (const place of ['churn', 'churn/1.0.0', 'churn/1.0.0/model.bin'])
      it(`follows no link in the place of ${place}`, async () => {
        await rename(join(root, place), join(root, '.moved'))
        await symlink(place.endsWith('.bin') ? join(outside, 'secret') : outside, join(root, place))
        await assert.rejects(registry.loadArtifact('churn', '1.0.0'), {
          code: 'invalid',
          message: /symbolic link/,
        })
        await register('2.0.0').catch((error: Error) =>
          assert.match(error.message, /symbolic link/),
        )
        // What lies in a version's folder goes with it, a link as a link.
        const deleted = await registry.deleteVersion('churn', '1.0.0').catch((error: Error) => {
          assert.match(error.message, /symbolic link/)
          return false
        })
        assert.equal(deleted, place.endsWith('.bin'))
      })

    it('follows no link in the place of a document', async () => {
      await rename(file(), join(outside, 'churn.json'))
      await symlink(join(outside, 'churn.json'), file())
      registry = await open()
      const before = await readFile(join(outside, 'churn.json'), 'utf8')
      assert.equal(registry.getModel('churn'), undefined)
      assert.match(registry.listBroken()[0]?.error.message ?? '', /churn\.json is a symbolic link/)
      await assert.rejects(registry.transitionStage('churn', '1.0.0', 'staging'), {
        code: 'corrupt',
      })
      await assert.rejects(register('2.0.0'), { code: 'corrupt' })
      assert.equal(await readFile(join(outside, 'churn.json'), 'utf8'), before)
      assert.ok((await lstat(file())).isSymbolicLink())
      await rm(join(outside, 'churn.json'))
    })

    for (const place of ['.tmp', '.lock', '.side', '.trash'])
      it(`follows no link in the place of ${place}`, async () => {
        await rm(join(root, place), { recursive: true, force: true })
        await symlink(outside, join(root, place))
        await assert.rejects(registry.deleteVersion('churn', '1.0.0'), {
          code: 'invalid',
          message: /symbolic link/,
        })
        assert.equal(text(await registry.loadArtifact('churn', '1.0.0')), '1.0.0')
      })

    it('is not opened through a link', async () => {
      await rename(root, join(folder, 'real'))
      await symlink(join(folder, 'real'), root)
      await assert.rejects(open(), { code: 'invalid', message: /\.models is a symbolic link/ })
    })

    for (const name of ['con', 'a b', 'model.tmp'])
      it(`names a document called ${name}.json, whose name is no model's`, async () => {
        await writeFile(join(root, `${name}.json`), await readFile(file(), 'utf8'))
        registry = await open()
        const broken = registry.listBroken().find((one) => one.name === name)
        assert.match(
          broken?.error.message ?? '',
          /does not have the name of a model.*Rename the file/,
        )
        assert.equal(registry.listModels().length, 2)
        assert.throws(() => registry.resolve(`${name}:1.0.0`), { name: 'AppError' })
      })

    it('takes no folder for a document, and no hidden file', async () => {
      await mkdir(join(root, 'folder.json'))
      await writeFile(join(root, '.policy.json'), '{}')
      registry = await open()
      assert.deepEqual(registry.listBroken(), [])
      assert.equal(registry.listModels().length, 2)
    })
  })
})
