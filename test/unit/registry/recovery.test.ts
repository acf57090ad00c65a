import assert from 'node:assert/strict'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ModelRegistry } from '../../../src/index'
import type { ModelDocument, VersionRecord } from '../../../src/registry/model'
import { createTempFolder, removeFolder } from '../../support/tempFolder'

describe('a damaged registry', () => {
  let folder: string
  let root: string
  let registry: ModelRegistry
  beforeEach(async () => {
    folder = await createTempFolder('recovery')
    root = join(folder, '.models')
    registry = await ModelRegistry.open({ root, actor: 'ada' })
    for (const [version, stage] of [
      ['1', 'production'],
      ['2', 'production'],
    ] as const) {
      const artifact = join(folder, 'model.bin')
      writeFileSync(artifact, `content ${version}`)
      await registry.register({ name: 'churn', version, stage, artifact })
    }
    mkdirSync(join(folder, 'bundle', 'inner'), { recursive: true })
    writeFileSync(join(folder, 'bundle', 'graph'), 'graph')
    writeFileSync(join(folder, 'bundle', 'inner', 'weights'), 'weights')
    await registry.register({ name: 'whole', version: '1', artifact: join(folder, 'bundle') })
  })
  afterEach(async () => {
    registry.dispose()
    await removeFolder(folder)
  })

  const at = (...parts: string[]): string => join(root, ...parts)
  function overwrite(path: string, text: string): void {
    chmodSync(path, 0o644)
    writeFileSync(path, text)
    chmodSync(path, 0o444)
  }
  async function edit(name: string, change: (version: VersionRecord) => unknown): Promise<void> {
    const document = JSON.parse(await readFile(at(`${name}.json`), 'utf8')) as ModelDocument
    await writeFile(
      at(`${name}.json`),
      JSON.stringify({ ...document, versions: document.versions.map(change) }),
    )
    await registry.refresh()
  }
  const statuses = async (): Promise<Record<string, string>> => {
    const { results } = await registry.verify()
    return Object.fromEntries(results.map(({ reference, status }) => [reference, status]))
  }
  const SOUND = { 'churn:1': 'ok', 'churn:2': 'ok', 'whole:1': 'ok' }

  describe('verified', () => {
    it('is sound at first', async () => {
      assert.deepEqual(await statuses(), SOUND)
      assert.equal((await registry.verify()).ok, true)
    })

    it('shows every file that is changed, missing, or more than was registered', async () => {
      overwrite(at('churn', '1', 'model.bin'), 'CONTENT 1')
      rmSync(at('whole', '1', 'graph'))
      writeFileSync(at('whole', '1', 'inner', 'evil.py'), 'import os')
      symlinkSync('/etc/hostname', at('whole', '1', 'inner', 'link'))
      writeFileSync(at('churn', '2', 'beside.py'), 'import os')
      const { ok, results } = await registry.verify()
      assert.equal(ok, false)
      assert.deepEqual(
        results.map(({ reference, status, files }) => [
          reference,
          status,
          files.map((file) => `${file.path} ${file.status}`),
        ]),
        [
          ['churn:1', 'changed', ['model.bin changed']],
          ['churn:2', 'extra', ['beside.py extra']],
          ['whole:1', 'missing', ['graph missing', 'inner/evil.py extra', 'inner/link extra']],
        ],
      )
      await assert.rejects(registry.transitionStage('churn', '1', 'production'), /churn:1 can't go/)
    })

    for (const uri of ['../../etc/hostname', '/etc/hostname', 'churn/../../x']) {
      it(`says that nobody looks at ${uri}, and looks at everything else`, async () => {
        await edit('churn', (version) =>
          version.version === '1'
            ? { ...version, artifact: { ...version.artifact, uri } }
            : version,
        )
        const { ok, results } = await registry.verify()
        assert.equal(ok, false)
        assert.match(results[0]?.reason ?? '', /does not stay inside the registry's folder/)
        assert.deepEqual(await statuses(), { ...SOUND, 'churn:1': 'missing' })
        await assert.rejects(registry.transitionStage('churn', '1', 'production'), /does not stay/)
      })
    }

    it('says that a folder is no file that was registered', async () => {
      await edit('churn', (version) =>
        version.version === '1'
          ? { ...version, artifact: { ...version.artifact, uri: 'churn/1' } }
          : version,
      )
      assert.match((await registry.verify()).results[0]?.reason ?? '', /names a folder, and a file/)
      await assert.rejects(registry.transitionStage('churn', '1', 'production'), /names a folder/)
    })

    it('follows no link in the place of a version', async () => {
      rmSync(at('churn', '1'), { recursive: true })
      symlinkSync(at('churn', '2'), at('churn', '1'))
      const { results } = await registry.verify()
      assert.match(results[0]?.reason ?? '', /is a symbolic link/)
      assert.deepEqual(await statuses(), { ...SOUND, 'churn:1': 'missing' })
    })

    it('is not sound where a document can not be read', async () => {
      writeFileSync(at('whole.json'), '{')
      await registry.refresh()
      const { ok, results, broken } = await registry.verify()
      assert.deepEqual([ok, results.length], [false, 2])
      assert.deepEqual(
        broken.map(({ name }) => name),
        ['whole'],
      )
    })
  })

  describe('repaired', () => {
    it('brings a damaged artifact back by its content, and keeps the damaged one', async () => {
      overwrite(at('churn', '1', 'model.bin'), 'CONTENT 1')
      const other = join(folder, 'other.bin')
      writeFileSync(other, 'content 2')
      await assert.rejects(
        registry.relinkArtifact('churn', '1', other),
        /is not the artifact of churn:1/,
      )
      writeFileSync(other, 'content 1')
      await registry.relinkArtifact('churn', '1', other)
      assert.deepEqual(await statuses(), SOUND)
      const [kept = ''] = readdirSync(at('.trash'))
      assert.equal(await readFile(at('.trash', kept, 'churn@1', 'model.bin'), 'utf8'), 'CONTENT 1')
      assert.equal(registry.history('churn')[0]?.action, 'repair')
    })

    it('leaves alone what is in order', async () => {
      const source = join(folder, 'source.bin')
      writeFileSync(source, 'content 1')
      await assert.rejects(registry.relinkArtifact('churn', '1', source), /churn:1 is in order/)
      await assert.rejects(registry.forgetVersion('churn', '1'), /churn:1 is in order/)
      writeFileSync(at('churn', '1', 'beside.py'), 'import os')
      await assert.rejects(registry.forgetVersion('churn', '1'), /churn:1 is in order/)
      assert.ok(existsSync(at('churn', '1', 'model.bin')))
      assert.ok(!existsSync(at('.trash')))
    })

    it('forgets what is lost, and keeps what was left of it', async () => {
      rmSync(at('whole', '1', 'graph'))
      await registry.forgetVersion('whole', '1')
      assert.deepEqual(registry.listVersions('whole'), [])
      assert.ok(!existsSync(at('whole', '1')))
      const [kept = ''] = readdirSync(at('.trash'))
      assert.equal(
        await readFile(at('.trash', kept, 'whole@1', 'inner', 'weights'), 'utf8'),
        'weights',
      )
      rmSync(at('churn', '1'), { recursive: true })
      await registry.forgetVersion('churn', '1')
      assert.deepEqual(await statuses(), { 'churn:2': 'ok' })
      assert.deepEqual(readdirSync(at('.tmp')), [])
    })

    it('takes the last good copy of a document, and keeps the broken one', async () => {
      await registry.updateVersion('churn', '1', { description: 'last' })
      writeFileSync(at('churn.json'), '<<<<<<< ours')
      await registry.refresh()
      assert.deepEqual(
        (await registry.listRepairs()).map(({ model, actions }) => [model, actions]),
        [['churn', ['recover']]],
      )
      const kept = await registry.recoverDocument('churn')
      assert.equal(await readFile(kept ?? '', 'utf8'), '<<<<<<< ours')
      assert.equal(registry.getVersion('churn', '1')?.description, 'last')
      await assert.rejects(registry.recoverDocument('churn'), /is in order/)
    })

    it('takes the last good copy of a document that somebody deleted', async () => {
      await registry.updateVersion('churn', '1', { description: 'last' })
      rmSync(at('churn.json'))
      await registry.refresh()
      assert.equal(registry.getModel('churn'), undefined)
      assert.equal(await registry.recoverDocument('churn'), undefined)
      assert.equal(registry.getVersion('churn', '1')?.description, 'last')
      assert.deepEqual(await statuses(), SOUND)
      await assert.rejects(
        registry.recoverDocument('never'),
        /No good copy of .*never\.json is kept/,
      )
    })

    it('goes back one write further where the last copy is spoilt as well', async () => {
      await registry.updateVersion('churn', '1', { description: 'first' })
      await registry.updateVersion('churn', '1', { description: 'second' })
      writeFileSync(at('.side', 'churn', 'last-good.json'), '')
      rmSync(at('churn.json'))
      writeFileSync(at('churn.json'), '')
      await registry.refresh()
      await registry.recoverDocument('churn')
      assert.equal(registry.getVersion('churn', '1')?.description, 'first')
    })
  })

  describe('rolled back', () => {
    it('puts the previous production version back, and says so', async () => {
      assert.equal((await registry.rollback('churn', { note: 'errors' })).fullName, 'churn:1')
      assert.equal(registry.getVersion('churn', '2')?.stage, 'archived')
      const [entry] = registry.history('churn')
      assert.deepEqual(
        [entry?.action, entry?.version, entry?.demoted, entry?.note],
        ['rollback', '1', '2', 'errors'],
      )
    })

    it('refuses a previous version whose content changed, though nobody had noticed', async () => {
      overwrite(at('churn', '1', 'model.bin'), 'CONTENT 1')
      await assert.rejects(registry.rollback('churn'), /churn:1 can't go back to production/)
      assert.equal(registry.getProduction('churn')?.version, '2')
      rmSync(at('churn', '1'), { recursive: true })
      await assert.rejects(registry.rollback('churn'), /churn:1 can't go back to production/)
    })

    it('goes back to no version whose way into production was undone', async () => {
      await registry.register({ name: 'churn', version: '3' })
      await registry.transitionStage('churn', '3', 'production')
      await registry.undo()
      assert.deepEqual(
        registry.formerProduction('churn').map(({ version }) => version),
        ['1'],
      )
      assert.equal((await registry.rollback('churn')).version, '1')
    })

    it('says that there is none', async () => {
      await assert.rejects(
        registry.rollback('whole'),
        /No other version of whole was in production/,
      )
    })
  })
})
