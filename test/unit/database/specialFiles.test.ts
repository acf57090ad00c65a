import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ModelRegistry } from '../../../src/app'

describe('a named pipe in the place of a document', () => {
  it('is named, and nobody waits for it to be written to', async function () {
    if (process.platform === 'win32') this.skip()
    const folder = mkdtempSync(join(tmpdir(), 'model-registry-pipe-'))
    const root = join(folder, '.models')
    mkdirSync(root)
    execFileSync('mkfifo', [join(root, 'churn.json')])
    const registry = await ModelRegistry.open({ root, actor: 'ann' })
    try {
      assert.match(
        registry.listBroken()[0]?.error.message ?? '',
        /churn\.json is not a regular file/,
      )
      await assert.rejects(
        registry.register({ name: 'churn' }),
        /churn\.json is not a regular file/,
      )
      await registry.register({ name: 'fraud' })
      await registry.refresh()
      assert.ok(registry.getModel('fraud'))
    } finally {
      registry.dispose()
      rmSync(folder, { recursive: true })
    }
  })
})
