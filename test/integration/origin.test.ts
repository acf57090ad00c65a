/** Files of the workspace and what the registry knows of them: unregistered ones, badges, and offers. */
import assert from 'node:assert/strict'
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { commands, extensions, Uri, window, type Memento } from 'vscode'
import { FileDigests } from '../../src/extension/origin/fileDigests'
import { WorkspaceFiles, type Overwritten } from '../../src/extension/origin/workspaceFiles'
import { Registries } from '../../src/extension/registries'
import { emptyRegistry, sampleFile, sampleFolder, until } from './window'

/** Lives as long as the object. */
class MemoryMemento implements Memento {
  readonly #values = new Map<string, unknown>()
  keys(): readonly string[] {
    return [...this.#values.keys()]
  }
  get<T>(key: string, fallback?: T): T | undefined {
    return (this.#values.get(key) as T | undefined) ?? fallback
  }
  update(key: string, value: unknown): Thenable<void> {
    this.#values.set(key, value)
    return Promise.resolve()
  }
}

describe('the model files of the workspace', () => {
  const log = window.createOutputChannel('Files suite', { log: true })
  let registries: Registries
  let files: WorkspaceFiles
  const made: string[] = []

  before(async () => {
    // The code under test is bundled into this suite, and looks for its worker beside itself.
    const extension = extensions.getExtension('model-registry.model-registry')
    await copyFile(
      join(extension?.extensionPath ?? '', 'dist/worker.js'),
      join(__dirname, 'worker.js'),
    )
  })
  beforeEach(async () => {
    registries = new Registries(log)
    await registries.refresh()
    const [folder] = registries.all
    assert.ok(folder)
    files = new WorkspaceFiles(folder, new FileDigests(new MemoryMemento()), log)
  })
  afterEach(async () => {
    files.dispose()
    registries.dispose()
    for (const path of made.splice(0)) await rm(path, { recursive: true, force: true })
  })

  async function make(path: string, from: string): Promise<Uri> {
    const target = sampleFile(path).fsPath
    made.push(join(sampleFolder().uri.fsPath, path.split('/')[0] ?? path))
    await mkdir(dirname(target), { recursive: true })
    await copyFile(sampleFile(from).fsPath, target)
    return Uri.file(target)
  }

  const paths = (): readonly string[] => files.unregistered.map(({ path }) => path)
  const update = async (): Promise<void> => {
    await registries.refresh()
    await files.update()
  }

  it('are unregistered until a version holds their content, whatever their name', async () => {
    const registry = await emptyRegistry()
    await make('copies/again.joblib', 'churn/model.joblib')
    await files.scan()
    for (const path of [
      'churn/model.joblib',
      'copies/again.joblib',
      'text/sentiment',
      'fraud/model.json',
    ])
      assert.ok(paths().includes(path), path)
    assert.ok(!paths().includes('fraud/metrics.json'))
    assert.ok(!paths().some((path) => path.startsWith('text/sentiment/')))
    await registry.register({
      name: 'churn',
      version: '1.0.0',
      artifact: sampleFile('churn/model.joblib').fsPath,
    })
    await update()
    assert.ok(!paths().includes('churn/model.joblib'))
    assert.ok(!paths().includes('copies/again.joblib'))
    const [version] = files.stateOf('copies/again.joblib')?.versions ?? []
    assert.equal(version?.fullName, 'churn:1.0.0')
  })

  it('show which stage their content is in, and what they came to differ from', async () => {
    const registry = await emptyRegistry()
    const uri = await make('trained/model.ubj', 'fraud/model.ubj')
    await commands.executeCommand('modelRegistry.registerModel', uri, [uri], { name: 'trained' })
    await registry.transitionStage('trained', '1.0.0', 'production')
    await update()
    assert.equal(files.stateOf('trained/model.ubj')?.versions[0]?.stage, 'production')
    const overwritten: Overwritten[] = []
    files.onDidOverwrite((event) => overwritten.push(event))
    await copyFile(sampleFile('churn/model.joblib').fsPath, uri.fsPath)
    const event = await until('the change is seen', () => overwritten[0])
    assert.equal(event.path, 'trained/model.ubj')
    assert.equal(event.from.fullName, 'trained:1.0.0')
    assert.equal(files.stateOf('trained/model.ubj')?.changedFrom?.fullName, 'trained:1.0.0')
    const version = registry.getVersion('trained', '1.0.0')
    assert.ok(version && files.isOverwritten(version))
  })

  it('are known to have changed where they are no models any more', async () => {
    const registry = await emptyRegistry()
    await files.scan()
    const uri = await make('spoiled/model.ubj', 'fraud/model.ubj')
    await registry.register({
      name: 'spoiled',
      version: '1.0.0',
      artifact: uri.fsPath,
      source: { path: 'spoiled/model.ubj' },
    })
    await writeFile(uri.fsPath, 'something else')
    await registries.refresh()
    await files.scan()
    assert.equal(files.stateOf('spoiled/model.ubj')?.changedFrom?.fullName, 'spoiled:1.0.0')
  })

  it('of a folder are compared file by file', async () => {
    const registry = await emptyRegistry()
    const config = await make('tuned/model/config.json', 'text/sentiment/config.json')
    await make('tuned/model/model.safetensors', 'text/sentiment/model.safetensors')
    const folder = Uri.file(dirname(config.fsPath))
    await commands.executeCommand('modelRegistry.registerModel', folder, [folder], {
      name: 'tuned',
    })
    await files.scan()
    assert.equal(files.stateOf('tuned/model')?.versions[0]?.fullName, 'tuned:1.0.0')
    const text = await readFile(config.fsPath, 'utf8')
    await writeFile(config.fsPath, text.replace(/^\{/, '{ "a": 1,'))
    await files.update()
    assert.equal(files.stateOf('tuned/model')?.changedFrom?.fullName, 'tuned:1.0.0')
    assert.ok(registry.getVersion('tuned', '1.0.0'))
  })

  it('are looked for anew when some come and go', async () => {
    await emptyRegistry()
    await files.scan()
    const uri = await make('later/model.joblib', 'churn/model.joblib')
    await until('the new file is found', () => paths().includes('later/model.joblib'))
    await rm(uri.fsPath)
    await until('the file is gone', () => !paths().includes('later/model.joblib'))
  })
})
