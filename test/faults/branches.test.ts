import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ModelRegistry } from '../../src/app'
import { checkInvariants } from './checker'

describe('branches of git', () => {
  it('can be switched back and forth with open windows, and no artifact is lost', async function () {
    this.timeout(60_000)
    const workspace = mkdtempSync(join(tmpdir(), 'model-registry-branches-'))
    const git = (...words: string[]): string =>
      execFileSync('git', ['-c', 'user.name=ann', '-c', 'user.email=ann@example.com', ...words], {
        cwd: workspace,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      })
    const root = join(workspace, '.models')
    const windows = await Promise.all(
      ['ann', 'bob'].map((actor) => ModelRegistry.open({ root, actor })),
    )
    try {
      git('init', '-q', '-b', 'main')
      const [ann, bob] = windows
      assert.ok(ann && bob)
      const file = join(workspace, 'model.bin')
      const register = async (registry: ModelRegistry, content: string): Promise<void> => {
        writeFileSync(file, content)
        await registry.register({ name: 'churn', artifact: file })
      }
      const commit = (message: string): void => {
        git('add', '--', '.models')
        git('commit', '-qm', message)
      }
      const refresh = async (): Promise<void> => {
        for (const registry of windows) await registry.refresh()
      }
      await register(ann, 'on main')
      commit('main')
      git('checkout', '-qb', 'feature')
      await register(bob, 'on feature')
      await ann.refresh()
      await ann.transitionStage('churn', '1.0.1', 'production')
      commit('feature')
      for (let round = 0; round < 6; round++) {
        git('checkout', '-q', 'main')
        await refresh()
        assert.deepEqual(
          bob.listVersions('churn').map(({ version }) => version),
          ['1.0.0'],
        )
        // A write on this branch must not take what only the other one names.
        await bob.updateVersion('churn', '1.0.0', { metrics: { round } })
        await ann.gc({ retentionDays: 0 })
        commit(`main ${round}`)
        git('checkout', '-q', 'feature')
        await refresh()
        assert.equal(ann.getProduction('churn')?.version, '1.0.1')
        checkInvariants(root)
        assert.equal(
          Buffer.from((await ann.loadArtifact('churn', '1.0.1')) ?? []).toString(),
          'on feature',
        )
        assert.equal((await bob.verify()).ok, true)
      }
    } finally {
      for (const registry of windows) registry.dispose()
      rmSync(workspace, { recursive: true, force: true })
    }
  })
})
