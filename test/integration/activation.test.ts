import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { commands, extensions, Uri, window } from 'vscode'
import { COMMANDS, commandId, type CommandName } from '../../src/extension/commands/contract'
import { activate, emptyRegistry, modelsFolder, sampleFile, sampleFolder, until } from './window'

describe('the extension', () => {
  it('gives other extensions its API', async () => {
    const api = await activate()
    assert.equal(api.apiVersion, 1)
    const registry = await api.getRegistry(sampleFolder())
    assert.ok(registry)
    assert.equal(await api.getRegistry(sampleFile('churn/model.joblib')), registry)
    assert.equal(await api.getRegistry(Uri.file('/nowhere/at/all')), undefined)
    api.onDidChangeRegistries(() => undefined).dispose()
  })

  it('registers every command of its contract, and no other', async () => {
    await activate()
    const known = await commands.getCommands(true)
    const own = known.filter((id) => id.startsWith('modelRegistry.') && !isView(id))
    const expected = (Object.keys(COMMANDS) as CommandName[]).map(commandId)
    assert.deepEqual(own.toSorted(), expected.toSorted())
  })

  it('is active before anybody asked for it, so that terminals know its program', async () => {
    const extension = extensions.getExtension('model-registry.model-registry')
    await until('the extension is active', () => extension?.isActive)
  })

  it('puts model-registry on the PATH of terminals', async function () {
    const registry = await emptyRegistry()
    await registry.register({ name: 'from-code', version: '1.0.0' })
    const output = join(modelsFolder(), '..', 'terminal.json')
    const terminal = window.createTerminal({ cwd: sampleFolder().uri })
    try {
      // Written under another name first: a file that is there is then complete.
      terminal.sendText(
        `model-registry list --json > "${output}.part" && mv "${output}.part" "${output}"`,
      )
      const text = await untilRead(output)
      const models = JSON.parse(text) as { name: string }[]
      assert.deepEqual(
        models.map(({ name }) => name),
        ['from-code'],
      )
    } finally {
      terminal.dispose()
    }
  })
})

/** VS Code makes commands of its own for each view. */
function isView(id: string): boolean {
  return /^modelRegistry\.(models|activity|unregistered)\./.test(id)
}

async function untilRead(path: string): Promise<string> {
  let text: string | undefined
  const timer = setInterval(() => {
    readFile(path, 'utf8').then(
      (read) => (text = read),
      () => undefined,
    )
  }, 50)
  try {
    return await until(`${path} is written`, () => text)
  } finally {
    clearInterval(timer)
  }
}
