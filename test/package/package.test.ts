import assert from 'node:assert/strict'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { PackageManager, listFiles } from '@vscode/vsce'
import { PROJECT } from '../host/workspace'
import { eventually } from '../support/eventually'
import { Session } from '../ui/session'

const VSIX = join(PROJECT, 'model-registry.vsix')
/** What a package may hold: bundles, static files, the manifest with its texts, and what people read. */
const ALLOWED =
  /^(dist\/.+\.(js|css|wasm)|media\/.+|package\.json|package\.nls(\.[\w-]+)?\.json|README\.md|CHANGELOG\.md|LICENSE)$/

const NEEDED = [
  'dist/extension.js',
  'dist/shared.js',
  'dist/cli.js',
  'dist/index.js',
  'dist/worker.js',
]
NEEDED.push('package.json', 'README.md', 'CHANGELOG.md', 'LICENSE')

const KB = 1000

describe('the packaged extension', () => {
  it('holds bundles, static files, the manifest and the texts, and nothing else', async () => {
    const files = await listFiles({ cwd: PROJECT, packageManager: PackageManager.None })
    assert.deepEqual(
      files.filter((file) => !ALLOWED.test(file)),
      [],
    )
    for (const needed of NEEDED) assert.ok(files.includes(needed), `${needed} is missing`)
  })

  it('names files that are in it', async () => {
    const files = new Set(await listFiles({ cwd: PROJECT, packageManager: PackageManager.None }))
    const manifest = await readFile(join(PROJECT, 'package.json'), 'utf8')
    const named = [...manifest.matchAll(/"\.?\/?((?:dist|media)\/[^"]+)"/g)].map(([, path]) => path)
    assert.ok(named.length > 0)
    assert.deepEqual(
      named.filter((path) => path !== undefined && !files.has(path)),
      [],
    )
  })

  it('stays within its budget', async () => {
    const size = async (path: string): Promise<number> => (await stat(join(PROJECT, path))).size
    // Both are read when the extension starts.
    assert.ok((await size('dist/extension.js')) + (await size('dist/shared.js')) <= 300 * KB)
    assert.ok((await size('model-registry.vsix')) <= 1500 * KB)
  })

  it('registers a model once it is installed in a clean VS Code', async () => {
    const { workbench, workspace } = await Session.start({ vsix: VSIX })
    await workbench.openModels()
    const file = await workbench.explorerRow('vision/digits-cnn.onnx')
    await workbench.chooseFromMenu(file, 'Register as Model…')
    for (let step = 0; step < 3; step++) await workbench.quickInput.acceptStep()
    const document = await eventually(() =>
      readFile(join(workspace, '.models/digits-cnn.json'), 'utf8'),
    )
    assert.match(document, /"stage": "development"/)
    await workbench.openModels()
    await workbench.row('digits-cnn').first().waitFor()
  })
})
