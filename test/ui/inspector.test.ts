import assert from 'node:assert/strict'
import { appendFile, cp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { formatLabel } from '../../src/webview/inspector/labels'
import { eventually } from '../support/eventually'
import { safetensorsOf } from '../support/safetensors'
import { sparseFile } from '../support/sparse'
import { InspectorView } from './inspectorView'
import { readModel, registerTeam } from './sampleRegistry'
import { Session, type SessionOptions } from './session'

const FIXTURES = join(__dirname, '../fixtures/formats')

interface Expected {
  readonly format: string
  readonly parameterCount?: number
  readonly tensors?: readonly { readonly name: string }[]
  readonly inputs?: readonly { readonly name?: string }[]
  readonly outputs?: readonly { readonly name?: string }[]
  readonly featureNames?: readonly string[]
  readonly classes?: readonly string[]
}

/** Every file opens in the inspector at once. */
const ALWAYS = {
  'workbench.editorAssociations': { '**/formats/**': 'modelRegistry.inspectorOptional' },
}

async function start(options: SessionOptions = {}): Promise<Session> {
  const session = await Session.start({
    ...options,
    prepare: async (workspace) => {
      await cp(FIXTURES, join(workspace, 'formats'), { recursive: true })
      await options.prepare?.(workspace)
    },
  })
  await session.workbench.openModels()
  return session
}

/** The first fixture of each format that is a file. */
async function oneOfEach(): Promise<[path: string, facts: Expected][]> {
  const text = await readFile(join(FIXTURES, 'expected.json'), 'utf8')
  const firsts = new Map<string, [string, Expected]>()
  for (const [path, facts] of Object.entries(JSON.parse(text) as Record<string, Expected>)) {
    if (/\.\w+$/.test(path) && !path.endsWith('.mlpackage') && !firsts.has(facts.format))
      firsts.set(facts.format, [path, facts])
  }
  return [...firsts.values()]
}

/** What the page says of a fixture is what its own framework says. */
async function assertShown(view: InspectorView, facts: Expected): Promise<void> {
  assert.ok((await view.kind()).startsWith(formatLabel(facts.format)), await view.kind())
  const shown = await view.facts()
  if (facts.parameterCount) {
    const exact = facts.parameterCount.toLocaleString('en-US')
    assert.equal(shown['Parameters, exactly'], exact)
  }
  for (const { name } of [...(facts.inputs ?? []), ...(facts.outputs ?? [])]) {
    if (name === undefined) continue
    await view.section('Inputs and outputs').getByText(name, { exact: true }).first().waitFor()
  }
  for (const [title, names] of [
    ['Features', facts.featureNames],
    ['Classes', facts.classes],
  ] as const)
    for (const name of names?.slice(0, 5) ?? [])
      await view.section(title).getByText(name, { exact: true }).waitFor()
  const tensor = facts.tensors?.find(({ name }) => name !== '')
  if (tensor) {
    await view.search(tensor.name)
    await view
      .row(tensor.name.split(/[./]/).at(-1) ?? tensor.name)
      .first()
      .waitFor()
  }
}

describe('the model inspector', () => {
  it('shows what each format holds', async function () {
    this.timeout(300_000)
    const { workbench } = await start({ settings: ALWAYS })
    for (const [path, facts] of await oneOfEach()) {
      const view = await InspectorView.openFile(workbench, `formats/${path}`)
      try {
        await assertShown(view, facts)
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error)
        throw new Error(`formats/${path}: ${reason}`, { cause: error })
      }
    }
  })

  it('opens folders that are models, and the artifacts of versions', async () => {
    const { workbench } = await start({
      prepare: async (workspace) => {
        await registerTeam(workspace)
        // The Explorer draws only the rows that fit into it.
        for (const folder of ['transformers', 'saved-model'])
          await cp(join(FIXTURES, folder), join(workspace, `a-${folder}`), { recursive: true })
      },
    })
    for (const [path, kind] of [
      ['a-transformers/causal', 'Hugging Face Transformers'],
      ['a-saved-model/keras-2', 'TensorFlow SavedModel'],
    ] as const) {
      const view = await InspectorView.inspect(workbench, path)
      assert.ok((await view.kind()).startsWith(kind))
    }
    await workbench.openModels()
    await workbench.chooseFromMenu(workbench.row('digits-cnn 1.0.0').first(), 'Inspect Model…')
    const view = await InspectorView.of(workbench, 'digits-cnn.onnx')
    await view.section('Registry').getByText('digits-cnn:1.0.0').waitFor()
    await view.section('Registry').getByText('this is its stored artifact').waitFor()
    assert.equal(await view.frame.getByRole('button', { name: /^Register/ }).count(), 0)
  })

  it('finds the version of a file by its content, and leads to it', async () => {
    const { workbench } = await start({ prepare: registerTeam })
    const view = await InspectorView.openFile(workbench, 'vision/digits-cnn.onnx')
    const registry = view.section('Registry')
    await registry.getByText('digits-cnn:1.0.0').waitFor()
    await registry.getByRole('button', { name: 'Open in Model Registry' }).first().click()
    await workbench.row('digits-cnn').and(workbench.page.locator('[aria-selected=true]')).waitFor()
  })

  it('registers by the ordinary flow, and says so at once', async () => {
    const { workbench, workspace } = await start()
    const view = await InspectorView.openFile(workbench, 'formats/onnx/torch-dynamo.onnx')
    await view.section('Registry').getByText('Not registered').waitFor()
    await view.frame.getByRole('button', { name: 'Register…' }).click()
    for (let step = 0; step < 3; step++) await workbench.quickInput.acceptStep()
    await view.section('Registry').getByText('torch-dynamo:1.0.0').waitFor()
    assert.equal((await readModel(workspace, 'torch-dynamo')).versions.length, 1)
  })

  it('says in one line what is wrong, shows what it can, and registers it as custom', async () => {
    const { workbench, workspace } = await start({
      settings: ALWAYS,
      prepare: async (workspace) => {
        await truncate(join(workspace, 'formats/onnx/torch-dynamo.onnx'), 900)
        await writeFile(join(workspace, 'formats/notes.pt'), 'These are my notes.')
      },
    })
    const cut = await InspectorView.openFile(workbench, 'formats/onnx/torch-dynamo.onnx')
    await cut.frame
      .getByRole('list', { name: 'Findings', exact: true })
      .getByText(/cut off: it ends at byte 900/)
      .waitFor()
    assert.equal((await cut.facts())['Made by'], 'pytorch 2.13.0+cpu')

    const notes = await InspectorView.openFile(workbench, 'formats/notes.pt')
    assert.equal(await notes.kind(), 'Unknown format')
    await notes.frame.getByRole('button', { name: 'Register as Custom…' }).click()
    await workbench.quickInput.type('my-notes')
    await workbench.quickInput.accept()
    await eventually(async () => {
      const [version] = (await readModel(workspace, 'my-notes')).versions
      assert.equal(version?.framework, 'custom')
    })
  })

  it('says how far a file can be trusted that was never registered', async () => {
    const { workbench } = await start({
      settings: ALWAYS,
      // Whoever unpickles this calls a shell.
      prepare: (workspace) =>
        writeFile(join(workspace, 'formats/shell.pkl'), "cos\nsystem\n(S'true'\ntR."),
    })
    const bad = await InspectorView.openFile(workbench, 'formats/shell.pkl')
    await bad
      .section('Security scan')
      .getByText(/Dangerous: loading/)
      .waitFor()
    assert.deepEqual(await bad.violations(), [])
    await bad.screenshot('inspector-dangerous')
    const good = await InspectorView.openFile(workbench, 'formats/gguf/q4_0.gguf')
    await good.section('Security scan').getByText('No danger found').waitFor()
  })

  it('offers the other parts of a model', async () => {
    const { workbench } = await start()
    const first = 'model-00001-of-00003.safetensors'
    const view = await InspectorView.openFile(workbench, `formats/safetensors/sharded/${first}`)
    await view
      .section(/^Parts/)
      .getByText(`${first} has 2 more parts`)
      .waitFor()
    await view.frame.getByRole('button', { name: 'Register All 3 Parts…' }).waitFor()
    await view.frame.getByRole('button', { name: 'model-00002-of-00003.safetensors' }).click()
    await InspectorView.of(workbench, 'model-00002-of-00003.safetensors')
  })

  it('reads a file again after it has changed, and says when it is gone', async () => {
    const { workbench, workspace } = await start({ settings: ALWAYS })
    const path = join(workspace, 'formats/safetensors/no-metadata.safetensors')
    const view = await InspectorView.openFile(
      workbench,
      'formats/safetensors/no-metadata.safetensors',
    )
    await view.tensors.waitFor()
    await writeFile(path, safetensorsOf([['fresh.weight', 'F32', [5, 5], 100]]))
    await view.row('fresh.weight').waitFor()
    assert.equal((await view.facts())['Parameters'], '25')
    await rm(path)
    await view.frame.getByText(/There is no file/).waitFor()
  })

  it('keeps the search over a reload of the window', async () => {
    const session = await start()
    const view = await InspectorView.openFile(session.workbench, 'formats/gguf/q4_0.gguf')
    await view.search('ffn')
    await view.status.getByText(/^4 tensors found/).waitFor()
    await session.workbench.reload()
    const again = await InspectorView.of(session.workbench, 'q4_0.gguf')
    await again.status.getByText(/^4 tensors found/).waitFor()
  })
})

describe('the tensor table', () => {
  /** 50,000 tensors in 10 GB that take no room. */
  async function writeLargeModel(workspace: string): Promise<void> {
    const header: Record<string, unknown> = {}
    const bytes = 400 * 500 * 4
    let offset = 0
    for (let layer = 0; layer < 5000; layer++)
      for (let part = 0; part < 10; part++) {
        header[`model.layers.${layer}.part${part}.weight`] = {
          dtype: 'F32',
          shape: [400, 500],
          data_offsets: [offset, offset + bytes],
        }
        offset += bytes
      }
    const text = new TextEncoder().encode(JSON.stringify(header))
    const head = new Uint8Array(8 + text.length)
    new DataView(head.buffer).setBigUint64(0, BigInt(text.length), true)
    head.set(text, 8)
    sparseFile(join(workspace, 'large.safetensors'), head, head.length + offset)
  }

  it('shows any of 50,000 tensors of a 40 GB file, by keyboard alone', async () => {
    const { workbench } = await start({ prepare: writeLargeModel })
    const view = await InspectorView.openFile(workbench, 'large.safetensors')
    assert.equal((await view.facts())['Parameters'], '10.0 B')
    const { keyboard } = workbench.page
    await view.status.getByText('50,000 tensors').waitFor()
    await view.frame.getByRole('button', { name: 'Expand All' }).click()
    await view.frame.locator('[role=treegrid][aria-rowcount="55002"]').waitFor()
    await view.tensors.focus()
    await keyboard.press('End')
    await view.row('part9.weight').last().waitFor()
    const last = view.tensors.locator('.row.active')
    await eventually(async () => assert.match((await last.textContent()) ?? '', /part9\.weight/))
    // Only what is near the window is drawn.
    assert.ok((await view.tensors.locator('.row').count()) < 150)

    await keyboard.press('ArrowLeft')
    await eventually(async () => assert.match((await last.textContent()) ?? '', /4999/))
    await keyboard.press('ArrowLeft')
    await eventually(async () => assert.equal(await last.getAttribute('aria-expanded'), 'false'))
    await keyboard.press('Home')
    await keyboard.press('ArrowDown')
    await keyboard.press('ArrowDown')
    await keyboard.press('ArrowDown')
    await eventually(async () => assert.match((await last.textContent()) ?? '', /part1\.weight/))
    await keyboard.press('Control+C')
    await eventually(async () => {
      const copied: unknown = await workbench.page.evaluate('navigator.clipboard.readText()')
      assert.equal(copied, 'model.layers.0.part1.weight')
    })

    await keyboard.press('Control+F')
    await keyboard.type('.4321. part7')
    await view.status.getByText(/^1 tensor found/).waitFor()
    await view.row('part7').waitFor()
  })

  it('sorts by a heading, and shows the tensors of a part of the chart', async () => {
    const { workbench } = await start()
    const view = await InspectorView.openFile(workbench, 'formats/gguf/q4_0.gguf')
    await view.frame.getByText('As a table').click()
    await view.frame.getByRole('button', { name: 'blk.0.ffn_up.weight' }).click()
    await view.status.getByText(/^1 tensor found/).waitFor()
    await view.search('')
    await view.status.getByText(/^12 tensors ·/).waitFor()
    await view.frame.getByText('By module', { exact: true }).click()
    await view.frame.getByRole('button', { name: /^Parameters/ }).click()
    const heading = view.tensors.getByRole('columnheader', { name: /^Parameters/ })
    await eventually(async () =>
      assert.equal(await heading.getAttribute('aria-sort'), 'descending'),
    )
    await eventually(async () => assert.match((await view.labels())[0] ?? '', /ffn_/))
  })
})

const THEMES = {
  dark: 'Default Dark Modern',
  light: 'Default Light Modern',
  contrast: 'Default High Contrast',
  'contrast-light': 'Default High Contrast Light',
}

for (const [theme, colorTheme] of Object.entries(THEMES))
  describe(`the look of the inspector, ${theme}`, () => {
    it('has no serious fault of accessibility', async () => {
      const settings = { 'workbench.colorTheme': colorTheme, ...ALWAYS }
      const { workbench, workspace } = await start({ settings, prepare: registerTeam })
      await appendFile(join(workspace, 'formats/pickle/pipeline.pkl'), 'rest')
      for (const [name, path] of [
        ['gguf', 'formats/gguf/q4_0.gguf'],
        ['onnx', 'formats/onnx/torch-trace.onnx'],
        ['pickle', 'formats/pickle/pipeline.pkl'],
        ['shard', 'formats/safetensors/sharded/model-00001-of-00003.safetensors'],
        ['registered', 'vision/digits-cnn.onnx'],
      ] as const) {
        const view = await InspectorView.openFile(workbench, path)
        await view.frame.locator('.registry :is(p, li)').first().waitFor()
        await view.screenshot(`inspector-${theme}-${name}`)
        assert.deepEqual(await view.violations(), [], path)
        if (name !== 'gguf') continue
        await view.tensors.focus()
        await workbench.page.keyboard.press('End')
        await view.screenshot(`inspector-${theme}-tensors`)
        assert.deepEqual(await view.violations(), [], 'the tensor table')
      }
    })
  })
