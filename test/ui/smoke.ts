/** The main job without a person: a model is registered through the Explorer's menu and moved to production. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { copySampleWorkspace } from '../host/workspace'
import { createLastingFolder } from '../support/tempFolder'
import { eventually } from '../support/eventually'
import { Session, closeBrowser } from './session'
import type { Workbench } from './workbench'

const MODEL_FILE = 'churn/model.joblib'

/** Runs it, prints what `.models` then holds, saves a picture. Leaves the workspace, and nothing running. */
export async function runSmoke(): Promise<void> {
  const workspace = await copySampleWorkspace(await createLastingFolder('smoke'))
  const models = join(workspace, '.models')
  try {
    const session = await Session.start({ workspace })
    const { workbench } = session
    try {
      await workbench.openModels()
      await workbench.chooseFromMenu(await workbench.explorerRow(MODEL_FILE), 'Register as Model…')
      console.log(`Registering ${MODEL_FILE} …`)
      for (let step = 0; step < 3; step++) await workbench.quickInput.acceptStep()
      const document = await eventually(() => onlyDocument(models))
      console.log(`Registered as ${document.name}:${document.version}; moving it to production …`)

      await workbench.openModels()
      await dragUntilAsked(workbench, document.version)
      await workbench.quickInput.type('Smoke run')
      await workbench.quickInput.accept()
      const { text } = await eventually(async () => {
        const now = await onlyDocument(models)
        if (now.stage !== 'production') throw new Error(`${now.name} stayed in ${now.stage}.`)
        return now
      })
      await workbench.rowsUntil((rows) => rows.includes('Production 1'))
      console.log(`\n.models\n${await tree(models, '  ')}\n\n${text}`)
      console.log(`Screenshot: ${await workbench.screenshot('smoke')}`)
    } catch (error) {
      console.error(`Screenshot of the failure: ${await workbench.screenshot('smoke-failed')}`)
      throw error
    } finally {
      await session.stop()
    }
  } finally {
    await closeBrowser()
  }
  console.log(`Workspace: ${workspace}`)
  console.log(`Look again: node dist/cli.js list --json --root ${models}`)
}

/** A view that is filled at this moment moves the rows below the pointer, and a drop then hits nothing: it is tried again. */
async function dragUntilAsked(workbench: Workbench, version: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    await workbench.drag(workbench.row(version), workbench.row(/^Production/))
    try {
      await workbench.quickInput.input.waitFor({ timeout: 8000 })
      return
    } catch (error) {
      if (attempt === 3) throw error
      console.log('The drop came to nothing; dragging again …')
    }
  }
}

interface Registered {
  readonly name: string
  readonly version: string
  readonly stage: string
  /** The whole document as it stands on disk. */
  readonly text: string
}

/** The one document of a registry that holds one version. */
async function onlyDocument(models: string): Promise<Registered> {
  const names = (await readdir(models)).filter((name) => /^[^.].*\.json$/.test(name))
  const [file] = names
  if (file === undefined) throw new Error(`${models} holds no model.`)
  const text = await readFile(join(models, file), 'utf8')
  const { name, versions } = JSON.parse(text) as {
    name: string
    versions: { version: string; stage: string }[]
  }
  const [version] = versions
  if (version === undefined) throw new Error(`${file} holds no version.`)
  return { name, ...version, text }
}

async function tree(folder: string, indent: string): Promise<string> {
  const entries = await readdir(folder, { withFileTypes: true })
  const lines = await Promise.all(
    entries
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map(async (entry) =>
        entry.isDirectory()
          ? `${indent}${entry.name}/\n${await tree(join(folder, entry.name), `${indent}  `)}`
          : `${indent}${entry.name}`,
      ),
  )
  return lines.filter((line) => line.trim() !== '').join('\n')
}
