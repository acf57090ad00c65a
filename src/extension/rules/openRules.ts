import { writeFile } from 'node:fs/promises'
import { Uri, window, workspace } from 'vscode'
import { systemCode } from '../../base/errors'
import { ModelsFolder, POLICY } from '../../base/modelsFolder'
import { readSetting } from '../config'
import type { Host } from '../host'
import { chooseFolder } from '../input/targets'
import type { FolderRegistry } from '../registries'
import { requireTrust } from '../trust'
import { exampleRules } from './example'

/** **Open Promotion Rules**: the rule file of a folder, which is begun where there is none. */
export async function openPromotionRules(host: Pick<Host, 'registries'>): Promise<void> {
  await openRules(await chooseFolder(host))
}

export async function openRules(folder: FolderRegistry): Promise<void> {
  const uri = Uri.joinPath(folder.root, POLICY)
  const isNew = await begin(folder, uri)
  const document = await workspace.openTextDocument(uri)
  await window.showTextDocument(document, { preview: false })
  if (isNew) {
    void window.showInformationMessage(
      'These example rules hold from now on for versions that are moved. Change them as your team needs, and commit the file to share it.',
    )
  }
}

/** Writes an example where there is no file; `false` where there is one. */
async function begin(folder: FolderRegistry, uri: Uri): Promise<boolean> {
  if (await exists(uri)) return false
  requireTrust()
  await new ModelsFolder(folder.root.fsPath).prepare()
  const versions = folder.current?.listModels().flatMap((model) => model.versions) ?? []
  const text = exampleRules(readSetting('metrics.primary', folder.folder).trim(), versions)
  try {
    await writeFile(uri.fsPath, text, { flag: 'wx' })
    return true
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false
    throw error
  }
}

async function exists(uri: Uri): Promise<boolean> {
  try {
    await workspace.fs.stat(uri)
    return true
  } catch {
    // Whatever is wrong with it shows when it is opened or written.
    return false
  }
}
