import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { cp, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import { askCli, buildCli, runCli } from '../../support/cli'
import { FIXTURES } from '../../support/expected'
import { createTempFolder, removeFolder } from '../../support/tempFolder'

const sha256 = (bytes: string): string => createHash('sha256').update(bytes).digest('hex')

/** The parts of a version that these tests look at. */
interface Version {
  readonly model: string
  readonly version: string
  readonly fullName: string
  readonly stage: string
  readonly framework: string
  readonly metrics: Record<string, number>
  readonly parameters: Record<string, unknown>
  readonly tags: Record<string, string>
  readonly description: string
  readonly aliases: readonly string[]
  readonly createdBy: string
  readonly source?: { readonly path?: string; readonly outside?: boolean }
  readonly artifact?: {
    readonly kind: string
    readonly uri: string
    readonly size: number
    readonly sha256: string
    readonly files: readonly { readonly path: string }[]
  }
}

describe('the commands of the CLI', () => {
  let folder: string
  before(buildCli)
  beforeEach(async () => {
    folder = await createTempFolder('cli')
    await writeFile(join(folder, 'model.onnx'), 'weights')
  })
  afterEach(() => removeFolder(folder))

  const ask = async <T>(...args: string[]): Promise<T> => (await askCli(args, { cwd: folder })) as T
  const run = (...args: string[]) => runCli(args, { cwd: folder })
  const register = (...args: string[]): Promise<Version> =>
    ask('register', 'model.onnx', '--name', 'churn', ...args)

  describe('register', () => {
    it('stores a copy and answers with the version', async () => {
      const version = await register(
        '--version',
        '2.0.0',
        '--stage',
        'staging',
        '--framework',
        'onnx',
        '--metric',
        'accuracy=0.94',
        '--metric',
        'loss=-1e-3',
        '--param',
        'depth=7',
        '--param',
        'solver=lbfgs',
        '--param',
        'scale=true',
        '--tag',
        'team=a=b',
        '--description',
        'First try',
        '--alias',
        'champion',
        '--actor',
        'Ada',
      )
      assert.equal(version.model, 'churn')
      assert.equal(version.version, '2.0.0')
      assert.equal(version.fullName, 'churn:2.0.0')
      assert.equal(version.stage, 'staging')
      assert.equal(version.framework, 'onnx')
      assert.deepEqual(version.metrics, { accuracy: 0.94, loss: -0.001 })
      assert.deepEqual(version.parameters, { depth: 7, solver: 'lbfgs', scale: true })
      assert.deepEqual(version.tags, { team: 'a=b' })
      assert.equal(version.description, 'First try')
      assert.deepEqual(version.aliases, ['champion'])
      assert.equal(version.createdBy, 'Ada')
      assert.deepEqual(version.source, { path: 'model.onnx' })
      assert.equal(version.artifact?.uri, 'churn/2.0.0/model.onnx')
      assert.equal(version.artifact?.sha256, sha256('weights'))
      const stored = join(folder, '.models/churn/2.0.0/model.onnx')
      assert.equal(await readFile(stored, 'utf8'), 'weights')
      assert.equal((await stat(stored)).mode & 0o777, 0o444)
    })

    it('makes .models in the current folder and says so once', async () => {
      const first = await run('register', 'model.onnx', '--name', 'churn')
      assert.equal(first.code, 0)
      assert.ok(first.stderr.endsWith(`Created ${join(folder, '.models')}.\n`))
      assert.match(first.stdout, /^Registered churn:1\.0\.0 /)
      const second = await run('register', 'model.onnx', '--name', 'churn')
      assert.ok(!second.stderr.includes('Created'))
      assert.match(second.stdout, /^Registered churn:1\.0\.1 /)
    })

    it('takes the next patch, starts in development and is custom unless told otherwise', async () => {
      await register('--version', '1.4.9')
      const next = await register()
      assert.equal(next.version, '1.4.10')
      assert.equal(next.stage, 'development')
      assert.equal(next.framework, 'custom')
    })

    it('keeps the tree of a folder', async () => {
      await mkdir(join(folder, 'net/variables'), { recursive: true })
      await writeFile(join(folder, 'net/graph.pb'), 'graph')
      await writeFile(join(folder, 'net/variables/data'), 'data')
      const version = await ask<Version>('register', 'net', '--name', 'net')
      assert.equal(version.artifact?.kind, 'folder')
      assert.deepEqual(
        version.artifact?.files.map(({ path }) => path),
        ['graph.pb', 'variables/data'],
      )
      const { path } = await ask<{ path: string }>('path', 'net')
      assert.equal(await readFile(join(path, 'variables/data'), 'utf8'), 'data')
    })

    it('takes several paths for the parts of one model', async () => {
      await mkdir(join(folder, 'run/tokenizer'), { recursive: true })
      await writeFile(join(folder, 'run/weights.bin'), 'w')
      await writeFile(join(folder, 'run/tokenizer/vocab.txt'), 'v')
      const version = await ask<Version>(
        'register',
        'run/weights.bin',
        'run/tokenizer',
        '--name',
        'text',
      )
      assert.deepEqual(
        version.artifact?.files.map(({ path }) => path),
        ['weights.bin', 'tokenizer/vocab.txt'],
      )
      assert.deepEqual(version.source, { path: 'run' })
    })

    it('says how the whole of a model is registered, of which one part was named', async () => {
      const shards = join(FIXTURES, 'safetensors/sharded')
      await cp(shards, join(folder, 'sharded'), { recursive: true })
      const part = 'sharded/model-00001-of-00003.safetensors'
      const { stderr, code } = await runCli(['register', part, '--name', 'part'], { cwd: folder })
      assert.equal(code, 0)
      assert.match(
        stderr,
        /^model-00001-of-00003\.safetensors has 3 more parts: register all 4\. .*give every part/m,
      )
      assert.doesNotMatch(stderr, /missing/)
      await rm(join(folder, 'sharded/model-00002-of-00003.safetensors'))
      const left = await runCli(['register', part, '--name', 'left'], { cwd: folder })
      assert.match(left.stderr, /needs model-00002-of-00003\.safetensors, which is not there/)
      const whole = await runCli(['register', 'sharded', '--name', 'whole', '--strict', '--json'], {
        cwd: folder,
      })
      assert.equal(whole.code, 2, 'a missing part is refused by --strict')
    })

    it('keeps only the name of a file from outside', async () => {
      const outside = await createTempFolder('outside')
      try {
        await writeFile(join(outside, 'theirs.bin'), 'x')
        const version = await ask<Version>(
          'register',
          join(outside, 'theirs.bin'),
          '--name',
          'theirs',
        )
        assert.deepEqual(version.source, { path: 'theirs.bin', outside: true })
      } finally {
        await removeFolder(outside)
      }
    })

    it("names git's user in the history where nobody is named", async () => {
      await writeFile(join(folder, '.gitconfig'), '[user]\n\tname = Grace Hopper\n')
      assert.equal((await register()).createdBy, 'Grace Hopper')
      assert.equal((await register('--actor', 'Ada')).createdBy, 'Ada')
      const entries = await ask<{ actor: string }[]>('history')
      assert.deepEqual(
        entries.map(({ actor }) => actor),
        ['Ada', 'Grace Hopper'],
      )
    })

    it('takes a name that begins with a dash after --', async () => {
      await writeFile(join(folder, '--json'), 'odd')
      const outcome = await run('register', '--name', 'odd', '--', '--json')
      assert.equal(outcome.code, 0, outcome.stderr)
      assert.match(outcome.stdout, /^Registered odd:1\.0\.0/)
    })
  })

  it('list gives models with their versions, sorted by name', async () => {
    await register('--stage', 'production')
    await ask('register', 'model.onnx', '--name', 'Abc')
    const models = await ask<{ name: string; versions: Version[] }[]>('list')
    assert.deepEqual(
      models.map(({ name, versions }) => [name, versions.map(({ fullName }) => fullName)]),
      [
        ['Abc', ['Abc:1.0.0']],
        ['churn', ['churn:1.0.0']],
      ],
    )
    const table = await run('list')
    assert.match(
      table.stdout,
      /^MODEL +VERSION +STAGE +FRAMEWORK +AGE +METRICS\nAbc +1\.0\.0 +development/,
    )
    assert.ok(!table.stdout.includes('\u001b'), 'no colours in a pipe')
  })

  it('list prints [] where there is no registry, and makes none', async () => {
    const outcome = await run('list', '--json')
    assert.deepEqual([outcome.code, outcome.stdout], [0, '[]\n'])
    await assert.rejects(stat(join(folder, '.models')), { code: 'ENOENT' })
  })

  it('list goes on after a broken document, and says what is wrong with it', async () => {
    await register()
    const file = join(folder, '.models/broken.json')
    await writeFile(file, '{"formatVersion": 1,\n')
    const models =
      await ask<{ name: string; versions: unknown[]; error?: { code: string; message: string } }[]>(
        'list',
      )
    assert.deepEqual(
      models.map(({ name }) => name),
      ['broken', 'churn'],
    )
    assert.deepEqual(models[0]?.versions, [])
    assert.equal(models[0]?.error?.code, 'corrupt')
    assert.ok(models[0]?.error?.message.startsWith(file))
    assert.equal(models[1]?.error, undefined)
    const text = await run('list')
    assert.equal(text.code, 0)
    assert.match(text.stderr, /broken\.json is not valid JSON at line 2/)
    assert.match(text.stdout, /churn/)
  })

  it('show takes every kind of reference', async () => {
    await register('--stage', 'production', '--alias', 'champion')
    await register('--version', '0.9.0', '--stage', 'staging')
    for (const [reference, version] of [
      ['churn', '0.9.0'],
      ['churn@latest', '0.9.0'],
      ['churn@staging', '0.9.0'],
      ['churn:1.0.0', '1.0.0'],
      ['churn@production', '1.0.0'],
      ['churn@champion', '1.0.0'],
    ] as const) {
      assert.equal((await ask<Version>('show', reference)).version, version, reference)
    }
    const text = await run('show', 'churn@champion')
    assert.match(text.stdout, /^churn:1\.0\.0\nStage +production\nAliases +champion\n/)
    assert.match(text.stdout, new RegExp(`SHA-256 +${sha256('weights')}\n`))
  })

  it('path prints one absolute path: the file, or the folder of a folder artifact', async () => {
    await register()
    await mkdir(join(folder, 'net'))
    await writeFile(join(folder, 'net/a'), 'a')
    await ask('register', 'net', '--name', 'net')
    const file = await run('path', 'churn')
    assert.equal(file.stdout, `${join(folder, '.models/churn/1.0.0/model.onnx')}\n`)
    assert.ok(isAbsolute(file.stdout))
    const tree = await run('path', 'net:1.0.0')
    assert.equal(tree.stdout, `${join(folder, '.models/net/1.0.0')}\n`)
    assert.deepEqual(await ask('path', 'churn'), { path: file.stdout.trim() })
  })

  it('path says where an artifact should be that is not here', async () => {
    await register()
    await removeFolder(join(folder, '.models/churn'))
    const outcome = await run('path', 'churn', '--json')
    assert.equal(outcome.code, 2)
    assert.match(outcome.stdout, /"notFound"/)
    assert.match(outcome.stdout, /churn\/1\.0\.0\/model\.onnx/)
  })

  it('transition archives the version that was in production', async () => {
    await register('--stage', 'production')
    await register()
    const moved = await run('transition', 'churn@latest', 'production', '--note', 'better recall')
    assert.equal(moved.stdout, 'churn:1.0.1 is in production now. churn:1.0.0 was archived.\n')
    assert.equal((await ask<Version>('show', 'churn:1.0.0')).stage, 'archived')
    assert.equal((await ask<Version>('show', 'churn:1.0.1')).stage, 'production')
    const [entry] = await ask<{ note?: string; action: string; via: string }[]>('history', 'churn')
    assert.equal(entry?.action, 'transition')
    assert.equal(entry?.note, 'better recall')
    assert.equal(entry?.via, 'cli')
    const again = await run('transition', 'churn@production', 'production')
    assert.equal(again.stdout, 'churn:1.0.1 is in production already.\n')
  })

  it('update changes what is named and nothing else', async () => {
    await register('--metric', 'accuracy=0.9', '--metric', 'f1_score=0.8', '--tag', 'a=1')
    const version = await ask<Version>(
      'update',
      'churn:1.0.0',
      '--metric',
      'accuracy=0.95',
      '--param',
      'seed=null',
      '--remove-metric',
      'f1_score',
      '--description',
      'Tuned',
      '--framework',
      'sklearn',
    )
    assert.deepEqual(version.metrics, { accuracy: 0.95 })
    assert.deepEqual(version.parameters, { seed: null })
    assert.deepEqual(version.tags, { a: '1' })
    assert.equal(version.description, 'Tuned')
    assert.equal(version.framework, 'sklearn')
  })

  it('alias moves, and goes with --remove', async () => {
    await register()
    await register()
    await ask('alias', 'churn:1.0.0', 'champion')
    assert.deepEqual((await ask<Version>('alias', 'churn:1.0.1', 'champion')).aliases, ['champion'])
    assert.deepEqual((await ask<Version>('show', 'churn:1.0.0')).aliases, [])
    const wrong = await run('alias', 'churn:1.0.0', 'champion', '--remove')
    assert.equal(wrong.code, 2)
    assert.deepEqual(
      (await ask<Version>('alias', 'churn:1.0.1', 'champion', '--remove')).aliases,
      [],
    )
    assert.equal((await run('show', 'churn@champion')).code, 2)
  })

  it('rename takes the artifacts along', async () => {
    await register()
    const model = await ask<{ name: string; versions: Version[] }>('rename', 'churn', 'attrition')
    assert.equal(model.name, 'attrition')
    assert.deepEqual(
      model.versions.map(({ fullName }) => fullName),
      ['attrition:1.0.0'],
    )
    const { path } = await ask<{ path: string }>('path', 'attrition')
    assert.equal(await readFile(path, 'utf8'), 'weights')
    assert.equal((await run('show', 'churn')).code, 2)
  })

  it('delete and restore a version; what was in production comes back archived', async () => {
    await register('--stage', 'production')
    assert.deepEqual(await ask('delete', 'churn@production'), { deleted: ['churn:1.0.0'] })
    assert.equal((await run('show', 'churn:1.0.0')).code, 2)
    const back = await ask<Version>('restore', 'churn:1.0.0')
    assert.equal(back.stage, 'archived')
    const { path } = await ask<{ path: string }>('path', 'churn:1.0.0')
    assert.equal(await readFile(path, 'utf8'), 'weights')
  })

  it('delete of a model names all its versions', async () => {
    await register()
    await register()
    assert.deepEqual(await ask('delete', 'churn'), { deleted: ['churn:1.0.0', 'churn:1.0.1'] })
    assert.deepEqual(await ask('list'), [])
    await ask('restore', 'churn:1.0.1')
    assert.equal((await ask<{ versions: unknown[] }[]>('list'))[0]?.versions.length, 1)
  })

  it('history is newest first, of everything, a model or a version', async () => {
    await register('--actor', 'Ada')
    await register()
    await ask('register', 'model.onnx', '--name', 'other')
    await ask('transition', 'churn:1.0.0', 'staging')
    type Entry = { model: string; action: string; version?: string; actor: string; at: string }
    const all = await ask<Entry[]>('history')
    assert.deepEqual(
      all.map(({ model, action, version }) => `${model}:${version} ${action}`),
      [
        'churn:1.0.0 transition',
        'other:1.0.0 register',
        'churn:1.0.1 register',
        'churn:1.0.0 register',
      ],
    )
    assert.equal(all.at(-1)?.actor, 'Ada')
    assert.equal((await ask<Entry[]>('history', 'churn')).length, 3)
    assert.deepEqual(
      (await ask<Entry[]>('history', 'churn:1.0.0')).map(({ action }) => action),
      ['transition', 'register'],
    )
    assert.match((await run('history', 'churn')).stdout, /^TIME +ACTOR +SUBJECT +ACTION +CHANGE/)
  })

  it('tells what was in production at a time, also of a model that was deleted since', async () => {
    await register('--stage', 'production')
    const [entry] = await ask<{ at: string }[]>('history', 'churn')
    const at = entry?.at ?? ''
    await ask('delete', 'churn')
    const stood = await ask<{ model: string; production: string | null }[]>(
      'history',
      'churn',
      '--at',
      at,
    )
    assert.deepEqual(
      stood.map(({ model, production }) => [model, production]),
      [['churn', '1.0.0']],
    )
    const before = await ask<{ production: string | null }[]>(
      'history',
      'churn',
      '--at',
      '2020-01-01',
    )
    assert.deepEqual(
      before.map(({ production }) => production),
      [null],
    )
    assert.equal((await run('history', 'chrun', '--at', at)).code, 2)
  })

  it('prints text from documents so that a terminal shows what is there', async () => {
    await register('--description', 'red \u001b[31mtext\u001b[0m and \u202egnp')
    const { stdout } = await run('show', 'churn')
    assert.ok(!stdout.includes('\u001b') && !stdout.includes('\u202e'))
    assert.match(stdout, /red \\x1b\[31mtext/)
  })

  describe('undo', () => {
    it('says what it took back and where things are now', async () => {
      await register('--stage', 'production')
      await register('--version', '2.0.0')
      await run('transition', 'churn:2.0.0', 'production')
      const { stdout } = await run('undo')
      assert.equal(
        stdout,
        'Undone: the move of churn:2.0.0, made just now. churn:2.0.0 is in development, churn:1.0.0 in production.\n',
      )
      const registration = await run('undo')
      assert.equal(
        registration.stdout,
        'Undone: the registration of churn:2.0.0, made just now. churn:2.0.0 is in the trash.\n',
      )
      await run('update', 'churn:1.0.0', '--metric', 'accuracy=0.5')
      assert.match(
        (await run('undo')).stdout,
        /^Undone: the edit of churn:1\.0\.0, made just now\.$/m,
      )
      await run('delete', 'churn', '--actor', 'Ada')
      assert.match(
        (await run('undo', '--actor', 'Ada')).stdout,
        /^Undone: the deletion of churn, made just now\.$/m,
      )
    })
  })
})
