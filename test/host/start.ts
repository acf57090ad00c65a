/** `npm start`: VS Code with the extension, on a copy of the sample workspace. `--smoke` does the main job by itself. */
import { spawn } from 'node:child_process'
import { runSmoke } from '../ui/smoke'
import { createLastingFolder, createTempFolder } from '../support/tempFolder'
import { windowUrl } from './browserWindow'
import { startCodeServer } from './codeServer'
import { findCodeCommand } from './desktop'
import { PROJECT, copySampleWorkspace } from './workspace'

async function main(): Promise<void> {
  if (process.argv.includes('--smoke')) return runSmoke()
  const workspace = await copySampleWorkspace(await createLastingFolder('demo'))
  console.log(`Workspace: ${workspace}`)
  const code = await findCodeCommand()
  if (code === undefined) await serve(workspace)
  else openDesktop(code, workspace)
}

function openDesktop(code: string, workspace: string): void {
  console.log(`Opening VS Code (${code}) …`)
  spawn(code, ['--new-window', `--extensionDevelopmentPath=${PROJECT}`, workspace], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
}

/** Serves until Ctrl+C. */
async function serve(workspace: string): Promise<void> {
  const dataFolder = await createTempFolder('serve')
  const server = await startCodeServer({ dataFolder, trusted: true, extension: PROJECT })
  console.log('VS Code is not installed here: its server shows the same in a browser.')
  console.log(`Open ${windowUrl(server.authority, { workspace })}`)
  console.log('Ctrl+C ends it.')
}

void main()
