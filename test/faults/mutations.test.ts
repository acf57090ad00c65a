import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ModelRegistry } from '../../src/app'
import { isAppError } from '../../src/base/errors'
import { seededRandom } from '../support/random'
import { treeDigest } from '../support/treeDigest'

const COUNT = process.env['SOAK'] === '1' ? 100_000 : 3000
/** What a person, a merge or an enemy would put into a field. */
const VALUES = [
  '../../outside/secret.txt',
  '/etc/hostname',
  'C:\\windows\\system.ini',
  '..',
  '.',
  '',
  'con',
  '.tmp/x',
  '.lock/churn',
  'churn/1.0.0/../../../outside/secret.txt',
  'other/9.9.9',
  '__proto__',
  null,
  true,
  -1,
  1e308,
  {},
  [],
  'x'.repeat(300),
  '\u0000',
  '\u202e',
]

describe('documents that somebody mutated', () => {
  it(`${COUNT} of them crash nothing, hang nothing, and write nothing outside`, async function () {
    this.timeout(COUNT * 60)
    const base = mkdtempSync(join(tmpdir(), 'model-registry-mutations-'))
    const workspace = join(base, 'workspace')
    const outside = join(base, 'outside')
    mkdirSync(workspace)
    mkdirSync(outside)
    writeFileSync(join(outside, 'secret.txt'), 'nobody reads, moves or deletes this')
    const root = join(workspace, '.models')
    writeFileSync(join(workspace, 'model.bin'), 'content')
    const registry = await ModelRegistry.open({ root, actor: 'ann', onWarning: () => {} })
    await registry.register({
      name: 'churn',
      artifact: join(workspace, 'model.bin'),
      stage: 'production',
    })
    await registry.register({
      name: 'churn',
      artifact: join(workspace, 'model.bin'),
      alias: 'champion',
    })
    await registry.register({ name: 'churn', artifact: join(workspace, 'model.bin') })
    await registry.deleteVersion('churn', '1.0.2')
    // Somebody else's, whose changes are not taken back here.
    const other = await ModelRegistry.open({ root, actor: 'bob' })
    await other.register({ name: 'sound', artifact: join(workspace, 'model.bin') })
    other.dispose()
    await registry.refresh()
    const path = join(root, 'churn.json')
    const text = readFileSync(path, 'utf8')
    const before = await treeDigest(outside)
    const random = seededRandom(20261123)
    let good = 0
    let changes = 0
    for (let index = 0; index < COUNT; index++) {
      writeFileSync(path, mutate(text, random))
      await registry.refresh()
      const model = registry.getModel('churn')
      assert.ok(registry.getModel('sound'), 'the other model goes on')
      if (!model) continue
      good++
      for (const version of model.versions) {
        await quietly(() => registry.artifactProblem(version))
        await quietly(() => registry.loadArtifact('churn', version.version))
      }
      if (index % 5 !== 0) continue
      const [first] = model.versions
      if (index % 20 === 0) {
        await quietly(() => registry.verify())
        await quietly(() => registry.rollback('churn'))
        await quietly(() => registry.undo())
        if (first) await quietly(() => registry.forgetVersion('churn', first.version))
      }
      if (first) await quietly(() => registry.deleteVersion('churn', first.version))
      await quietly(() =>
        registry.transitionStage('churn', model.versions.at(-1)?.version ?? '', 'production'),
      )
      await quietly(() => registry.renameModel('churn', 'renamed'))
      await quietly(() => registry.deleteModel('renamed'))
      await quietly(() => registry.gc({ retentionDays: 0, unlisted: index % 2 === 0 }))
      rmSync(join(root, 'renamed.json'), { force: true })
      changes++
    }
    assert.ok(
      good > COUNT / 20,
      'most mutations are refused at once: the rest of the code is not reached',
    )
    assert.ok(changes > 0)
    assert.equal(await treeDigest(outside), before, 'something outside of .models was touched')
    registry.dispose()
    rmSync(base, { recursive: true, force: true })
  })
})

async function quietly(run: () => Promise<unknown>): Promise<void> {
  try {
    await run()
  } catch (error) {
    assert.ok(
      isAppError(error),
      `no error of ours: ${error instanceof Error ? error.stack : String(error)}`,
    )
  }
}

/** Bytes and structure by turns: half of the mutations leave valid JSON, which reaches further. */
function mutate(text: string, random: () => number): string {
  const pick = (length: number): number => Math.floor(random() * length)
  if (random() < 0.4) {
    const at = pick(text.length)
    switch (pick(4)) {
      case 0:
        return text.slice(0, at)
      case 1:
        return text.slice(0, at) + String.fromCharCode(pick(0x250)) + text.slice(at + 1)
      case 2:
        return text.slice(0, at) + text.slice(at + pick(40))
      default:
        return text.slice(0, at) + text.slice(at, at + pick(200)) + text.slice(at)
    }
  }
  const document: unknown = JSON.parse(text)
  for (let count = 1 + pick(3); count > 0; count--) mutateValue(document, random, pick)
  return JSON.stringify(document)
}

function mutateValue(value: unknown, random: () => number, pick: (length: number) => number): void {
  if (typeof value !== 'object' || value === null) return
  const keys = Object.keys(value)
  const key = keys[pick(keys.length)]
  if (key === undefined) return
  const inner: unknown = Reflect.get(value, key)
  if (typeof inner === 'object' && inner !== null && random() < 0.85) {
    mutateValue(inner, random, pick)
  } else if (random() < 0.15) {
    Reflect.deleteProperty(value, key)
  } else {
    Reflect.set(value, key, VALUES[pick(VALUES.length)])
  }
}
