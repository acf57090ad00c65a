import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'

const load = createRequire(join(process.cwd(), 'package.json'))
const SOAK = process.env['SOAK'] === '1'

interface Registry {
  transitionStage(name: string, version: string, stage: string): Promise<unknown>
  updateVersion(name: string, version: string, changes: object): Promise<unknown>
  dispose(): void
}
interface Scenarios {
  readonly open: (root: string) => Promise<Registry>
  readonly prepare: (workspace: string) => Promise<void>
}

describe('a conflict that is resolved by meaning', () => {
  const { open, prepare } = load('./test/faults/scenarios.cjs') as Scenarios
  let base: string
  let template: string
  let conflicted: string

  before(async () => {
    base = mkdtempSync(join(tmpdir(), 'model-registry-merge-'))
    template = join(base, 'template')
    spawnSync('mkdir', [template])
    await prepare(template)
    const document = join(template, '.models', 'churn.json')
    const sides: Record<string, string> = { base: readFileSync(document, 'utf8') }
    const registry = await open(join(template, '.models'))
    await registry.transitionStage('churn', '1.0.1', 'staging')
    sides['ours'] = readFileSync(document, 'utf8')
    writeFileSync(document, sides['base'] ?? '')
    await registry.updateVersion('churn', '1.0.1', { metrics: { accuracy: 0.5 } })
    sides['theirs'] = readFileSync(document, 'utf8')
    registry.dispose()
    for (const [name, text] of Object.entries(sides)) writeFileSync(join(base, name), text)
    const merged = spawnSync('git', ['merge-file', '-p', '--diff3', 'ours', 'base', 'theirs'], {
      cwd: base,
      encoding: 'utf8',
    })
    conflicted = merged.stdout
    assert.match(conflicted, /^<<<<<<< /m)
    writeFileSync(document, conflicted)
  })
  after(() => rmSync(base, { recursive: true, force: true }))

  function resolve(root: string, plan: object): Promise<{ acknowledged: boolean }> {
    const file = join(root, 'churn.json')
    const child = spawn(
      process.execPath,
      [
        '--require',
        load.resolve('./test/faults/inject.cjs'),
        load.resolve('./dist/cli.js'),
        'merge',
        '--resolve',
        file,
        '--root',
        root,
      ],
      { env: { ...process.env, FAULT_PLAN: JSON.stringify({ root, ...plan }) }, stdio: 'ignore' },
    )
    return new Promise((done, reject) => {
      child.once('error', reject)
      child.once('close', (code) => done({ acknowledged: code === 0 }))
    })
  }

  function isResolved(root: string): boolean {
    const text = readFileSync(join(root, 'churn.json'), 'utf8')
    if (text === conflicted) return false
    const { versions } = JSON.parse(text) as {
      versions: { version: string; stage: string; metrics: object }[]
    }
    const version = versions.find((other) => other.version === '1.0.1')
    assert.deepEqual([version?.stage, version?.metrics], ['staging', { accuracy: 0.5 }])
    return true
  }

  it('is there as it was, or resolved, whatever fails and whenever the process is killed', async function () {
    this.timeout(SOAK ? 900_000 : 120_000)
    const queue: { at: number; mode: string; code?: string }[] = []
    // The last calls are past the end: there the merge is done.
    for (let at = 1; at <= 40; at++) {
      queue.push({
        at,
        mode: 'error',
        code: ['EIO', 'ENOSPC', 'EACCES', 'EMFILE'][at % 4] ?? 'EIO',
      })
      for (const mode of SOAK
        ? ['kill-before', 'kill-after', 'kill-half']
        : [['kill-before', 'kill-after', 'kill-half'][at % 3] ?? '']) {
        queue.push({ at, mode })
      }
    }
    let resolved = 0
    let kept = 0
    const work = async (): Promise<void> => {
      for (let plan = queue.pop(); plan; plan = queue.pop()) {
        const workspace = join(base, `case-${plan.at}-${plan.mode}`)
        cpSync(template, workspace, { recursive: true, preserveTimestamps: true })
        const root = join(workspace, '.models')
        const { acknowledged } = await resolve(root, plan)
        if (isResolved(root)) resolved++
        else {
          kept++
          assert.ok(!acknowledged, `${JSON.stringify(plan)}: acknowledged and not done`)
        }
        // Whoever comes next resolves it, and clears what was left.
        const again = spawnSync(process.execPath, [
          load.resolve('./dist/cli.js'),
          'merge',
          '--resolve',
          '--root',
          root,
        ])
        assert.equal(again.status, 0, String(again.stderr))
        assert.ok(isResolved(root))
        const registry = await open(root)
        await registry.updateVersion('fraud', '1.0.0', { description: 'somebody else' })
        registry.dispose()
        assert.deepEqual(
          existsSync(join(root, '.tmp')) ? readdirSync(join(root, '.tmp')) : [],
          [],
          JSON.stringify(plan),
        )
        rmSync(workspace, { recursive: true })
      }
    }
    await Promise.all(Array.from({ length: availableParallelism() }, work))
    assert.ok(
      resolved > 5 && kept > 5,
      `${resolved} resolved, ${kept} kept: the calls are not all reached`,
    )
  })
})
