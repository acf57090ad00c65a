import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ModelRegistry } from '../../src/app'
import { resolveConflict } from '../../src/conflicts'
import { checkInvariants } from './checker'

const contentOf = async (registry: ModelRegistry, version: string): Promise<string> =>
  Buffer.from((await registry.loadArtifact('churn', version)) ?? []).toString()

describe('branches of git', () => {
  let workspace: string
  let root: string
  let windows: ModelRegistry[]
  let ann: ModelRegistry
  let bob: ModelRegistry

  beforeEach(async () => {
    workspace = mkdtempSync(join(tmpdir(), 'model-registry-branches-'))
    root = join(workspace, '.models')
    ann = await ModelRegistry.open({ root, actor: 'ann' })
    bob = await ModelRegistry.open({ root, actor: 'bob' })
    windows = [ann, bob]
    git('init', '-q', '-b', 'main')
  })
  afterEach(() => {
    for (const registry of windows) registry.dispose()
    rmSync(workspace, { recursive: true, force: true })
  })

  function git(...words: string[]): string {
    return execFileSync(
      'git',
      ['-c', 'user.name=ann', '-c', 'user.email=ann@example.com', ...words],
      { cwd: workspace, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
    )
  }

  async function register(
    registry: ModelRegistry,
    content: string,
    version?: string,
  ): Promise<void> {
    const file = join(workspace, 'model.bin')
    writeFileSync(file, content)
    await registry.register({
      name: 'churn',
      artifact: file,
      ...(version === undefined ? {} : { version }),
    })
  }

  function commit(message: string): void {
    git('add', '-A', '--', '.models')
    git('commit', '-qm', message)
  }

  /** As an open window does when the documents changed. */
  async function checkout(branch: string): Promise<void> {
    git('checkout', '-q', branch)
    for (const registry of windows) await registry.bringHome(await registry.refresh())
  }

  /** Commits what there is, leaves it to a branch as it is and to another one under another name, and is back on main. */
  async function branchOff(): Promise<void> {
    commit('base')
    git('branch', 'feature')
    git('checkout', '-qb', 'renamed')
    await ann.renameModel('churn', 'attrition')
    commit('renamed')
    await checkout('main')
  }

  it('can be switched back and forth with open windows, and no artifact is lost', async function () {
    this.timeout(60_000)
    await register(ann, 'on main')
    commit('main')
    git('checkout', '-qb', 'feature')
    await register(bob, 'on feature')
    await ann.refresh()
    await ann.transitionStage('churn', '1.0.1', 'production')
    commit('feature')
    for (let round = 0; round < 6; round++) {
      await checkout('main')
      assert.deepEqual(
        bob.listVersions('churn').map(({ version }) => version),
        ['1.0.0'],
      )
      // A write on this branch must not take what only the other one names.
      await bob.updateVersion('churn', '1.0.0', { metrics: { round } })
      await ann.gc({ retentionDays: 0 })
      commit(`main ${round}`)
      await checkout('feature')
      assert.equal(ann.getProduction('churn')?.version, '1.0.1')
      checkInvariants(root)
      assert.equal(await contentOf(ann, '1.0.1'), 'on feature')
      assert.equal((await bob.verify()).ok, true)
    }
  })

  it('that have deleted, restored or renamed something leave the others what they name', async function () {
    this.timeout(60_000)
    await register(ann, 'one')
    await register(ann, 'two')
    await ann.transitionStage('churn', '1.0.0', 'production')
    await branchOff()
    checkInvariants(root)
    await ann.deleteVersion('churn', '1.0.0')
    commit('deleted')
    for (let round = 0; round < 3; round++) {
      for (const branch of ['feature', 'renamed', 'main']) {
        await checkout(branch)
        checkInvariants(root)
        assert.equal((await bob.verify()).ok, true, branch)
        await ann.gc({ retentionDays: branch === 'main' ? 30 : 0 })
        checkInvariants(root)
      }
    }
    // What another branch has in its place is no obstacle.
    assert.equal((await ann.restoreVersion('churn', '1.0.0')).stage, 'archived')
    checkInvariants(root)
    assert.equal(await contentOf(ann, '1.0.0'), 'one')
  })

  it('keep in the trash what only another one has there, until somebody takes it by name', async () => {
    await register(ann, 'one')
    await register(ann, 'two')
    commit('base')
    git('branch', 'feature')
    await ann.deleteVersion('churn', '1.0.0')
    commit('deleted')
    git('checkout', '-q', 'feature')
    await ann.refresh()
    const report = await ann.gc({ retentionDays: 0 })
    assert.deepEqual(report.removed, [])
    assert.equal(report.kept.length, 1)
    assert.match(report.kept[0] ?? '', /^\.trash\/[0-9A-Z]{26}$/)
    assert.equal(await contentOf(ann, '1.0.0'), 'one')
    assert.deepEqual((await ann.gc({ retentionDays: 30, unlisted: true })).removed, report.kept)
    assert.equal(await contentOf(ann, '1.0.0'), 'one')
  })

  it('keep what they use, though the retention of another one is over', async () => {
    await register(ann, 'one')
    await register(ann, 'two')
    await branchOff()
    await ann.deleteVersion('churn', '1.0.0')
    commit('deleted')
    const [gone] = ann.listTrash()
    const place = `.trash/${gone?.record.id}`
    for (const dryRun of [true, false]) {
      const report = await ann.gc({ retentionDays: 0, dryRun })
      const renamed = { 'attrition/1.0.0': 'renamed', 'attrition/1.0.1': 'renamed' }
      assert.deepEqual(report.removed, [])
      assert.deepEqual(report.kept, [place, ...Object.keys(renamed)])
      assert.deepEqual(report.branches, { [place]: 'feature', ...renamed })
    }
    git('branch', '-qD', 'feature')
    assert.equal((await ann.gc({ retentionDays: 0 })).branches[place], 'renamed')
    await checkout('renamed')
    assert.equal((await bob.verify()).ok, true)
    await checkout('main')
    git('branch', '-qD', 'renamed')
    assert.deepEqual((await ann.gc({ retentionDays: 0 })).removed, [place])
    checkInvariants(root)
  })

  it('keep what no document here names, also where it is asked for', async () => {
    await register(ann, 'one')
    commit('base')
    git('checkout', '-qb', 'feature')
    await register(ann, 'two')
    commit('feature')
    await checkout('main')
    const report = await ann.gc({ unlisted: true })
    assert.deepEqual([report.removed, report.kept], [[], ['churn/1.0.1']])
    assert.deepEqual(report.branches, { 'churn/1.0.1': 'feature' })
    // A document of the other branch that can't be read counts for all that stands in it.
    git('checkout', '-q', 'feature')
    writeFileSync(join(root, 'churn.json'), '"churn/1.0.1" <<<<<<<')
    commit('broken')
    git('checkout', '-q', 'main')
    await ann.refresh()
    assert.deepEqual((await ann.gc({ unlisted: true })).kept, ['churn/1.0.1'])
    git('branch', '-qD', 'feature')
    assert.deepEqual((await ann.gc({ unlisted: true })).removed, ['churn/1.0.1'])
  })

  it('that git can not read let nothing be removed', async () => {
    await register(ann, 'one')
    await register(ann, 'two')
    commit('base')
    git('checkout', '-qb', 'feature')
    await ann.updateVersion('churn', '1.0.0', { description: 'only here' })
    commit('feature')
    const blob = git('rev-parse', 'feature:.models/churn.json').trim()
    await checkout('main')
    await ann.deleteVersion('churn', '1.0.0')
    commit('deleted')
    const object = join(workspace, '.git/objects', blob.slice(0, 2), blob.slice(2))
    rmSync(object)
    for (const dryRun of [true, false]) {
      await assert.rejects(ann.gc({ retentionDays: 0, dryRun }), {
        code: 'corrupt',
        message: /git can't say what other branches use .* nothing is removed/,
      })
    }
    assert.equal(ann.listTrash().length, 1)
    checkInvariants(root)
  })

  it('that registered one name twice each have their own artifact after the merge', async () => {
    await register(ann, 'base')
    commit('base')
    git('checkout', '-qb', 'feature')
    await register(bob, 'theirs', '1.3.0')
    commit('theirs')
    // The artifact is on the other machine: only the document comes by git.
    rmSync(join(root, 'churn', '1.3.0'), { recursive: true })
    await checkout('main')
    await register(ann, 'ours!!', '1.3.0')
    commit('ours')
    assert.throws(() => git('merge', '-q', 'feature'))
    await resolveConflict(join(root, 'churn.json'))
    await bob.refresh()
    const later = bob.listVersions('churn').find(({ version }) => version.startsWith('1.3.0+'))
    assert.ok(later)
    // Of equal size, so that only the digest tells whose it is.
    await assert.rejects(bob.loadArtifact('churn', '1.3.0'), /is not here/)
    assert.equal(await contentOf(bob, later.version), 'ours!!')
    const { results } = await bob.verify({ name: 'churn' })
    assert.deepEqual(
      results.map(({ status }) => status),
      ['ok', 'missing', 'ok'],
    )
  })
})
