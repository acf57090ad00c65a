import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inspect } from 'node:util'
import {
  ModelFramework,
  ModelStage,
  type ModelRegistry,
  type ModelVersion,
  type RegisterRequest,
  type VersionChanges,
} from '../../../src/index'
import { REGISTRIES, TestClock } from '../../support/registries'
import { createTempFolder, removeFolder } from '../../support/tempFolder'

const STAGES = Object.values(ModelStage)
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const text = (data: Uint8Array | undefined): string | undefined =>
  data && Buffer.from(data).toString('utf8')
const refusal = (code: string, message: RegExp) => ({ name: 'AppError', code, message })

for (const kind of REGISTRIES)
  describe(`A registry ${kind.name}`, () => {
    let folder: string
    let clock: TestClock
    let registry: ModelRegistry
    beforeEach(async () => {
      folder = await createTempFolder('registry')
      clock = new TestClock()
      registry = await kind.open(folder, clock)
    })
    afterEach(async () => {
      registry.dispose()
      await removeFolder(folder)
    })

    const register = (
      version?: string,
      request: Partial<RegisterRequest> = {},
    ): Promise<ModelVersion> =>
      registry.register({
        name: 'churn',
        ...(version === undefined ? {} : { version }),
        ...request,
      })
    const stageOf = (version: string): string | undefined =>
      registry.getVersion('churn', version)?.stage

    describe('that is empty', () => {
      it('answers that there is nothing', () => {
        assert.equal(registry.getModel('churn'), undefined)
        assert.equal(registry.getVersion('churn', '1.0.0'), undefined)
        assert.equal(registry.getLatest('churn'), undefined)
        assert.equal(registry.getProduction('churn'), undefined)
        assert.equal(registry.resolve('churn@production'), undefined)
        for (const list of [
          registry.listModels(),
          registry.listVersions('churn'),
          registry.listBroken(),
          registry.history(),
        ])
          assert.deepEqual(list, [])
      })

      it('refuses to act on what is not there', async () => {
        const missing = refusal('notFound', /churn/)
        await assert.rejects(registry.transitionStage('churn', '1.0.0', 'staging'), missing)
        await assert.rejects(
          registry.updateVersion('churn', '1.0.0', { description: 'x' }),
          missing,
        )
        await assert.rejects(registry.updateModel('churn', { description: 'x' }), missing)
        await assert.rejects(registry.setAlias('churn', 'champion', '1.0.0'), missing)
        await assert.rejects(registry.removeAlias('churn', 'champion'), missing)
        await assert.rejects(registry.renameModel('churn', 'other'), missing)
        await assert.rejects(registry.restoreVersion('churn', '1.0.0'), missing)
        await assert.rejects(registry.loadArtifact('churn', '1.0.0'), missing)
        assert.equal(await registry.deleteVersion('churn', '1.0.0'), false)
        assert.equal(await registry.deleteModel('churn'), false)
      })
    })

    describe('registering', () => {
      it('keeps everything that is said of a version', async () => {
        const version = await register('1.2.0', {
          framework: ModelFramework.sklearn,
          metrics: { accuracy: 0.94, f1_score: 0.9, 'val/loss': 0.1 },
          parameters: { depth: 7, solver: 'lbfgs', scale: true, seed: null },
          tags: { team: 'risk' },
          description: 'Retrained',
          stage: ModelStage.staging,
          alias: 'champion',
          artifact: bytes('weights'),
        })
        assert.equal(version.fullName, 'churn:1.2.0')
        assert.equal(version.model, 'churn')
        assert.equal(version.version, '1.2.0')
        assert.equal(version.framework, 'sklearn')
        assert.deepEqual({ ...version.metrics }, { accuracy: 0.94, f1_score: 0.9, 'val/loss': 0.1 })
        assert.deepEqual(
          { ...version.parameters },
          { depth: 7, solver: 'lbfgs', scale: true, seed: null },
        )
        assert.deepEqual({ ...version.tags }, { team: 'risk' })
        assert.equal(version.description, 'Retrained')
        assert.equal(version.stage, 'staging')
        assert.deepEqual(version.aliases, ['champion'])
        assert.equal(version.createdAt, '2026-01-31T12:00:00.000Z')
        assert.equal(version.updatedAt, version.createdAt)
        assert.equal(version.createdBy, 'ada')
        assert.equal(version.artifact?.size, 7)
        assert.equal(text(await registry.loadArtifact('churn', '1.2.0')), 'weights')
        assert.deepEqual(registry.getVersion('churn', '1.2.0'), version)
      })

      it('needs a name and no more', async () => {
        const version = await register()
        assert.equal(version.fullName, 'churn:1.0.0')
        assert.equal(version.stage, 'development')
        assert.equal(version.framework, 'custom')
        assert.deepEqual([version.metrics, version.parameters, version.tags], [{}, {}, {}])
        assert.equal(version.artifact, undefined)
        assert.equal(await registry.loadArtifact('churn', '1.0.0'), undefined)
      })

      it('takes the next patch after the highest version, those in the trash among them', async () => {
        await register('1.9.0')
        await register('1.10.0')
        assert.equal((await register()).version, '1.10.1')
        await registry.deleteVersion('churn', '1.10.1')
        assert.equal((await register()).version, '1.10.2')
      })

      it('takes versions that are no SemVer', async () => {
        await register('nightly')
        assert.equal((await register()).version, '1.0.0')
      })

      it('takes a file, a folder, and the parts of one model', async () => {
        await mkdir(join(folder, 'net'))
        await writeFile(join(folder, 'net/a'), 'a')
        await writeFile(join(folder, 'b.bin'), 'b')
        await register('1', { artifact: join(folder, 'b.bin') })
        await register('2', { artifact: join(folder, 'net') })
        await register('3', { artifact: [join(folder, 'b.bin'), join(folder, 'net')] })
        assert.equal(text(await registry.loadArtifact('churn', '1')), 'b')
        const [, tree, parts] = registry.listVersions('churn')
        assert.deepEqual(
          tree?.artifact?.files.map(({ path }) => path),
          ['a'],
        )
        assert.deepEqual(parts?.artifact?.files.map(({ path }) => path).sort(), ['b.bin', 'net/a'])
        await assert.rejects(registry.loadArtifact('churn', '2'), refusal('invalid', /folder/))
        let read = ''
        for await (const part of registry.openArtifact('churn', '3', 'net/a')) read += text(part)
        assert.equal(read, 'a')
      })

      it('refuses a version that exists, and changes nothing', async () => {
        await register('1.0.0', { artifact: bytes('first') })
        const before = registry.getModel('churn')
        await assert.rejects(
          register('1.0.0', { artifact: bytes('second') }),
          refusal('conflict', /^Version 1\.0\.0 already exists for model churn/),
        )
        assert.equal(registry.getModel('churn'), before)
        assert.equal(text(await registry.loadArtifact('churn', '1.0.0')), 'first')
      })

      it('refuses names that differ only in case', async () => {
        await register('1.0.0-rc')
        await assert.rejects(
          register('1.0.0-RC'),
          refusal('conflict', /differs only in case from version 1\.0\.0-rc/),
        )
        await assert.rejects(
          registry.register({ name: 'Churn' }),
          refusal('conflict', /"Churn" differs only in case from the model "churn"/),
        )
        assert.deepEqual(
          registry.listModels().map(({ name }) => name),
          ['churn'],
        )
      })

      const BAD: readonly (readonly [
        what: string,
        request: Partial<RegisterRequest>,
        message: RegExp,
      ])[] = [
        ['a name', { name: '../churn' }, /Model name "\.\.\/churn"/],
        ['a version', { version: '1/2' }, /Version name "1\/2"/],
        ['an alias', { alias: 'staging' }, /"staging" can't be an alias/],
        ['a metric', { metrics: { accuracy: NaN } }, /Metric "accuracy" is NaN/],
        ['a parameter', { parameters: { depth: Infinity } }, /Parameter "depth"/],
        ['a stage', { stage: 'live' }, /"live" is not a stage/],
        ['a framework', { framework: 'abacus' }, /"abacus" is not a known framework/],
        ['bytes', { artifact: new Uint8Array() }, /no bytes|nothing to store/],
        ['a list of paths', { artifact: [] }, /No file or folder is named|nothing to store/],
      ]
      for (const [what, request, message] of BAD)
        it(`refuses ${what} that is none, and leaves no trace`, async () => {
          await assert.rejects(register(undefined, request), refusal('invalid', message))
          assert.deepEqual(registry.listModels(), [])
        })

      it('takes bytes with a name', async () => {
        await register('1', { artifact: { bytes: bytes('x'), name: 'net.onnx' } })
        assert.equal(registry.getLatest('churn')?.artifact?.files[0]?.path, 'net.onnx')
      })

      // What programs without types give.
      for (const artifact of [
        5,
        null,
        true,
        {},
        [5],
        { paths: 'x' },
        { bytes: 'x' },
        new ArrayBuffer(4),
        new URL('file:///x'),
      ])
        it(`refuses ${inspect(artifact)} for an artifact, and leaves no trace`, async () => {
          await assert.rejects(
            register(undefined, { artifact } as unknown as Partial<RegisterRequest>),
            refusal('invalid', /must be a path, a list of paths, or bytes/),
          )
          assert.deepEqual(registry.listModels(), [])
        })
      for (const wrong of [{ note: 5 }, { format: 5 }, { source: 'x' }, { inspection: [] }])
        it(`refuses ${inspect(wrong)}, which no document can hold, and leaves no trace`, async () => {
          const request = { ...wrong, artifact: bytes('x') } as unknown as Partial<RegisterRequest>
          await assert.rejects(register('1.0.0', request), refusal('invalid', /must be/))
          assert.deepEqual(registry.listModels(), [])
          await register('1.0.0', { artifact: bytes('y') })
          assert.equal(text(await registry.loadArtifact('churn', '1.0.0')), 'y')
        })
      for (const request of [undefined, null, 'churn', ['churn']])
        it(`refuses ${inspect(request)} for a request`, async () => {
          await assert.rejects(
            registry.register(request as unknown as RegisterRequest),
            refusal('invalid', /must be an object/),
          )
        })

      it('gives every one of many that come at once its own version', async () => {
        const versions = await Promise.all(
          Array.from({ length: 12 }, () => register(undefined, { artifact: bytes('x') })),
        )
        assert.equal(new Set(versions.map(({ version }) => version)).size, 12)
        assert.equal(registry.listVersions('churn').length, 12)
      })

      it('lets one of several win that want the same version', async () => {
        const tries = await Promise.allSettled(
          ['a', 'b', 'c'].map((content) => register('1.0.0', { artifact: bytes(content) })),
        )
        assert.deepEqual(tries.map(({ status }) => status).sort(), [
          'fulfilled',
          'rejected',
          'rejected',
        ])
        for (const one of tries)
          if (one.status === 'rejected')
            assert.equal((one.reason as { code?: string }).code, 'conflict')
        const winner = ['a', 'b', 'c'][tries.findIndex(({ status }) => status === 'fulfilled')]
        assert.equal(text(await registry.loadArtifact('churn', '1.0.0')), winner)
      })

      it('is cancelled before it begins', async () => {
        await assert.rejects(
          registry.register(
            { name: 'churn', artifact: bytes('x') },
            { signal: AbortSignal.abort() },
          ),
          refusal('cancelled', /Cancelled/),
        )
        assert.deepEqual(registry.listModels(), [])
      })
    })

    describe('latest', () => {
      it('is by the time of creation, not by the version', async () => {
        await register('2.0.0')
        clock.advance(1)
        await register('1.0.0')
        assert.equal(registry.getLatest('churn')?.version, '1.0.0')
        assert.equal(registry.getModel('churn')?.latestVersion?.version, '1.0.0')
      })

      it('is the later position among equals, also after a restore', async () => {
        await register('b')
        await register('a')
        assert.equal(registry.getLatest('churn')?.version, 'a')
        await registry.deleteVersion('churn', 'b')
        await registry.restoreVersion('churn', 'b')
        assert.equal(registry.getLatest('churn')?.version, 'a')
      })

      it('is the clock that went back', async () => {
        await register('1.0.0')
        clock.advance(-1000)
        await register('1.0.1')
        assert.equal(registry.getLatest('churn')?.version, '1.0.0')
      })
    })

    describe('stages', () => {
      for (const from of STAGES)
        for (const to of STAGES)
          it(`lead from ${from} to ${to}`, async () => {
            await register('1.0.0', { stage: from })
            clock.advance(5)
            const version = await registry.transitionStage('churn', '1.0.0', to)
            assert.equal(version.stage, to)
            assert.equal(stageOf('1.0.0'), to)
            const moved = registry.history('churn').filter(({ action }) => action === 'transition')
            assert.equal(moved.length, from === to ? 0 : 1, 'what changes nothing leaves no trace')
            assert.equal(version.updatedAt === version.createdAt, from === to)
          })

      it('hold at most one version in production, the previous one archived in the same write', async () => {
        await register('1.0.0', { stage: 'production' })
        await register('1.1.0')
        const seen: (readonly string[])[] = []
        registry.onDidChange(() =>
          seen.push(registry.listVersions('churn').map(({ stage }) => stage)),
        )
        await registry.transitionStage('churn', '1.1.0', 'production', { note: 'better' })
        assert.deepEqual(seen, [['archived', 'production']])
        assert.equal(registry.getProduction('churn')?.version, '1.1.0')
        assert.equal(registry.getModel('churn')?.productionVersion?.version, '1.1.0')
        const [entry] = registry.history('churn')
        assert.equal(entry?.action, 'transition')
        assert.deepEqual(
          [entry?.from, entry?.to, entry?.note, entry?.demoted],
          ['development', 'production', 'better', '1.0.0'],
        )
      })

      it('given at registration are that transition', async () => {
        await register('1.0.0', { stage: 'production' })
        await register('1.1.0', { stage: 'production' })
        assert.equal(stageOf('1.0.0'), 'archived')
        assert.equal(stageOf('1.1.0'), 'production')
        const [entry] = registry.history('churn')
        assert.deepEqual(
          [entry?.action, entry?.to, entry?.demoted],
          ['register', 'production', '1.0.0'],
        )
      })

      it('are refused where there is no such stage', async () => {
        await register('1.0.0')
        await assert.rejects(
          registry.transitionStage('churn', '1.0.0', 'live'),
          refusal('invalid', /"live"/),
        )
      })
    })

    describe('references', () => {
      beforeEach(async () => {
        await register('1.0.0', { stage: 'production' })
        await register('1.1.0', { stage: 'staging', alias: 'champion' })
        await register('1.2.0', { stage: 'staging' })
        await register('1.3.0')
      })
      const version = (reference: string): string | undefined =>
        registry.resolve(reference)?.version

      it('mean a version, a stage, an alias, or the latest', () => {
        assert.equal(version('churn'), '1.3.0')
        assert.equal(version('churn@latest'), '1.3.0')
        assert.equal(version('churn:1.0.0'), '1.0.0')
        assert.equal(version('churn@production'), '1.0.0')
        assert.equal(version('churn@champion'), '1.1.0')
        assert.equal(version('churn@archived'), undefined)
        assert.equal(version('churn@nobody'), undefined)
        assert.equal(version('churn:9'), undefined)
        assert.equal(version('nobody@latest'), undefined)
        assert.equal(version('churn@constructor'), undefined)
      })

      it('mean the version of a stage that was moved there last', async () => {
        assert.equal(version('churn@staging'), '1.2.0')
        await registry.transitionStage('churn', '1.1.0', 'development')
        await registry.transitionStage('churn', '1.1.0', 'staging')
        assert.equal(version('churn@staging'), '1.1.0')
        await registry.transitionStage('churn', '1.3.0', 'production')
        await registry.transitionStage('churn', '1.2.0', 'archived')
        assert.equal(version('churn@archived'), '1.2.0')
        await registry.transitionStage('churn', '1.2.0', 'production')
        assert.equal(version('churn@archived'), '1.3.0', 'demoted last')
      })

      it('are refused where they are none', () => {
        for (const reference of ['', 'churn:', 'a:b:c', '../x'])
          assert.throws(() => registry.resolve(reference), refusal('invalid', /reference|name/))
      })
    })

    describe('aliases', () => {
      beforeEach(async () => {
        await register('1.0.0')
        await register('1.1.0')
      })

      it('point at one version and can be moved and removed', async () => {
        assert.deepEqual((await registry.setAlias('churn', 'champion', '1.0.0')).aliases, [
          'champion',
        ])
        await registry.setAlias('churn', 'champion', '1.1.0')
        await registry.setAlias('churn', 'best', '1.1.0')
        assert.deepEqual(
          { ...registry.getModel('churn')?.aliases },
          { champion: '1.1.0', best: '1.1.0' },
        )
        assert.deepEqual(registry.getVersion('churn', '1.0.0')?.aliases, [])
        assert.equal(await registry.removeAlias('churn', 'champion'), true)
        assert.equal(await registry.removeAlias('churn', 'champion'), false)
        assert.deepEqual(registry.getVersion('churn', '1.1.0')?.aliases, ['best'])
        assert.deepEqual(
          registry
            .history('churn')
            .slice(0, 4)
            .map(({ action, from, to }) => [action, from, to]),
          [
            ['removeAlias', '1.1.0', undefined],
            ['setAlias', undefined, '1.1.0'],
            ['setAlias', '1.0.0', '1.1.0'],
            ['setAlias', undefined, '1.0.0'],
          ],
        )
      })

      it('leave no trace where they point there already', async () => {
        await registry.setAlias('churn', 'champion', '1.0.0')
        const before = registry.getModel('churn')
        await registry.setAlias('churn', 'champion', '1.0.0')
        assert.equal(registry.getModel('churn'), before)
      })

      for (const alias of [...STAGES, 'latest', 'Latest', 'PRODUCTION', '', 'a b', '../x'])
        it(`can't be ${JSON.stringify(alias)}`, async () => {
          await assert.rejects(registry.setAlias('churn', alias, '1.0.0'), { code: 'invalid' })
        })

      it('can be named like a member of an object', async () => {
        for (const alias of ['constructor', 'toString', 'hasOwnProperty']) {
          assert.equal(await registry.removeAlias('churn', alias), false)
          await registry.setAlias('churn', alias, '1.0.0')
          assert.equal(registry.resolve(`churn@${alias}`)?.version, '1.0.0')
          assert.equal(registry.history('churn')[0]?.from, undefined)
        }
      })

      it('are refused where they differ from another one only in case', async () => {
        await registry.setAlias('churn', 'champion', '1.0.0')
        const before = registry.getModel('churn')
        const clash = refusal(
          'conflict',
          /"Champion" differs only in case from the alias "champion" of churn; use that one/,
        )
        await assert.rejects(registry.setAlias('churn', 'Champion', '1.1.0'), clash)
        await assert.rejects(register('1.2.0', { alias: 'Champion' }), clash)
        assert.equal(registry.getModel('churn'), before)
        await registry.setAlias('churn', 'champion', '1.1.0')
        await registry.removeAlias('churn', 'champion')
        await registry.setAlias('churn', 'Champion', '1.1.0')
        assert.deepEqual({ ...registry.getModel('churn')?.aliases }, { Champion: '1.1.0' })
      })

      it('need a version that is there', async () => {
        await assert.rejects(
          registry.setAlias('churn', 'champion', '9'),
          refusal('notFound', /no version 9/),
        )
        assert.deepEqual({ ...registry.getModel('churn')?.aliases }, {})
      })

      it('go with the version that is deleted', async () => {
        await registry.setAlias('churn', 'champion', '1.0.0')
        await registry.deleteVersion('churn', '1.0.0')
        assert.deepEqual({ ...registry.getModel('churn')?.aliases }, {})
        assert.equal(registry.resolve('churn@champion'), undefined)
      })
    })

    describe('updating', () => {
      beforeEach(() =>
        register('1.0.0', {
          metrics: { accuracy: 0.9, mse: 1 },
          parameters: { depth: 3 },
          tags: { a: '1' },
        }),
      )

      it('sets what is named beside what is there, and takes away what is named', async () => {
        clock.advance(1000)
        const version = await registry.updateVersion('churn', '1.0.0', {
          metrics: { accuracy: 0.95 },
          parameters: { solver: 'x' },
          description: 'Tuned',
          framework: 'onnx',
          remove: { metrics: ['mse'], tags: ['a', 'none'] },
          note: 'why',
        })
        assert.deepEqual({ ...version.metrics }, { accuracy: 0.95 })
        assert.deepEqual({ ...version.parameters }, { depth: 3, solver: 'x' })
        assert.deepEqual({ ...version.tags }, {})
        assert.equal(version.description, 'Tuned')
        assert.equal(version.framework, 'onnx')
        assert.equal(version.updatedAt, '2026-01-31T12:00:01.000Z')
        assert.equal(version.createdAt, '2026-01-31T12:00:00.000Z')
        const [entry] = registry.history('churn')
        assert.equal(entry?.note, 'why')
        assert.deepEqual(entry?.before, {
          metrics: { accuracy: 0.9, mse: 1 },
          parameters: { depth: 3 },
          tags: { a: '1' },
          description: '',
          framework: 'custom',
        })
      })

      it('leaves no trace where it changes nothing', async () => {
        const before = registry.getModel('churn')
        await registry.updateVersion('churn', '1.0.0', {
          metrics: { accuracy: 0.9 },
          tags: {},
          remove: { tags: ['none'] },
        })
        assert.equal(registry.getModel('churn'), before)
      })

      it('refuses values by name, and changes nothing', async () => {
        const before = registry.getModel('churn')
        await assert.rejects(
          registry.updateVersion('churn', '1.0.0', { metrics: { accuracy: 1, loss: NaN } }),
          refusal('invalid', /Metric "loss" is NaN/),
        )
        assert.equal(registry.getModel('churn'), before)
      })

      it('refuses what is no change', async () => {
        for (const changes of [undefined, null, ['accuracy'], { metrics: null }, { tags: 'x' }]) {
          const given = changes as unknown as VersionChanges
          await assert.rejects(
            registry.updateVersion('churn', '1.0.0', given),
            refusal('invalid', /must be an object/),
          )
        }
      })

      it('changes a model', async () => {
        const model = await registry.updateModel('churn', {
          description: 'Who leaves',
          tags: { owner: 'risk' },
        })
        assert.equal(model.description, 'Who leaves')
        assert.deepEqual({ ...model.tags }, { owner: 'risk' })
        assert.deepEqual(
          { ...(await registry.updateModel('churn', { remove: { tags: ['owner'] } })).tags },
          {},
        )
      })
    })

    describe('deleting', () => {
      beforeEach(async () => {
        await register('1.0.0', { artifact: bytes('one'), stage: 'production' })
        await register('1.1.0', { artifact: bytes('two') })
      })

      it('answers whether there was something', async () => {
        assert.equal(await registry.deleteVersion('churn', '1.0.0'), true)
        assert.equal(await registry.deleteVersion('churn', '1.0.0'), false)
        assert.equal(await registry.deleteVersion('churn', '9'), false)
        assert.equal(registry.getVersion('churn', '1.0.0'), undefined)
        assert.equal(registry.getProduction('churn'), undefined)
        assert.deepEqual(
          registry.listTrash().map(({ model, record }) => [model, record.version]),
          [['churn', '1.0.0']],
        )
      })

      it('keeps the name of what is in the trash', async () => {
        await registry.deleteVersion('churn', '1.0.0')
        await assert.rejects(
          register('1.0.0'),
          refusal('conflict', /1\.0\.0 of model churn is in the trash; restore it/),
        )
        await assert.rejects(
          registry.transitionStage('churn', '1.0.0', 'staging'),
          refusal('notFound', /is in the trash; restore it first/),
        )
      })

      it('can be taken back with the artifact; what was in production returns archived', async () => {
        await registry.deleteVersion('churn', '1.0.0')
        const back = await registry.restoreVersion('churn', '1.0.0')
        assert.equal(back.stage, 'archived')
        assert.equal(text(await registry.loadArtifact('churn', '1.0.0')), 'one')
        assert.deepEqual(
          registry.listVersions('churn').map(({ version }) => version),
          ['1.0.0', '1.1.0'],
        )
        assert.deepEqual(registry.listTrash(), [])
        await registry.deleteVersion('churn', '1.1.0')
        assert.equal((await registry.restoreVersion('churn', '1.1.0')).stage, 'development')
        await assert.rejects(
          registry.restoreVersion('churn', '1.1.0'),
          refusal('notFound', /The trash holds no version 1\.1\.0/),
        )
      })

      it('of a model takes all of it, and each version can be restored', async () => {
        assert.equal(await registry.deleteModel('churn'), true)
        assert.equal(await registry.deleteModel('churn'), false)
        assert.equal(registry.getModel('churn'), undefined)
        assert.deepEqual(registry.listModels(), [])
        assert.deepEqual(registry.listVersions('churn'), [])
        const back = await registry.restoreVersion('churn', '1.1.0')
        assert.equal(back.fullName, 'churn:1.1.0')
        assert.equal(text(await registry.loadArtifact('churn', '1.1.0')), 'two')
        assert.deepEqual(
          registry.listModels().map(({ name }) => name),
          ['churn'],
        )
      })

      it('of a model leaves its name to a new registration, and its versions in the trash', async () => {
        await registry.deleteModel('churn')
        await assert.rejects(register('1.0.0'), refusal('conflict', /in the trash/))
        assert.equal((await register('2.0.0')).version, '2.0.0')
        assert.deepEqual(
          registry.listVersions('churn').map(({ version }) => version),
          ['2.0.0'],
        )
        assert.equal(registry.listTrash().length, 2)
      })

      it('writes one entry for a model, with who and why', async () => {
        await registry.deleteModel('churn', { note: 'retired' })
        const [entry, other] = registry.history('churn')
        assert.deepEqual(
          [entry?.action, entry?.note, entry?.actor, entry?.via],
          ['deleteModel', 'retired', 'ada', 'api'],
        )
        assert.equal(other?.action, 'register')
      })
    })

    describe('renaming', () => {
      beforeEach(() =>
        register('1.0.0', { artifact: bytes('one'), stage: 'production', alias: 'champion' }),
      )

      it('takes versions, artifacts, aliases and history along', async () => {
        const model = await registry.renameModel('churn', 'attrition')
        assert.equal(model.name, 'attrition')
        assert.equal(registry.getModel('churn'), undefined)
        assert.equal(registry.resolve('attrition@champion')?.fullName, 'attrition:1.0.0')
        assert.equal(text(await registry.loadArtifact('attrition', '1.0.0')), 'one')
        assert.deepEqual(
          registry.history('attrition').map(({ action, from, to }) => [action, from, to]),
          [
            ['rename', 'churn', 'attrition'],
            ['register', undefined, 'production'],
          ],
        )
        await register('1.0.0', { artifact: bytes('new') })
        assert.equal(text(await registry.loadArtifact('attrition', '1.0.0')), 'one')
      })

      it('takes what is in the trash along', async () => {
        await registry.deleteVersion('churn', '1.0.0')
        await registry.renameModel('churn', 'attrition')
        await registry.restoreVersion('attrition', '1.0.0')
        assert.equal(text(await registry.loadArtifact('attrition', '1.0.0')), 'one')
      })

      it('changes the case of a name', async () => {
        const model = await registry.renameModel('churn', 'Churn')
        assert.equal(model.name, 'Churn')
        assert.deepEqual(
          registry.listModels().map(({ name }) => name),
          ['Churn'],
        )
        assert.equal(text(await registry.loadArtifact('Churn', '1.0.0')), 'one')
      })

      it('refuses a name that is taken, whatever the case', async () => {
        await registry.register({ name: 'fraud' })
        await assert.rejects(
          registry.renameModel('churn', 'fraud'),
          refusal('conflict', /"fraud" already/),
        )
        await assert.rejects(
          registry.renameModel('churn', 'FRAUD'),
          refusal('conflict', /"fraud" already/),
        )
        assert.equal(text(await registry.loadArtifact('churn', '1.0.0')), 'one')
      })

      it('refuses a name that is none', async () => {
        for (const name of ['', '../x', 'con', 'a.json'])
          await assert.rejects(registry.renameModel('churn', name), { code: 'invalid' })
      })

      it('leaves no trace where the name stays', async () => {
        const before = registry.getModel('churn')
        await registry.renameModel('churn', 'churn')
        assert.equal(registry.getModel('churn'), before)
      })
    })

    describe('snapshots', () => {
      it('are frozen, all the way down', async () => {
        const version = await register('1.0.0', {
          metrics: { a: 1 },
          tags: { b: 'c' },
          artifact: bytes('x'),
        })
        const model = registry.getModel('churn')
        assert.ok(model)
        const seen = new Set<unknown>()
        const check = (value: unknown, path: string): void => {
          if (typeof value !== 'object' || value === null || seen.has(value)) return
          seen.add(value)
          assert.ok(Object.isFrozen(value), path)
          for (const [key, inner] of Object.entries(value)) check(inner, `${path}.${key}`)
        }
        check(version, 'version')
        check(model, 'model')
        check(model.history, 'history')
        check(registry.listModels(), 'models')
        check(registry.listVersions('churn'), 'versions')
        check(registry.listVersions('nothing'), 'no versions')
        check(registry.search("stage = 'development'"), 'found')
        check(registry.history(), 'entries')
        assert.ok(seen.size > 8)
      })

      it('stay as they were, and are the same until something changes', async () => {
        await register('1.0.0')
        const before = registry.getModel('churn')
        assert.equal(registry.getModel('churn'), before)
        await registry.register({ name: 'fraud' })
        assert.equal(registry.getModel('churn'), before)
        await registry.transitionStage('churn', '1.0.0', 'staging')
        assert.equal(before?.getVersion('1.0.0')?.stage, 'development')
        assert.notEqual(registry.getModel('churn'), before)
      })

      it('do not take over what the caller changes later', async () => {
        const metrics = { accuracy: 0.9 }
        await register('1.0.0', { metrics })
        metrics.accuracy = 0
        assert.equal(registry.getVersion('churn', '1.0.0')?.metrics['accuracy'], 0.9)
      })
    })

    describe('listeners', () => {
      it('hear of every change before its promise resolves, with the change to be seen', async () => {
        const heard: string[] = []
        registry.onDidChange(({ models }) => {
          heard.push(
            models.map((name) => `${name} ${registry.listVersions(name).length}`).join(', '),
          )
        })
        const expect = async (change: Promise<unknown>, ...events: string[]): Promise<void> => {
          await change
          assert.deepEqual(heard.splice(0), events)
        }
        await expect(register('1.0.0', { artifact: bytes('x') }), 'churn 1')
        await expect(registry.transitionStage('churn', '1.0.0', 'staging'), 'churn 1')
        await expect(registry.transitionStage('churn', '1.0.0', 'staging'))
        await expect(registry.updateVersion('churn', '1.0.0', { tags: { a: 'b' } }), 'churn 1')
        await expect(registry.setAlias('churn', 'champion', '1.0.0'), 'churn 1')
        await expect(registry.renameModel('churn', 'other'), 'churn 0, other 1')
        await expect(registry.deleteVersion('other', '1.0.0'), 'other 0')
        await expect(registry.restoreVersion('other', '1.0.0'), 'other 1')
        await expect(registry.deleteModel('other'), 'other 0')
        await expect(registry.deleteModel('other'))
      })

      it('hear nothing of what failed', async () => {
        await register('1.0.0')
        const heard: unknown[] = []
        registry.onDidChange((event) => heard.push(event))
        await assert.rejects(register('1.0.0'))
        await assert.rejects(registry.transitionStage('churn', '9', 'staging'))
        assert.deepEqual(heard, [])
      })

      it('hear nothing after they are disposed', async () => {
        const heard: unknown[] = []
        const subscription = registry.onDidChange((event) => heard.push(event))
        subscription.dispose()
        await register('1.0.0')
        assert.deepEqual(heard, [])
      })

      it('that fail undo nothing and keep nobody from hearing', async () => {
        const heard: unknown[] = []
        registry.onDidChange(() => {
          throw new Error('a listener failed')
        })
        registry.onDidChange((event) => heard.push(event))
        const warned = new Promise<Error>((resolve) => process.once('warning', resolve))
        await register('1.0.0', { artifact: bytes('weights') })
        assert.match((await warned).message, /a listener failed/)
        assert.equal(heard.length, 1)
        assert.equal(text(await registry.loadArtifact('churn', '1.0.0')), 'weights')
      })
    })

    describe('the history', () => {
      it('is newest first, of one model or of all, and is never rewritten', async () => {
        await register('1.0.0')
        clock.advance(1)
        await registry.register({ name: 'fraud', version: '1' })
        clock.advance(1)
        await registry.transitionStage('churn', '1.0.0', 'staging', { note: 'try it' })
        const before = registry.history('churn')
        await registry.deleteVersion('churn', '1.0.0')
        assert.deepEqual(
          registry.history().map(({ model, action, at }) => [model, action, at.slice(-5)]),
          [
            ['churn', 'delete', '.002Z'],
            ['churn', 'transition', '.002Z'],
            ['fraud', 'register', '.001Z'],
            ['churn', 'register', '.000Z'],
          ],
        )
        assert.deepEqual(registry.history('churn').slice(1), before)
        for (const entry of registry.history()) {
          assert.equal(entry.actor, 'ada')
          assert.equal(entry.via, 'api')
          assert.match(entry.id, /^[0-9A-Z]{26}$/)
        }
      })
    })
  })
