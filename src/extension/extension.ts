import { join } from 'node:path'
import { workspace, type ExtensionContext } from 'vscode'
import { ActivityView } from './activity/activityView'
import { createApi, type ModelRegistryApi } from './api'
import { registerCommands } from './commands/table'
import { serveMetadata } from './compare/metadata'
import { SECTION } from './config'
import { setContext } from './context'
import { decorateFiles } from './decorations'
import { DetailsPanels } from './details/panels'
import { showDiagnostics } from './diagnostics'
import { DragAndDrop } from './dragAndDrop'
import type { Host } from './host'
import { registerInspectorEditors } from './inspector/inspectorEditor'
import { InspectorPanels } from './inspector/inspectorPanels'
import { openLog } from './log'
import { ModelsView } from './modelsView'
import { offerNewVersions } from './offers/offers'
import { provideCards } from './origin/cardContent'
import { provideCode } from './origin/codeContent'
import { ModelFiles } from './origin/modelFiles'
import { Registries } from './registries'
import { refreshMergeDriver } from './recovery/mergeDriver'
import { offerQuickFixes } from './recovery/quickFixes'
import { extraExtensions } from './register/files'
import { Approvals } from './rules/approvals'
import { helpWithRules } from './rules/ruleEditor'
import { startScan } from './scan/start'
import { showStatusBar } from './statusBar'
import { installProgram } from './terminal'
import { UnregisteredView } from './unregistered/unregisteredView'
import { restorePages } from './views/restore'
import { watchRegistries } from './watch'

/** Puts the parts together and returns; the disk is read afterwards. */
export function activate(context: ExtensionContext): ModelRegistryApi {
  const log = openLog()
  const registries = new Registries(log)
  const files = new ModelFiles(registries, context.workspaceState, log)
  const view = new ModelsView(registries, files, new DragAndDrop(() => host, log))
  const inspector = new InspectorPanels(() => host)
  const details = new DetailsPanels(() => host)
  const activity = new ActivityView(registries)
  const unregistered = new UnregisteredView(files)
  const host: Host = {
    registries,
    view,
    inspector,
    details,
    activity,
    files,
    unregistered,
    approvals: new Approvals(context.globalState),
    log,
    extensionId: context.extension.id,
    extensionPath: context.extensionPath,
    temporaryFolder: join(context.globalStorageUri.fsPath, 'tmp'),
  }
  context.subscriptions.push(
    log,
    registries,
    view,
    inspector,
    details,
    activity,
    files,
    unregistered,
    ...registerInspectorEditors(host),
    ...registerCommands(host),
    watchRegistries(registries, view, log),
    showStatusBar(registries),
    showDiagnostics(registries),
    offerQuickFixes(registries),
    helpWithRules(registries, log),
    startScan(host, context.workspaceState),
    serveMetadata(registries),
    restorePages(() => host),
    decorateFiles(files),
    provideCode(),
    provideCards(registries),
    offerNewVersions(files, host, context.workspaceState),
    tellExtensions(),
  )
  background(registries.refresh(), host)
  background(installProgram(context), host)
  background(refreshMergeDriver(context), host)
  return createApi(registries)
}

/** Menus know the usual extensions by heart; these are the user's own. */
function tellExtensions(): { dispose(): void } {
  const tell = (): void => setContext('artifactExtensions', extraExtensions())
  tell()
  return workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(`${SECTION}.artifacts`)) tell()
  })
}

/** What nobody waits for must not fail unseen. */
function background(work: Promise<void>, { log }: Host): void {
  work.catch((error: unknown) => log.error(error instanceof Error ? error : String(error)))
}
