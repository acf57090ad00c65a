import { commands, type Disposable } from 'vscode'
import { filterActivity, revealVersion, showProductionOn } from '../activity/commands'
import { writeSetting } from '../config'
import type { Host } from '../host'
import { recoverDocument, resolveConflict } from '../recovery/brokenDocument'
import { freeDiskSpace } from '../recovery/freeDiskSpace'
import { installGitMergeDriver } from '../recovery/mergeDriver'
import { locateArtifact, repair } from '../recovery/repair'
import { rollBack } from '../recovery/rollback'
import { restoreDeleted } from '../recovery/trash'
import { undoLastChange } from '../recovery/undo'
import { verifyArtifacts } from '../recovery/verify'
import { checkPromotionRules } from '../rules/checkRules'
import { openPromotionRules } from '../rules/openRules'
import { searchVersions } from '../search/searchVersions'
import { filterModels } from '../search/filterModels'
import { findBestVersion } from '../search/findBest'
import { removeAlias, setAlias } from '../aliases/aliases'
import { requireTrust } from '../trust'
import {
  copyDigest,
  copyPath,
  copyReference,
  openArtifact,
  revealArtifact,
  revealArtifactInSystem,
} from './artifact'
import { COMMANDS, commandId, type CommandName, type Commands } from './contract'
import { deleteModel, deleteSelection, deleteVersion } from './delete'
import { editDescription, editMetrics, editParameters, editTags, renameModel } from './edit'
import { copyLoadCode, insertLoadCode } from './loadCode'
import { inspect } from './inspect'
import { openDocument } from './openDocument'
import { registerModel } from './registerModel'
import { registerVersion } from './registerVersion'
import { report } from './run'
import { archive, promote, transitionStage } from './transitionStage'

/** Every command with what it does. */
function handlersFor(host: Host): Commands {
  return {
    registerModel: (...args) => registerModel(host, ...args),
    registerVersion: (target) => registerVersion(host, target),
    transitionStage: (...args) => transitionStage(host, ...args),
    promote: (...args) => promote(host, ...args),
    archive: (...args) => archive(host, ...args),
    inspect: (target) => inspect(host, target),
    openArtifact: (...args) => openArtifact(host, ...args),
    revealArtifact: (target) => revealArtifact(host, target),
    revealArtifactInSystem: (target) => revealArtifactInSystem(host, target),
    copyReference: (...args) => copyReference(host, ...args),
    copyPath: (...args) => copyPath(host, ...args),
    copyDigest: (...args) => copyDigest(host, ...args),
    copyLoadCode: (target) => copyLoadCode(host, target),
    insertLoadCode: () => insertLoadCode(host),
    editDescription: (target) => editDescription(host, target),
    editTags: (target) => editTags(host, target),
    editMetrics: (target) => editMetrics(host, target),
    editParameters: (target) => editParameters(host, target),
    renameModel: (target) => renameModel(host, target),
    deleteVersion: (...args) => deleteVersion(host, ...args),
    deleteModel: (target) => deleteModel(host, target),
    deleteSelection: () => deleteSelection(host),
    openDocument: (target) => openDocument(host, target),
    undo: () => undoLastChange(host),
    restoreDeleted: () => restoreDeleted(host),
    freeDiskSpace: () => freeDiskSpace(host),
    rollback: (target) => rollBack(host, target),
    verifyArtifacts: (...args) => verifyArtifacts(host, ...args),
    repair: () => repair(host),
    locateArtifact: (...args) => locateArtifact(host, ...args),
    resolveConflict: (target) => resolveConflict(host, target),
    recoverDocument: (target) => recoverDocument(host, target),
    installMergeDriver: () => installGitMergeDriver(host),
    showProductionOn: () => showProductionOn(host),
    showActivity: () => host.activity.focus(),
    filterActivity: () => filterActivity(host),
    clearActivityFilter: async () => host.activity.filter(undefined),
    showMoreActivity: async () => host.activity.showMore(),
    revealVersion: (row) => revealVersion(host, row),
    checkPromotionRules: (...args) => checkPromotionRules(host, ...args),
    openPromotionRules: () => openPromotionRules(host),
    searchVersions: (text) => searchVersions(host, text),
    filterModels: (text) => filterModels(host, text),
    clearFilter: async () => host.view.filter(''),
    findBestVersion: (target) => findBestVersion(host, target),
    setAlias: (...args) => setAlias(host, ...args),
    removeAlias: (...args) => removeAlias(host, ...args),
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
        if (COMMANDS[name] === 'writes') requireTrust()
        return await handler(...args)
      } catch (error) {
        report(error, host.log, () => void run(...args))
        return undefined
      }
    }
    return commands.registerCommand(commandId(name), run)
  })
}
