/** The window that the suites run in: its folder, the extension's API, and waiting for what others do. */
import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { commands, extensions, Uri, workspace, type WorkspaceFolder } from 'vscode'
import type { ModelRegistry } from '../../src/app'
import type { ModelRegistryApi } from '../../src/extension/api'

const EXTENSION = 'model-registry.model-registry'
const LIMIT_MS = 15_000

export async function activate(): Promise<ModelRegistryApi> {
  const extension = extensions.getExtension<ModelRegistryApi>(EXTENSION)
  assert.ok(extension, `${EXTENSION} is not installed`)
  return extension.activate()
}

/** The folder of the sample workspace. */
export function sampleFolder(): WorkspaceFolder {
  const [folder] = workspace.workspaceFolders ?? []
  assert.ok(folder, 'No folder is open')
  return folder
}

export function sampleFile(path: string): Uri {
  return Uri.joinPath(sampleFolder().uri, path)
}

/** The path of the folder's `.models`. */
export function modelsFolder(folder = sampleFolder()): string {
  return Uri.joinPath(folder.uri, '.models').fsPath
}

/** The registry that the extension itself works with, emptied. */
export async function emptyRegistry(): Promise<ModelRegistry> {
  await rm(modelsFolder(), { recursive: true, force: true })
  const registry = await (await activate()).getRegistry(sampleFolder())
  assert.ok(registry)
  await commands.executeCommand('modelRegistry.refresh')
  assert.deepEqual(registry.listModels(), [])
  return registry
}

/** Waits until something is so, as it becomes after what another process did. */
export async function until<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  const limit = Date.now() + LIMIT_MS
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    if (Date.now() > limit) throw new Error(`It never came to be: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
