import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buildCli, CLI, cliEnvironment, parseAnswer, runCli } from '../../support/cli'
import { createTempFolder, removeFolder } from '../../support/tempFolder'

describe('usage of the CLI', () => {
  let folder: string
  before(async () => {
    await buildCli()
    folder = await createTempFolder('usage')
    await writeFile(join(folder, 'model.onnx'), 'weights')
    assert.equal((await run('register', 'model.onnx', '--name', 'churn')).code, 0)
  })
  after(() => removeFolder(folder))

  const run = (...args: string[]) => runCli(args, { cwd: folder })

  const MISTAKES: readonly (readonly [args: readonly string[], message: RegExp])[] = [
    [[], /No command is given/],
    [['lisst'], /Unknown command 'lisst'.*list/],
    [['list', '--wrong'], /Unknown option '--wrong'/],
    [['list', 'extra'], /Too many arguments/i],
    [['show'], /Missing required argument 'reference'/],
    [['transition', 'churn'], /Missing required argument 'stage'/],
    [['register', '--name', 'x'], /Missing required argument 'paths'/],
    [['register', 'model.onnx'], /--name/],
    [['update', 'churn'], /Name what shall change/],
    [['show', 'churn:'], /not a reference/],
    [['show', '../x:1'], /not allowed/],
    [['restore', 'churn'], /Name the version as well/],
    [['list', '--root', ''], /--root needs/],
    [['list', '--root', 'model.onnx'], /not a folder/],
    [['list', '--actor', ' '], /--actor needs/],
  ]
  for (const [args, message] of MISTAKES) {
    it(`answers ${JSON.stringify(args.join(' '))} with exit code 2`, async () => {
      const text = await run(...args)
      assert.equal(text.code, 2, text.stderr)
      assert.equal(text.stdout, '', 'stdout is for answers')
      assert.ok(text.stderr.length > 0)
      const json = await run(...args, '--json')
      assert.equal(json.code, 2)
      assert.equal(json.stderr, '')
      const { error } = parseAnswer(json) as { error: { code: string; message: string } }
      assert.equal(error.code, 'invalid')
      assert.match(error.message, message)
    })
  }

  const ABSENT: readonly (readonly [args: readonly string[], message: RegExp])[] = [
    [['show', 'nobody'], /There is no model named nobody; there is churn\./],
    [['show', 'churn:9.9.9'], /Model churn has no version 9\.9\.9; it has 1\.0\.0\./],
    [['show', 'churn@production'], /no version in stage production/],
    [['show', 'churn@champion'], /no alias champion/],
    [['path', 'nobody'], /nobody/],
    [['transition', 'nobody', 'staging'], /nobody/],
    [['update', 'nobody', '--metric', 'a=1'], /nobody/],
    [['alias', 'nobody', 'champion'], /nobody/],
    [['rename', 'nobody', 'somebody'], /nobody/],
    [['delete', 'nobody'], /nobody/],
    [['delete', 'churn:9.9.9'], /9\.9\.9/],
    [['restore', 'churn:9.9.9'], /The trash holds no version 9\.9\.9/],
    [['history', 'nobody'], /nobody/],
    [['register', 'nothing.onnx', '--name', 'x'], /nothing\.onnx does not exist/],
  ]
  for (const [args, message] of ABSENT) {
    it(`says what is missing for ${JSON.stringify(args.join(' '))}`, async () => {
      const outcome = await run(...args, '--json')
      assert.equal(outcome.code, 2)
      const { error } = parseAnswer(outcome) as { error: { code: string; message: string } }
      assert.equal(error.code, 'notFound')
      assert.match(error.message, message)
    })
  }

  it('says of what is in the trash how it comes back', async () => {
    const place = await createTempFolder('trash')
    const at = (...args: string[]) => runCli(args, { cwd: place })
    await writeFile(join(place, 'model.onnx'), 'weights')
    for (const version of ['1.0.0', '2.0.0'])
      await at('register', 'model.onnx', '--name', 'churn', '--version', version)
    await at('delete', 'churn:1.0.0')
    const version = await at('show', 'churn:1.0.0')
    assert.equal(version.code, 2)
    assert.match(version.stderr, /^churn:1\.0\.0 is in the trash; "model-registry restore churn:1/)
    await at('delete', 'churn')
    const model = await at('path', 'churn@latest')
    assert.equal(model.code, 2)
    assert.match(model.stderr, /^Model churn is in the trash with churn:1\.0\.0 and churn:2\.0\.0;/)
    await removeFolder(place)
  })

  it('takes the common flags before and after the command', async () => {
    for (const args of [
      ['--json', 'list'],
      ['list', '--json'],
      ['--root', '.models', 'list', '--json'],
    ]) {
      const models = parseAnswer(await run(...args)) as { name: string }[]
      assert.deepEqual(
        models.map(({ name }) => name),
        ['churn'],
      )
    }
    const inner = await run('--root', 'elsewhere', 'list', '--root', '.models', '--json')
    assert.equal((parseAnswer(inner) as unknown[]).length, 1)
  })

  it('helps on stdout with exit code 0, for every command', async () => {
    const help = await run('--help')
    assert.equal(help.code, 0)
    const commands = [...help.stdout.matchAll(/^ {2}([a-z]+) \[/gm)].map(([, name]) => name ?? '')
    assert.ok(commands.length >= 11)
    for (const command of commands.filter((name) => name !== 'help')) {
      const { code, stdout } = await run(command, '--help')
      assert.equal(code, 0)
      assert.match(stdout, /--json/, command)
      assert.match(stdout, /--root/, command)
    }
    for (const args of [['--help'], ['help'], ['help', 'register'], ['register', '--help']]) {
      const json = parseAnswer(await run(...args, '--json')) as { help: string }
      assert.match(json.help, /Usage: model-registry.*register/s)
    }
  })

  it('helps with examples that work', async () => {
    const { stdout } = await run('--help')
    const examples = [...stdout.matchAll(/^ {2}model-registry (.+)$/gm)].map(
      ([, line]) => line ?? '',
    )
    assert.ok(examples.length >= 3)
    const place = await createTempFolder('examples')
    await writeFile(join(place, 'model.onnx'), 'weights')
    for (const example of examples) {
      const words = [...example.matchAll(/"([^"]*)"|(\S+)/g)].map(
        ([, quoted, word]) => quoted ?? word,
      )
      const { code, stderr } = await runCli(words as string[], { cwd: place })
      assert.equal(code, 0, `${example}: ${stderr}`)
    }
    await removeFolder(place)
  })

  it('tells its version', async () => {
    const { stdout } = await run('--version')
    assert.match(stdout, /^\d+\.\d+\.\d+\n$/)
    assert.deepEqual(parseAnswer(await run('--version', '--json')), { version: stdout.trim() })
  })

  it('ends quietly when the reader of its output does', async () => {
    const child = spawn(process.execPath, [CLI, 'list'], {
      cwd: folder,
      env: cliEnvironment(folder),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child.stdout.destroy()
    let stderr = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    const code = await new Promise((resolve) => child.once('close', resolve))
    assert.deepEqual([code, stderr], [0, ''])
  })

  it('exits with 3 for a document that is damaged and leaves it as it is', async () => {
    const other = join(folder, 'other')
    await mkdir(other)
    const file = join(other, '.models/churn.json')
    await runCli(['register', '../model.onnx', '--name', 'churn', '--root', '.models'], {
      cwd: other,
    })
    await writeFile(file, '{ nothing good')
    const before = await stat(file, { bigint: true })
    for (const args of [
      ['show', 'churn'],
      ['transition', 'churn:1.0.0', 'staging'],
      ['register', '../model.onnx', '--name', 'churn'],
      ['delete', 'churn'],
    ]) {
      const outcome = await runCli([...args, '--root', '.models', '--json'], { cwd: other })
      assert.equal(outcome.code, 3, args.join(' '))
      assert.match(outcome.stdout, /"corrupt"/)
    }
    const after = await stat(file, { bigint: true })
    assert.deepEqual([after.ino, after.mtimeNs], [before.ino, before.mtimeNs])
  })
})
