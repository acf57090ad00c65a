import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, chown, cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { PROJECT } from '../../host/workspace'
import { buildCli, parseAnswer, runCli } from '../../support/cli'
import { createTempFolder, removeFolder } from '../../support/tempFolder'
import { treeDigest } from '../../support/treeDigest'
import { NOBODY, runUnprivileged } from '../../support/unprivileged'

interface Failure {
  readonly error: { readonly code: string; readonly message: string }
}

/** Letters, digits and an end: a sentence, and not a dump of an exception. */
const SENTENCE = /^[A-Z"/.][^\n]*[.]$/

describe('bad input to the CLI', () => {
  let folder: string
  /** A folder with a registry of one version, to be copied: a registration for each test would take too long. */
  let template: string
  before(async () => {
    await buildCli()
    template = await createTempFolder('bad')
    await writeFile(join(template, 'model.onnx'), 'weights')
    const good = ['register', 'model.onnx', '--name', 'churn', '--version', '1.0.0-Rc']
    assert.equal((await runCli(good, { cwd: template })).code, 0)
  })
  after(() => removeFolder(template))
  beforeEach(async () => {
    folder = await createTempFolder('bad')
    await writeFile(join(folder, 'model.onnx'), 'weights')
  })
  afterEach(() => removeFolder(folder))

  const register = (...args: string[]) => runCli(['register', ...args, '--json'], { cwd: folder })

  /** Twice: where a registry holds a model, and where there is none yet. Neither may change by a byte. */
  async function refused(code: string, message: RegExp, ...args: string[]): Promise<void> {
    const fresh = await treeDigest(folder)
    const first = await register(...args)
    assert.match((parseAnswer(first) as Failure).error.message, SENTENCE)
    assert.equal(await treeDigest(folder), fresh, 'nothing is made where there was nothing')
    await refusedBeside(code, message, ...args)
  }

  async function refusedBeside(code: string, message: RegExp, ...args: string[]): Promise<void> {
    const models = join(folder, '.models')
    if (!existsSync(models)) await cp(join(template, '.models'), models, { recursive: true })
    const before = await treeDigest(folder)
    const outcome = await register(...args)
    const { error } = parseAnswer(outcome) as Failure
    assert.deepEqual([error.code, outcome.code], [code, 2], error.message)
    assert.match(error.message, message)
    assert.match(error.message, SENTENCE)
    assert.equal(await treeDigest(folder), before)
  }

  /** In a registry that is there already. */
  async function alsoRefused(message: string, path: string): Promise<void> {
    const before = await treeDigest(folder)
    const { error } = parseAnswer(await register(path, '--name', 'x')) as Failure
    assert.ok(error.message.includes(message), error.message)
    assert.equal(await treeDigest(folder), before)
  }

  for (const name of ['', '..', '../evil', 'a/b', 'a\\b', '.hidden', 'a:b', 'é', 'con', 'a.lock'])
    it(`refuses the model name ${JSON.stringify(name)}`, () =>
      refused('invalid', /name/, 'model.onnx', `--name=${name}`))

  it('refuses a name of 129 characters and takes one of 128', async () => {
    await refused(
      'invalid',
      /129 characters; 128 are allowed/,
      'model.onnx',
      '--name',
      'x'.repeat(129),
    )
    assert.equal((await register('model.onnx', '--name', 'x'.repeat(128))).code, 0)
  })

  it('refuses a name that differs only in case', () =>
    refusedBeside(
      'conflict',
      /"CHURN" differs only in case from the model "churn"/,
      'model.onnx',
      '--name',
      'CHURN',
    ))

  for (const version of ['', '..', '1/2', '1\\2', '-'])
    it(`refuses the version ${JSON.stringify(version)}`, () =>
      refused('invalid', /version/i, 'model.onnx', '--name', 'churn', `--version=${version}`))

  it('refuses a version that exists', () =>
    refusedBeside(
      'conflict',
      /Version 1\.0\.0-Rc already exists for model churn/,
      'model.onnx',
      '--name',
      'churn',
      '--version',
      '1.0.0-Rc',
    ))

  it('refuses a version that differs only in case', () =>
    refusedBeside(
      'conflict',
      /differs only in case from version 1\.0\.0-Rc/,
      'model.onnx',
      '--name',
      'churn',
      '--version',
      '1.0.0-rC',
    ))

  it('refuses a version in the trash', async () => {
    await register('model.onnx', '--name', 'churn')
    await runCli(['delete', 'churn:1.0.0'], { cwd: folder })
    await refusedBeside(
      'conflict',
      /is in the trash; restore it/,
      'model.onnx',
      '--name',
      'churn',
      '--version',
      '1.0.0',
    )
  })

  it('refuses a missing file', () =>
    refused('notFound', /nothing\.bin does not exist/, 'nothing.bin', '--name', 'x'))

  it('refuses an empty path', () => refused('invalid', /path/, '', '--name', 'x'))

  it('refuses an empty file', async () => {
    await writeFile(join(folder, 'empty.bin'), '')
    await refused('invalid', /empty\.bin is empty/, 'empty.bin', '--name', 'x')
  })

  it('refuses a folder with no files', async () => {
    await mkdir(join(folder, 'hollow/inner'), { recursive: true })
    await refused('invalid', /hollow holds no files/, 'hollow', '--name', 'x')
  })

  it('refuses two parts of one name', async () => {
    await mkdir(join(folder, 'other'))
    await writeFile(join(folder, 'other/MODEL.onnx'), 'x')
    await refused('invalid', /different names/, 'model.onnx', 'other/MODEL.onnx', '--name', 'x')
  })

  it('refuses a named pipe, alone and in a folder', async function () {
    if (process.platform === 'win32') this.skip()
    await mkdir(join(folder, 'run'))
    execFileSync('mkfifo', [join(folder, 'run/pipe')])
    await refused('invalid', /run\/pipe is a named pipe/, 'run/pipe', '--name', 'x')
    await alsoRefused('run/pipe is a named pipe', 'run')
  })

  it('refuses a socket', async function () {
    if (process.platform === 'win32') this.skip()
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(join(folder, 's'), resolve))
    try {
      await refused('invalid', /\/s is a socket/, 's', '--name', 'x')
    } finally {
      await new Promise((resolve) => server.close(resolve))
    }
  })

  it('refuses a device', async function () {
    if (process.platform === 'win32') this.skip()
    await refused('invalid', /\/dev\/zero is a device/, '/dev/zero', '--name', 'x')
  })

  it('refuses a link that leads out of the workspace, and names its target', async () => {
    const outside = await createTempFolder('outside')
    try {
      await writeFile(join(outside, 'secret.bin'), 'theirs')
      await symlink(join(outside, 'secret.bin'), join(folder, 'link.bin'))
      await refused(
        'invalid',
        new RegExp(`link\\.bin .*${outside}/secret\\.bin`),
        'link.bin',
        '--name',
        'x',
      )
      await mkdir(join(folder, 'run'))
      await symlink(outside, join(folder, 'run/data'))
      await alsoRefused(`to ${outside}`, 'run')
      await alsoRefused(`to ${outside}/secret.bin`, 'run/data/secret.bin')
      const followed = await register('link.bin', '--name', 'x', '--follow')
      assert.equal(followed.code, 0, followed.stdout)
      const stored = join(folder, '.models/x/1.0.0/link.bin')
      assert.equal(await readFile(stored, 'utf8'), 'theirs')
    } finally {
      await removeFolder(outside)
    }
  })

  it('follows a link that stays in the workspace', async () => {
    await symlink('model.onnx', join(folder, 'latest.onnx'))
    const outcome = await register('latest.onnx', '--name', 'x')
    assert.equal(outcome.code, 0, outcome.stdout)
    assert.equal(await readFile(join(folder, '.models/x/1.0.0/latest.onnx'), 'utf8'), 'weights')
  })

  it('refuses a link without a target, and one to itself', async () => {
    await symlink('nowhere', join(folder, 'dangling'))
    await refused('notFound', /whose target does not exist/, 'dangling', '--name', 'x')
    await symlink('loop', join(folder, 'loop'))
    await alsoRefused('leads back to itself', 'loop')
  })

  for (const [flag, message] of [
    ['--metric=accuracy=abc', /Metric "accuracy" is "abc", not a finite number/],
    ['--metric=loss=NaN', /Metric "loss" is "NaN"/],
    ['--metric=accuracy', /"accuracy" is not a metric: write name=value/],
    ['--param=depth', /"depth" is not a parameter/],
    ['--tag=team', /"team" is not a tag/],
    ['--metric=__proto__=1', /__proto__/],
    ['--stage=live', /"live" is not a stage: use development, staging, production, archived/],
    ['--framework=abacus', /"abacus" is not a known framework/],
    ['--alias=production', /"production" can't be an alias/],
    ['--alias=a b', /Alias name "a b" is not allowed/],
  ] as const)
    it(`refuses ${flag}`, () => refused('invalid', message, 'model.onnx', '--name', 'x', flag))

  describe('as a user without rights', () => {
    before(function () {
      if (process.platform === 'win32') this.skip()
    })

    const asNobody = (...args: string[]) =>
      runUnprivileged(join(PROJECT, 'src/cli/main.ts'), [...args, '--json'], {
        folder,
        cwd: join(folder, 'work'),
      })

    beforeEach(async () => {
      await mkdir(join(folder, 'work'))
      await writeFile(join(folder, 'work/model.onnx'), 'weights')
      if (process.getuid?.() === 0) await chown(join(folder, 'work'), NOBODY, NOBODY)
      await chmod(folder, 0o755)
    })

    it('refuses an unreadable file', async () => {
      await writeFile(join(folder, 'work/private.bin'), 'x', { mode: 0 })
      const before = await treeDigest(join(folder, 'work'))
      const outcome = await asNobody('register', 'private.bin', '--name', 'x')
      const { error } = parseAnswer({ ...outcome, signal: null }) as Failure
      assert.deepEqual([error.code, outcome.code], ['invalid', 2], error.message)
      assert.match(error.message, /private\.bin can't be read: permission denied/)
      assert.equal(await treeDigest(join(folder, 'work')), before)
    })

    it('refuses to write into a read-only .models, and still reads it', async () => {
      const made = await asNobody('register', 'model.onnx', '--name', 'churn')
      assert.equal(made.code, 0, made.stderr)
      const models = join(folder, 'work/.models')
      execFileSync('chmod', ['-R', 'a-w', models])
      try {
        const before = await treeDigest(models)
        const outcome = await asNobody('register', 'model.onnx', '--name', 'other')
        const { error } = parseAnswer({ ...outcome, signal: null }) as Failure
        assert.deepEqual([error.code, outcome.code], ['invalid', 2], error.message)
        assert.match(error.message, /^Can't register other: permission denied/)
        const moved = await asNobody('transition', 'churn:1.0.0', 'staging')
        assert.equal(moved.code, 2)
        const list = await asNobody('list')
        assert.equal((parseAnswer({ ...list, signal: null }) as unknown[]).length, 1)
        assert.equal(await treeDigest(models), before)
        // What was found can't be noted there, and is said all the same.
        await spoil(join(models, 'churn', '1.0.0', 'model.onnx'))
        const verified = await asNobody('verify')
        assert.deepEqual(
          [verified.code, (parseAnswer({ ...verified, signal: null }) as { ok: boolean }).ok],
          [1, false],
          verified.stdout,
        )
      } finally {
        execFileSync('chmod', ['-R', 'u+w', models])
      }
    })

    /** Another content of the same size. */
    async function spoil(path: string): Promise<void> {
      await chmod(path, 0o644)
      await writeFile(path, 'WEIGHTS')
      await chmod(path, 0o444)
    }

    it('refuses to make .models where it may not write', async () => {
      await chmod(join(folder, 'work'), 0o555)
      const outcome = await asNobody('register', 'model.onnx', '--name', 'x')
      const { error } = parseAnswer({ ...outcome, signal: null }) as Failure
      assert.equal(outcome.code, 2)
      assert.match(error.message, /permission denied/)
      await chmod(join(folder, 'work'), 0o755)
    })
  })
})
