import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import {
  ConfigurationTarget,
  ThemeIcon,
  window,
  workspace,
  type MarkdownString,
  type TreeItem,
} from 'vscode'
import { Registries } from '../../src/extension/registries'
import { artifactTrouble, forestOf } from '../../src/extension/tree/forest'
import type { Node } from '../../src/extension/tree/node'
import { ModelsProvider } from '../../src/extension/tree/provider'
import { emptyRegistry, modelsFolder, sampleFile } from './window'

/** The tree as the view draws it, over registries that read the same folders. */
class Tree {
  readonly #log = window.createOutputChannel('Tree suite', { log: true })
  readonly #registries = new Registries(this.#log)
  readonly provider = new ModelsProvider({
    forest: () => forestOf(this.#registries.all, new Map()),
    artifactTrouble: (node) => artifactTrouble(this.#registries, node),
    isOverwritten: () => false,
    today: () => undefined,
  })

  async rows(node?: Node, indent = ''): Promise<string[]> {
    await this.#registries.refresh()
    const rows: string[] = []
    for (const child of await this.provider.getChildren(node)) {
      const { label, description } = this.provider.getTreeItem(child)
      const shown = typeof label === 'string' ? label : label?.label
      rows.push(`${indent}${shown} ${String(description ?? '')}`.trimEnd())
      rows.push(...(await this.rows(child, `${indent}  `)))
    }
    return rows
  }

  async find(label: string, node?: Node): Promise<{ node: Node; item: TreeItem }> {
    await this.#registries.refresh()
    for (const child of await this.provider.getChildren(node)) {
      const item = this.provider.getTreeItem(child)
      if (item.label === label) return { node: child, item }
      const below = await this.find(label, child).catch(() => undefined)
      if (below) return below
    }
    throw new Error(`There is no row ${label}`)
  }

  dispose(): void {
    this.#registries.dispose()
    this.provider.dispose()
    this.#log.dispose()
  }
}

describe('the tree', () => {
  let tree: Tree
  beforeEach(() => {
    tree = new Tree()
  })
  afterEach(() => tree.dispose())

  it('is empty for an empty registry', async () => {
    await emptyRegistry()
    assert.deepEqual(await tree.rows(), [])
  })

  it('shows versions by stage, with framework, metric and age', async () => {
    const registry = await emptyRegistry()
    await registry.register({
      name: 'churn',
      version: '1.0.0',
      framework: 'sklearn',
      metrics: { accuracy: 0.94 },
    })
    await registry.register({ name: 'churn', version: '1.0.1', stage: 'production' })
    assert.deepEqual(await tree.rows(), [
      'Production 1',
      '  churn 1.0.1 custom · just now',
      'Staging 0',
      'Development 1',
      '  churn 1.0.0 accuracy 0.94 · sklearn · just now',
      'Archived 0',
    ])
  })

  it('shows versions by model where the setting says so', async () => {
    const registry = await emptyRegistry()
    await registry.register({ name: 'churn', version: '1.0.0', stage: 'production' })
    const settings = workspace.getConfiguration('modelRegistry')
    await settings.update('view.groupBy', 'model', ConfigurationTarget.Global)
    try {
      assert.deepEqual(await tree.rows(), [
        'churn 1 version · 1.0.0 in production',
        '  1.0.0 production · custom · just now',
      ])
    } finally {
      await settings.update('view.groupBy', undefined, ConfigurationTarget.Global)
    }
  })

  it('says of a version what menus and screen readers need', async () => {
    const registry = await emptyRegistry()
    await registry.register({
      name: 'churn',
      version: '1.0.0',
      framework: 'sklearn',
      metrics: { accuracy: 0.94 },
      artifact: sampleFile('churn/model.joblib').fsPath,
    })
    const { item } = await tree.find('churn 1.0.0')
    assert.equal(item.contextValue, 'version;stage:development;promotable;artifact')
    assert.equal(
      item.accessibilityInformation?.label,
      'churn version 1.0.0, development, sklearn, accuracy 0.94',
    )
    assert.ok(item.iconPath instanceof ThemeIcon)
    assert.equal(item.iconPath.color?.id, 'modelRegistry.stage.development')
  })

  it('fills the tooltip in when it is asked for, and trusts only our own links in it', async () => {
    const registry = await emptyRegistry()
    await registry.register({ name: 'churn', version: '1.0.0', description: '[x](command:evil)' })
    const { node, item } = await tree.find('churn 1.0.0')
    assert.equal(item.tooltip, undefined)
    const { value, isTrusted } = tree.provider.resolveTreeItem(item, node).tooltip as MarkdownString
    assert.ok(!value.includes('](command:evil'))
    assert.ok(typeof isTrusted === 'object')
    assert.ok(isTrusted.enabledCommands.every((command) => command.startsWith('modelRegistry.')))
  })

  it('marks a version whose artifact is not here', async () => {
    const registry = await emptyRegistry()
    await registry.register({ name: 'churn', version: '1.0.0', artifact: new Uint8Array([1]) })
    await rm(join(modelsFolder(), 'churn'), { recursive: true })
    const { item } = await tree.find('churn 1.0.0')
    assert.match(String(item.description), /^artifact not here · /)
    assert.match(item.contextValue ?? '', /;missing$/)
  })
})
