import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildCli, runCli, type CliOutcome } from '../../support/cli'
import { createTempFolder, removeFolder } from '../../support/tempFolder'

interface Merged {
  readonly merged: readonly { readonly model: string; readonly notes: readonly string[] }[]
}
interface Version {
  readonly version: string
  readonly description: string
}

describe('model-registry merge, in a repository', () => {
  let folder: string
  before(async function () {
    this.timeout(60_000)
    await buildCli()
  })
  beforeEach(async () => {
    folder = await createTempFolder('merge')
    git('init', '-q', '-b', 'main')
    writeFileSync(join(folder, 'model.bin'), 'one')
    await cli('register', 'model.bin', '--name', 'churn', '--version', '1.0.0')
    commit('base')
    git('branch', 'other')
  })
  afterEach(() => removeFolder(folder))

  function git(...words: string[]): { code: number | null; text: string } {
    const { status, stdout, stderr } = spawnSync(
      'git',
      ['-c', 'user.name=ann', '-c', 'user.email=ann@example.com', ...words],
      { cwd: folder, encoding: 'utf8' },
    )
    return { code: status, text: stdout + stderr }
  }
  function commit(message: string): void {
    git('add', '-A', '.models')
    assert.equal(git('commit', '-qm', message).code, 0)
  }
  async function cli(...args: string[]): Promise<CliOutcome> {
    const outcome = await runCli([...args, '--actor', 'ann', '--json'], {
      cwd: folder,
      env: { XDG_DATA_HOME: join(folder, 'data') },
    })
    assert.ok(outcome.code === 0 || outcome.code === 1, outcome.stdout + outcome.stderr)
    return outcome
  }
  const answer = async <T>(...args: string[]): Promise<T> =>
    JSON.parse((await cli(...args)).stdout) as T
  const versions = async (): Promise<readonly Version[]> => {
    const models = await answer<readonly { versions: readonly Version[] }[]>('list')
    return models.flatMap((model) => model.versions)
  }

  it('keeps a model that one side deleted and the other changed', async () => {
    rmSync(join(folder, '.models', 'churn.json'))
    commit('deleted')
    git('checkout', '-q', 'other')
    await cli('update', 'churn:1.0.0', '--description', 'changed')
    commit('changed')
    assert.match(git('merge', 'main').text, /CONFLICT \(modify\/delete\)/)
    const { merged } = await answer<Merged>('merge', '--resolve')
    assert.deepEqual(
      merged.map(({ model, notes }) => [model, notes]),
      [['churn', ['Our side has churn.json, and their side does not: it is kept.']]],
    )
    assert.equal(git('commit', '-qm', 'merged').code, 0)
    assert.deepEqual(
      (await versions()).map(({ description }) => description),
      ['changed'],
    )
  })

  it('keeps both names where both sides renamed, and both have the artifact', async () => {
    await cli('rename', 'churn', 'attrition')
    commit('one name')
    git('checkout', '-q', 'other')
    await cli('rename', 'churn', 'leavers')
    commit('another name')
    assert.match(git('merge', 'main').text, /CONFLICT/)
    await cli('merge', '--resolve')
    const verified = await answer<{ ok: boolean; results: { reference: string }[] }>('verify')
    assert.equal(verified.ok, true)
    assert.deepEqual(
      verified.results.map(({ reference }) => reference),
      ['attrition:1.0.0', 'leavers:1.0.0'],
    )
    assert.equal(git('commit', '-qm', 'merged').code, 0)
  })

  it('brings the artifacts along where the other side renamed the model', async () => {
    await cli('rename', 'churn', 'attrition')
    commit('renamed')
    git('checkout', '-q', 'other')
    await cli('update', 'churn:1.0.0', '--description', 'changed')
    commit('changed')
    git('merge', 'main')
    await cli('merge', '--resolve')
    const verified = await answer<{ ok: boolean }>('verify')
    assert.equal(verified.ok, true)
    const { path } = await answer<{ path: string }>('path', 'attrition:1.0.0')
    assert.equal(readFileSync(path, 'utf8'), 'one')
  })

  it('leaves alone what somebody is resolving by hand', async () => {
    const document = join(folder, '.models', 'churn.json')
    for (const [branch, text] of [
      ['main', 'ours'],
      ['other', 'theirs'],
    ] as const) {
      git('checkout', '-q', branch)
      await cli('update', 'churn:1.0.0', '--description', text)
      commit(text)
    }
    git('merge', 'main')
    const byHand = git('show', ':2:.models/churn.json').text.replace('theirs', 'by hand')
    writeFileSync(document, byHand)
    assert.deepEqual((await answer<Merged>('merge', '--resolve')).merged, [])
    assert.equal(readFileSync(document, 'utf8'), byHand)
  })

  it('leaves nothing beside a file that lies in no registry', async () => {
    const stray = join(folder, 'stray')
    mkdirSync(stray)
    const text = readFileSync(join(folder, '.models', 'churn.json'), 'utf8')
    const changed = text.replace('"description": ""', '"description": "theirs"')
    writeFileSync(
      join(stray, 'churn.json'),
      `<<<<<<< ours\n${text}=======\n${changed}>>>>>>> theirs\n`,
    )
    await cli('merge', '--resolve', join(stray, 'churn.json'))
    assert.match(readFileSync(join(stray, 'churn.json'), 'utf8'), /"description": "theirs"/)
  })
})
