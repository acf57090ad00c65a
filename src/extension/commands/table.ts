import { commands, type Disposable } from 'vscode'
import { writeSetting } from '../config'
import type { Host } from '../host'
import { installGitMergeDriver } from '../recovery/mergeDriver'
import { undoLastChange } from '../recovery/undo'
import { openPromotionRules } from '../rules/openRules'
import { requireWritable } from '../timeTravel/present'
import { COMMANDS, commandId, type CommandName, type Commands } from './contract'
import { inspect } from './inspect'
import { later } from './load'
import { openDocument } from './openDocument'
import { openRow } from './openRow'
import { report } from './run'
import { archive, promote, transitionStage } from './transitionStage'

/** Every command with what it does. */
function handlersFor(host: Host): Commands {
  return {
    registerModel: async (...args) => (await later()).registerModel(host, ...args),
    registerVersion: async (target) => (await later()).registerVersion(host, target),
    transitionStage: (...args) => transitionStage(host, ...args),
    promote: (...args) => promote(host, ...args),
    archive: (...args) => archive(host, ...args),
    inspect: (target) => inspect(host, target),
    openDetails: async (...args) => (await later()).openDetails(host, ...args),
    openArtifact: async (...args) => (await later()).openArtifact(host, ...args),
    revealArtifact: async (target) => (await later()).revealArtifact(host, target),
    revealArtifactInSystem: async (target) => (await later()).revealArtifactInSystem(host, target),
    copyReference: async (...args) => (await later()).copyReference(host, ...args),
    copyPath: async (...args) => (await later()).copyPath(host, ...args),
    copyDigest: async (...args) => (await later()).copyDigest(host, ...args),
    copyLoadCode: async (target) => (await later()).copyLoadCode(host, target),
    insertLoadCode: async () => (await later()).insertLoadCode(host),
    editDescription: async (target) => (await later()).editDescription(host, target),
    editTags: async (target) => (await later()).editTags(host, target),
    editMetrics: async (target) => (await later()).editMetrics(host, target),
    editParameters: async (target) => (await later()).editParameters(host, target),
    renameModel: async (target) => (await later()).renameModel(host, target),
    deleteVersion: async (...args) => (await later()).deleteVersion(host, ...args),
    deleteModel: async (target) => (await later()).deleteModel(host, target),
    deleteSelection: async () => (await later()).deleteSelection(host),
    openRow: () => openRow(host),
    openDocument: (target) => openDocument(host, target),
    undo: () => undoLastChange(host),
    restoreDeleted: async () => (await later()).restoreDeleted(host),
    freeDiskSpace: async () => (await later()).freeDiskSpace(host),
    rollback: async (target) => (await later()).rollBack(host, target),
    scanAgain: async (...args) => (await later()).scanAgain(host, ...args),
    verifyArtifacts: async (...args) => (await later()).verifyArtifacts(host, ...args),
    repair: async () => (await later()).repair(host),
    locateArtifact: async (...args) => (await later()).locateArtifact(host, ...args),
    resolveConflict: async (target) => (await later()).resolveConflict(host, target),
    recoverDocument: async (target) => (await later()).recoverDocument(host, target),
    installMergeDriver: () => installGitMergeDriver(host),
    showProductionOn: async () => (await later()).showProductionOn(host),
    showAsOf: async (when) => (await later()).showAsOf(host, when),
    returnToPresent: async () => host.view.travel(undefined),
    showToday: async (row) => (await later()).showToday(host, row),
    showActivity: () => host.activity.focus(),
    filterActivity: async () => (await later()).filterActivity(host),
    clearActivityFilter: async () => host.activity.filter(undefined),
    showMoreActivity: async () => host.activity.showMore(),
    revealVersion: async (row) => (await later()).revealVersion(host, row),
    registerUnregistered: async (row, rows) => {
      const chosen = rows && rows.length > 0 ? rows : row ? [row] : host.unregistered.selection
      const uris = chosen.map(({ uri }) => uri)
      return (await later()).registerModel(host, uris[0], uris)
    },
    scanFiles: () => host.files.scan(),
    openCode: async (target) => (await later()).openCode(host, target),
    compareCode: async (...args) => (await later()).compareCode(host, ...args),
    openCommit: async (target) => (await later()).openCommit(host, target),
    showCard: async (target) => (await later()).showCard(host, target),
    editCard: async (target) => (await later()).editCard(host, target),
    checkPromotionRules: async (...args) => (await later()).checkPromotionRules(host, ...args),
    openPromotionRules: () => openPromotionRules(host),
    searchVersions: async (text) => (await later()).searchVersions(host, text),
    filterModels: async (text) => (await later()).filterModels(host, text),
    clearFilter: async () => host.view.filter(''),
    findBestVersion: async (target) => (await later()).findBestVersion(host, target),
    setAlias: async (...args) => (await later()).setAlias(host, ...args),
    removeAlias: async (...args) => (await later()).removeAlias(host, ...args),
    compareSelected: async (...args) => (await later()).compareSelected(host, ...args),
    compareWithProduction: async (...args) => (await later()).compareWithProduction(host, ...args),
    compareMetadata: async (...args) => (await later()).compareMetadata(host, ...args),
    showCharts: async (...args) => (await later()).showCharts(host, ...args),
    refresh: async () => {
      await host.registries.refresh()
      host.view.refresh()
    },
    groupByStage: () => writeSetting('view.groupBy', 'stage'),
    groupByModel: () => writeSetting('view.groupBy', 'model'),
    sortByName: () => writeSetting('view.sortBy', 'name'),
    sortByUpdated: () => writeSetting('view.sortBy', 'updated'),
    sortByMetric: () => writeSetting('view.sortBy', 'metric'),
    sortBySize: () => writeSetting('view.sortBy', 'size'),
    showMore: async (node) => {
      if (node) host.view.showMore(node.of)
    },
    showView: () => host.view.focus(),
    showLog: async () => host.log.show(),
    openSettings: async () => {
      await commands.executeCommand('workbench.action.openSettings', `@ext:${host.extensionId}`)
    },
    openWalkthrough: async () => {
      await commands.executeCommand(
        'workbench.action.openWalkthrough',
        `${host.extensionId}#getStarted`,
      )
    },
  }
}

/** Registers every command of the contract, in Restricted Mode too: a command that is not found tells nobody why. */
export function registerCommands(host: Host): Disposable[] {
  const handlers = handlersFor(host)
  // The contract's keys are exactly the table's, as the types of both say.
  return (Object.keys(COMMANDS) as CommandName[]).map((name) => {
    // VS Code passes what the caller gave; the contract names what each command takes.
    const handler = handlers[name] as (...args: unknown[]) => Promise<unknown>
    const run = async (...args: unknown[]): Promise<unknown> => {
      try {
        if (COMMANDS[name] === 'writes') requireWritable(host)
        return await handler(...args)
      } catch (error) {
        report(error, host.log, () => void run(...args))
        return undefined
      }
    }
    return commands.registerCommand(commandId(name), run)
  })
}
