import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ModelRegistry } from '../../src/app'
import { isAppError } from '../../src/base/errors'
import { checkInvariants, stateOf } from './checker'

const MIB = 1024 * 1024

/** A disk of its own, of a size in bytes and a number of files. */
function mount(path: string, options: string): boolean {
  mkdirSync(path)
  return spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path]).status === 0
}

describe('a full disk', () => {
  let base: string
  let disk: string

  function useDisk(context: Mocha.Context, options: string): void {
    base = mkdtempSync(join(tmpdir(), 'model-registry-disk-'))
    disk = join(base, 'disk')
    if (mount(disk, options)) return
    console.log('      skipped: a disk of its own can only be mounted as root')
    context.skip()
  }

  afterEach(() => {
    spawnSync('umount', [disk])
    rmSync(base, { recursive: true, force: true })
  })

  it('is noticed before the first byte, and named with both sizes', async function () {
    useDisk(this, 'size=64m')
    const source = join(base, 'large.bin')
    writeFileSync(source, Buffer.alloc(80 * MIB, 1))
    const root = join(disk, '.models')
    const registry = await ModelRegistry.open({ root, actor: 'ann' })
    await assert.rejects(
      registry.register({ name: 'large', artifact: source }),
      (error) =>
        isAppError(error) &&
        error.code === 'busy' &&
        /needs 83\.9 MB, and 6[0-9.]+ MB are free/.test(error.message),
    )
    assert.deepEqual(readdirSync(disk), [], 'nothing was made')
  })

  it('in the middle of a copy leaves the state before, and names the disk that is full', async function () {
    this.timeout(60_000)
    useDisk(this, 'size=64m')
    const root = join(disk, '.models')
    const registry = await ModelRegistry.open({ root, actor: 'ann' })
    await registry.register({ name: 'churn', artifact: Buffer.from('small') })
    const before = stateOf(root)
    for (const size of [30 * MIB, MIB]) {
      const source = join(base, 'model.bin')
      writeFileSync(source, randomBytes(size))
      // Somebody else needs the space between the look at the disk and the first byte of the copy.
      const fill = (): void => {
        const { bavail, bsize } = statfsSync(disk)
        if (!existsSync(join(disk, 'other')))
          writeFileSync(join(disk, 'other'), Buffer.alloc(bavail * bsize - size / 2))
      }
      await assert.rejects(
        registry.register({ name: 'churn', artifact: source }, { onProgress: fill }),
        (error) =>
          isAppError(error) &&
          error.code === 'busy' &&
          error.message.startsWith("Can't register churn: the disk is full") &&
          !error.message.includes(source),
      )
      assert.deepEqual(stateOf(root), before)
      assert.deepEqual(readdirSync(join(root, '.tmp')), [])
      rmSync(join(disk, 'other'))
      await registry.register({ name: `fits-${size}`, artifact: source })
      checkInvariants(root)
      await registry.deleteModel(`fits-${size}`)
      await registry.gc({ retentionDays: 0 })
    }
    registry.dispose()
  })

  it('in the middle of anything leaves the state before, and a sentence', async function () {
    this.timeout(60_000)
    // So few files that the space runs out at one call or another; the bytes would suffice for all.
    useDisk(this, 'size=64m,nr_inodes=60')
    const root = join(disk, '.models')
    const registry = await ModelRegistry.open({ root, actor: 'ann' })
    const source = join(base, 'model.bin')
    writeFileSync(source, 'content')
    let registered = 0
    let refused = 0
    for (let index = 0; index < 40; index++) {
      const before = registered > 0 ? stateOf(root) : undefined
      try {
        await registry.register({ name: 'churn', artifact: source, metrics: { index } })
        registered++
      } catch (error) {
        assert.ok(isAppError(error) && error.code === 'busy', String(error))
        assert.match(error.message, /disk is full/)
        refused++
        if (before) assert.deepEqual(stateOf(root), before)
      }
      if (registered > 0) checkInvariants(root)
    }
    assert.ok(registered > 3 && refused > 3, `${registered} registered, ${refused} refused`)
    assert.equal(statfsSync(disk).type, 0x01021994, 'the disk is the mounted one')
    await registry
      .deleteVersion('churn', registry.listVersions('churn')[0]?.version ?? '')
      .catch((error: unknown) => {
        assert.ok(isAppError(error), String(error))
      })
    checkInvariants(root)
    registry.dispose()
  })
})
