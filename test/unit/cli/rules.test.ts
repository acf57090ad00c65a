import assert from 'node:assert/strict'
import { access, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { askCli, buildCli, runCli, type CliOutcome } from '../../support/cli'
import { createTempFolder, removeFolder } from '../../support/tempFolder'

interface Condition {
  readonly kind: string
  readonly text: string
  readonly ok: boolean
  readonly value?: string
  readonly reason?: string
  readonly output?: string
}

interface Check {
  readonly ok: boolean
  readonly results: readonly { readonly reference: string; readonly conditions: Condition[] }[]
}

interface Entry {
  readonly action: string
  readonly overrides?: { readonly policy?: string }
}

describe('promotion rules on the command line', () => {
  let folder: string
  before(buildCli)
  beforeEach(async () => {
    folder = await createTempFolder('rules')
    for (const [version, accuracy] of [
      ['1.0.0', '0.8'],
      ['1.1.0', '0.95'],
    ] as const) {
      await writeFile(join(folder, 'model.onnx'), `weights ${version}`)
      await run(
        'register',
        'model.onnx',
        '--name',
        'churn',
        '--version',
        version,
        '--metric',
        `accuracy=${accuracy}`,
      )
    }
  })
  afterEach(() => removeFolder(folder))

  const run = (...args: string[]): Promise<CliOutcome> => runCli(args, { cwd: folder })
  const ask = async <T>(...args: string[]): Promise<T> => (await askCli(args, { cwd: folder })) as T
  const refused = async (...args: string[]): Promise<string> => {
    const { code } = await run(...args)
    assert.equal(code, 1)
    const { error } = await ask<{ error: { code: string; message: string } }>(...args)
    assert.equal(error.code, 'policy')
    return error.message
  }
  const rules = async (value: unknown): Promise<void> => {
    await mkdir(join(folder, '.models'), { recursive: true })
    await writeFile(join(folder, '.models/.policy.json'), JSON.stringify(value))
  }
  const exists = async (path: string): Promise<boolean> =>
    access(join(folder, path)).then(
      () => true,
      () => false,
    )

  it('are met or not by exit code, with every condition and its value', async () => {
    await rules({
      production: { require: ['metrics.accuracy >= 0.9'], verified: true, tags: ['owner'] },
    })
    assert.equal((await run('check', 'churn:1.1.0')).code, 1)
    const { ok, results } = await ask<Check>('check', 'churn:1.0.0')
    assert.equal(ok, false)
    assert.deepEqual(
      results[0]?.conditions.map(({ kind, ok: isMet, value }) => [kind, isMet, value]),
      [
        ['expression', false, 'metrics.accuracy = 0.8'],
        ['verified', true, 'verified'],
        ['tag', false, 'not set'],
      ],
    )
    await run('update', 'churn:1.1.0', '--tag', 'owner=ada')
    assert.equal((await run('check', 'churn:1.1.0')).code, 0)
    // Without a reference the latest of every model is asked about.
    assert.equal((await run('check')).code, 0)
    assert.equal((await run('check', '--stage', 'staging', 'churn:1.0.0')).code, 0)
    await writeFile(join(folder, '.models/.policy.json'), '{ "production": { "requires": [] } }')
    const broken = await run('check')
    assert.equal(broken.code, 3)
    assert.match(broken.stderr, /"requires" is not a rule/)
  })

  it('are written as JUnit and as Markdown, hostile texts included', async () => {
    await rules({
      production: { require: ['metrics.accuracy >= 0.9'], tags: { team: '<&"|`]]>' } },
    })
    const junit = await run('check', 'churn:1.0.0', '--format', 'junit')
    assert.equal(junit.code, 1)
    assert.match(junit.stdout, /^<\?xml version="1\.0"/)
    assert.match(junit.stdout, /tests="2" failures="2"/)
    assert.match(junit.stdout, /&lt;&amp;&quot;\|`\]\]&gt;/)
    const markdown = await run('check', 'churn:1.0.0', '--format', 'markdown')
    assert.equal(markdown.code, 1)
    assert.match(markdown.stdout, /### ❌ churn:1\\\.0\\\.0|### ❌ churn:1\.0\.0/)
    assert.match(markdown.stdout, /0 of 2 conditions are met\./)
    assert.equal(markdown.stdout.includes('<&'), false)
  })

  it('hold every way into a stage back: transition, register, rollback', async () => {
    await run('transition', 'churn:1.0.0', 'production')
    await rules({ production: { require: ['metrics.accuracy >= 0.9'] } })
    await run('transition', 'churn:1.1.0', 'production')
    assert.match(
      await refused('transition', 'churn:1.0.0', 'production'),
      /metrics\.accuracy = 0\.8/,
    )
    assert.match(
      await refused(
        'register',
        'model.onnx',
        '--name',
        'churn',
        '--version',
        '2.0.0',
        '--stage',
        'production',
        '--no-harvest',
      ),
      /missing: metrics\.accuracy/,
    )
    assert.match(await refused('rollback', 'churn'), /metrics\.accuracy = 0\.8/)
    const stages = await ask<{ versions: { version: string; stage: string }[] }[]>('list')
    assert.deepEqual(
      stages[0]?.versions.map(({ version, stage }) => [version, stage]),
      [
        ['1.0.0', 'archived'],
        ['1.1.0', 'production'],
      ],
    )
    // Whoever is sure says why, and that is kept.
    await run('rollback', 'churn', '--override', 'It is better than an outage')
    const [entry] = await ask<Entry[]>('history', 'churn')
    assert.equal(entry?.action, 'rollback')
    assert.deepEqual(entry?.overrides, { policy: 'It is better than an outage' })
  })

  it('do not measure a rollback by the version that it replaces', async () => {
    await run('transition', 'churn:1.0.0', 'production')
    await rules({ production: { require: ['metrics.accuracy >= production.metrics.accuracy'] } })
    await run('transition', 'churn:1.1.0', 'production')
    assert.equal((await run('rollback', 'churn')).code, 0)
    assert.equal((await ask<{ version: string }>('show', 'churn@production')).version, '1.0.0')
  })

  it('hold for any stage that they name', async () => {
    await rules({ archived: { tags: ['reason'] } })
    assert.match(await refused('transition', 'churn:1.0.0', 'archived'), /tag reason/)
    await run('update', 'churn:1.0.0', '--tag', 'reason=old')
    assert.equal((await run('transition', 'churn:1.0.0', 'archived')).code, 0)
  })

  it('run no command that was not asked for and approved, by its exact text', async () => {
    await rules({
      production: { tasks: [{ command: 'echo checked > ran.txt && echo done' }, 'lint'] },
    })
    const found = async (...args: string[]): Promise<readonly Condition[]> =>
      (await ask<Check>('check', 'churn:1.1.0', ...args)).results[0]?.conditions ?? []
    const [before] = await found()
    assert.match(before?.reason ?? '', /only with --run-tasks/)
    const [unapproved, task] = await found('--run-tasks')
    assert.match(unapproved?.reason ?? '', /not approved on this machine/)
    assert.match(task?.reason ?? '', /task of the editor/)
    assert.equal(await exists('ran.txt'), false)
    await run('check', 'churn:1.1.0', '--approve-tasks')
    assert.equal(await exists('ran.txt'), false, 'approving runs nothing')
    const [ended] = await found('--run-tasks')
    assert.deepEqual(
      [ended?.ok, ended?.value, ended?.output?.trim()],
      [true, 'exit code 0', 'done'],
    )
    assert.equal(await exists('ran.txt'), true)
    // The approval lies outside of the workspace, and is of nothing but this text.
    await rules({ production: { tasks: [{ command: 'echo checked > other.txt' }] } })
    assert.match((await found('--run-tasks'))[0]?.reason ?? '', /not approved on this machine/)
    assert.match(await refused('transition', 'churn:1.1.0', 'production', '--run-tasks'), /not run/)
    assert.equal(await exists('other.txt'), false)
    assert.doesNotMatch(await readFile(join(folder, '.models/churn.json'), 'utf8'), /approved/)
  })

  it('are met by a command that ends in 0 and by no other', async () => {
    await rules({ production: { tasks: [{ command: 'echo broken >&2; exit 3' }] } })
    await run('check', '--approve-tasks')
    const message = await refused('transition', 'churn:1.1.0', 'production', '--run-tasks')
    assert.match(message, /exit code 3/)
    const moved = await run('transition', 'churn:1.1.0', 'production', '--override', 'CI is down')
    assert.equal(moved.code, 0)
    const [entry] = await ask<Entry[]>('history', 'churn')
    assert.deepEqual(entry?.overrides, { policy: 'CI is down' })
    assert.equal((await run('transition', 'churn:1.0.0', 'production', '--override', ' ')).code, 1)
  })
})
