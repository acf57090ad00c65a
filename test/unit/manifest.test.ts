import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { COMMANDS, commandId, type CommandName } from '../../src/extension/commands/contract'
import { MODEL_EXTENSIONS } from '../../src/harvest/modelNames'
import { STAGES } from '../../src/registry/stage'

const ROOT = join(__dirname, '../..')

interface MenuItem {
  readonly command?: string
  readonly submenu?: string
  readonly when?: string
  readonly group?: string
}

interface Manifest {
  readonly engines: { readonly vscode: string }
  readonly icon: string
  readonly keywords: readonly string[]
  readonly activationEvents: readonly string[]
  readonly capabilities: {
    readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] }
  }
  readonly devDependencies: Readonly<Record<string, string>>
  readonly contributes: {
    readonly commands: readonly {
      readonly command: string
      readonly title: string
      readonly category: string
    }[]
    readonly menus: Readonly<Record<string, readonly MenuItem[]>>
    readonly submenus: readonly { readonly id: string }[]
    readonly keybindings: readonly { readonly command: string; readonly when: string }[]
    readonly views: Readonly<
      Record<string, readonly { readonly id: string; readonly icon: string }[]>
    >
    readonly viewsContainers: {
      readonly activitybar: readonly { readonly id: string; readonly icon: string }[]
    }
    readonly viewsWelcome: readonly {
      readonly view: string
      readonly contents: string
      readonly when: string
    }[]
    readonly configuration: {
      readonly properties: Readonly<
        Record<
          string,
          {
            readonly order: number
            readonly default?: unknown
            readonly enum?: readonly string[]
            readonly enumDescriptions?: readonly string[]
          }
        >
      >
    }
    readonly configurationDefaults: Readonly<Record<string, Readonly<Record<string, boolean>>>>
    readonly colors: readonly { readonly id: string }[]
    readonly jsonValidation: readonly { readonly url: string }[]
    readonly walkthroughs: readonly {
      readonly steps: readonly {
        readonly description: string
        readonly completionEvents: readonly string[]
        readonly media: { readonly svg: string }
      }[]
    }[]
  }
}

const text = readFileSync(join(ROOT, 'package.json'), 'utf8')
const manifest = JSON.parse(text) as Manifest
const texts = JSON.parse(readFileSync(join(ROOT, 'package.nls.json'), 'utf8')) as Record<
  string,
  string
>
const { contributes } = manifest
const declared = contributes.commands.map(({ command }) => command)
const names = Object.keys(COMMANDS) as CommandName[]
const items = Object.entries(contributes.menus).flatMap(([menu, list]) =>
  list.map((item) => ({ menu, ...item })),
)

/** Every TypeScript source of the extension, as one text. */
function sources(): string {
  const folder = join(ROOT, 'src/extension')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return files
    .filter((path) => path.endsWith('.ts'))
    .map((path) => readFileSync(join(folder, path), 'utf8'))
    .join('\n')
}

describe('the manifest', () => {
  it('declares exactly the commands of the contract', () => {
    assert.deepEqual(declared.toSorted(), names.map(commandId).toSorted())
  })

  it('names only commands, views and submenus that are declared', () => {
    const submenus = contributes.submenus.map(({ id }) => id)
    for (const { menu, command, submenu } of items) {
      if (command !== undefined) assert.ok(declared.includes(command), `${command} in ${menu}`)
      if (submenu !== undefined) assert.ok(submenus.includes(submenu), `${submenu} in ${menu}`)
      if (menu.startsWith('modelRegistry.')) assert.ok(submenus.includes(menu), menu)
    }
    for (const { command } of contributes.keybindings)
      assert.ok(declared.includes(command), command)
    const views = Object.values(contributes.views)
      .flat()
      .map(({ id }) => id)
    for (const { view } of contributes.viewsWelcome) assert.ok(views.includes(view), view)
    for (const [, view] of text.matchAll(/view == ([\w.]+)/g))
      assert.ok(views.includes(view ?? ''), view)
  })

  it('hides from the palette only what means a row that was clicked, or the selection', () => {
    const hidden = contributes.menus['commandPalette']?.filter(({ when }) => when === 'false')
    assert.deepEqual(hidden?.map(({ command }) => command).sort(), [
      'modelRegistry.deleteSelection',
      'modelRegistry.openRow',
      'modelRegistry.registerUnregistered',
      'modelRegistry.revealVersion',
      'modelRegistry.showMore',
      'modelRegistry.showMoreActivity',
      'modelRegistry.showToday',
    ])
  })

  it('links only commands that are there', () => {
    const own = contributes.viewsWelcome.map(({ contents }) => contents)
    const steps = contributes.walkthroughs.flatMap(({ steps: list }) => list)
    for (const [, command] of [...own, ...steps.map(({ description }) => description)]
      .map(resolved)
      .join('\n')
      .matchAll(/\(command:([\w.]+)/g)) {
      assert.ok(declared.includes(command ?? '') || command?.startsWith('workbench.'), command)
    }
    for (const event of steps.flatMap(({ completionEvents }) => completionEvents)) {
      const [kind, id = ''] = event.split(/:(.*)/s)
      if (kind === 'onCommand' && id.startsWith('modelRegistry.'))
        assert.ok(declared.includes(id), id)
    }
  })

  it('has every text that it names, and no other', () => {
    const named = [...text.matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key ?? '')
    assert.deepEqual([...new Set(named)].toSorted(), Object.keys(texts).toSorted())
    for (const [key, value] of Object.entries(texts)) assert.notEqual(value.trim(), '', key)
  })

  it('has every file that it names', () => {
    const files = [
      manifest.icon,
      ...contributes.viewsContainers.activitybar.map(({ icon }) => icon),
      ...Object.values(contributes.views)
        .flat()
        .map(({ icon }) => icon),
      ...contributes.walkthroughs.flatMap(({ steps }) => steps.map(({ media }) => media.svg)),
      ...contributes.jsonValidation.map(({ url }) => url),
    ]
    for (const file of files) assert.ok(existsSync(join(ROOT, file)), file)
  })

  it('hides what writes from Restricted Mode, in every menu', () => {
    const writing = names.filter((name) => COMMANDS[name] === 'writes').map(commandId)
    for (const { menu, command, when = '' } of items) {
      if (command === undefined || !writing.includes(command) || when === 'false') continue
      assert.match(when, /isWorkspaceTrusted/, `${command} in ${menu}`)
    }
  })

  it('decides for every command whether the palette shows it', () => {
    const decided = (contributes.menus['commandPalette'] ?? []).map(({ command }) => command)
    const always = declared.filter((command) => !decided.includes(command))
    assert.deepEqual(
      always.toSorted(),
      ['showView', 'showLog', 'openSettings', 'openWalkthrough']
        .map((name) => `modelRegistry.${name}`)
        .toSorted(),
    )
  })

  it('binds keys in the view alone', () => {
    for (const { when } of contributes.keybindings)
      assert.match(when, /focusedView == modelRegistry\.models && listFocus && !inputFocus/)
  })

  it('has a use for every setting, with a default and an order of its own', () => {
    const code = sources()
    const orders = new Set<number>()
    for (const [key, setting] of Object.entries(contributes.configuration.properties)) {
      assert.match(
        code,
        new RegExp(`'${key.replace('modelRegistry.', '').replace('.', '\\.')}'`),
        key,
      )
      assert.notEqual(setting.default, undefined, key)
      if (setting.enum) assert.equal(setting.enum.length, setting.enumDescriptions?.length, key)
      orders.add(setting.order)
    }
    assert.equal(orders.size, Object.keys(contributes.configuration.properties).length)
    for (const key of manifest.capabilities.untrustedWorkspaces.restrictedConfigurations)
      assert.ok(Object.hasOwn(contributes.configuration.properties, key), key)
  })

  it('asks only for context keys that the extension sets', () => {
    const code = readFileSync(join(ROOT, 'src/extension/context.ts'), 'utf8')
    const settings = Object.keys(contributes.configuration.properties)
    for (const [, key = ''] of text.matchAll(
      /(?<!config\.|command:|:)\bmodelRegistry\.(\w+)(?= (?:==|!=|>)|\))/g,
    )) {
      if (declared.includes(`modelRegistry.${key}`)) continue
      assert.match(code, new RegExp(`readonly ${key}:`), key)
    }
    for (const [, key = ''] of text.matchAll(/config\.(modelRegistry\.[\w.]+)/g))
      assert.ok(settings.includes(key), key)
  })

  it('offers an editor of any model file to be registered', () => {
    const item = contributes.menus['editor/title']?.find(
      ({ command }) => command === 'modelRegistry.registerModel',
    )
    const pattern = /resourceExtname =~ \/(.*?)\/i/.exec(item?.when ?? '')?.[1]
    assert.ok(pattern)
    for (const extension of MODEL_EXTENSIONS) assert.match(extension, new RegExp(pattern, 'i'))
    assert.doesNotMatch('.py', new RegExp(pattern, 'i'))
  })

  it('offers files in the Explorer unless they are surely no model', () => {
    const item = contributes.menus['explorer/context']?.[0]
    const pattern = /!\(resourceExtname =~ \/(.*?)\/i\)/.exec(item?.when ?? '')?.[1]
    assert.ok(pattern)
    const excluded = new RegExp(pattern, 'i')
    for (const extension of [
      ...MODEL_EXTENSIONS,
      '.json',
      '.txt',
      '.bin',
      '.zip',
      '.xml',
      '.npz',
      '',
      '.2',
    ])
      assert.doesNotMatch(extension, excluded)
    for (const extension of ['.py', '.ipynb', '.csv', '.md', '.yaml'])
      assert.match(extension, excluded)
  })

  it('keeps artifacts out of searches and watchers, and leaves documents in', () => {
    for (const key of ['files.watcherExclude', 'search.exclude'])
      assert.deepEqual(contributes.configurationDefaults[key], { '**/.models/*/**': true })
  })

  it('has a colour for every stage', () => {
    assert.deepEqual(
      contributes.colors.map(({ id }) => id).toSorted(),
      STAGES.map((stage) => `modelRegistry.stage.${stage}`).toSorted(),
    )
  })

  it('is what the Marketplace takes', () => {
    assert.ok(manifest.keywords.length <= 5)
    const icon = readFileSync(join(ROOT, manifest.icon))
    assert.equal(icon.toString('latin1', 1, 4), 'PNG')
    assert.ok(icon.readUInt32BE(16) >= 128 && icon.readUInt32BE(20) >= 128)
    assert.ok(statSync(join(ROOT, manifest.icon)).size < 200_000)
    // Typings newer than the engine would let calls through that users' VS Code does not have.
    const engine = manifest.engines.vscode.replace(/^\^/, '').split('.')
    const types = manifest.devDependencies['@types/vscode']?.split('.')
    assert.deepEqual(types?.slice(0, 2), engine.slice(0, 2))
  })
})

function resolved(value: string): string {
  return value.replaceAll(/%([^%]+)%/g, (_, key: string) => texts[key] ?? '')
}
