import type { Uri } from 'vscode'
import type { ModelVersion } from '../../registry/model'
import type { PolicyResult } from '../../registry/policyCheck'
import type { RegisterRequest } from '../../registry/registry'
import type { ActivityEntry } from '../activity/entries'
import type { UnregisteredFile } from '../origin/workspaceFiles'
import type { When } from '../timeTravel/timeTravel'
import type { BrokenNode, MoreNode, Node } from '../tree/node'

/** A version for callers that have no row: other extensions, links, tests. */
export interface VersionReference {
  /** The workspace folder's URI; needed only where several have a registry. */
  readonly folder?: string
  /** `churn:1.2.0`, `churn@production` … */
  readonly reference: string
}

/** What commands on versions act on: a row, a reference, or what is asked for. */
export type Target = Node | VersionReference | string | undefined

/** A document that can't be read: its row, or its model's name with the key of the workspace folder. */
export type BrokenDocument = BrokenNode | { readonly folder: string; readonly model: string }

/** What is registered without asking, beside the files. */
export type RegisterAnswers = Pick<
  RegisterRequest,
  'name' | 'version' | 'framework' | 'metrics' | 'parameters' | 'tags' | 'description'
>

type OnVersions = (target?: Target, targets?: readonly Node[]) => Promise<void>

/** Every command of the extension: its id without the `modelRegistry.` before it, arguments and result. */
export interface Commands {
  registerModel(
    target?: Uri | Node,
    targets?: readonly (Uri | Node)[],
    answers?: RegisterAnswers,
  ): Promise<ModelVersion | undefined>
  registerVersion(target?: Target): Promise<ModelVersion | undefined>
  transitionStage(
    target?: Target,
    targets?: readonly Node[],
    stage?: string,
    note?: string,
  ): Promise<void>
  promote: OnVersions
  archive: OnVersions
  inspect(target?: Uri | Target): Promise<void>
  openDetails: OnVersions
  openArtifact: OnVersions
  revealArtifact: OnVersions
  revealArtifactInSystem: OnVersions
  copyReference: OnVersions
  copyPath: OnVersions
  copyDigest: OnVersions
  copyLoadCode: OnVersions
  insertLoadCode: OnVersions
  editDescription: OnVersions
  editTags: OnVersions
  editMetrics: OnVersions
  editParameters: OnVersions
  renameModel: OnVersions
  deleteVersion: OnVersions
  deleteModel: OnVersions
  deleteSelection: OnVersions
  openRow(): Promise<void>
  openDocument: OnVersions
  undo(): Promise<void>
  restoreDeleted(): Promise<void>
  freeDiskSpace(): Promise<void>
  rollback: OnVersions
  verifyArtifacts: OnVersions
  scanAgain: OnVersions
  repair(): Promise<void>
  /** @param from Where it lies, where that is known already. */
  locateArtifact(target?: Target, targets?: readonly Node[], from?: Uri): Promise<void>
  resolveConflict(target?: BrokenDocument): Promise<void>
  recoverDocument(target?: BrokenDocument): Promise<void>
  installMergeDriver(): Promise<void>
  showProductionOn(): Promise<void>
  showAsOf(when?: When): Promise<void>
  returnToPresent(): Promise<void>
  showToday(row?: Node): Promise<void>
  showActivity(): Promise<void>
  filterActivity(): Promise<void>
  clearActivityFilter(): Promise<void>
  showMoreActivity(): Promise<void>
  revealVersion(row?: ActivityEntry): Promise<void>
  registerUnregistered(
    row?: UnregisteredFile,
    rows?: readonly UnregisteredFile[],
  ): Promise<ModelVersion | undefined>
  scanFiles(): Promise<void>
  openCode: OnVersions
  compareCode: OnVersions
  openCommit: OnVersions
  showCard: OnVersions
  editCard: OnVersions
  checkPromotionRules(
    target?: Target,
    targets?: readonly Node[],
    stage?: string,
  ): Promise<PolicyResult | undefined>
  openPromotionRules(): Promise<void>
  searchVersions(text?: unknown): Promise<void>
  /** @param text The filter, where it is known already. */
  filterModels(text?: unknown): Promise<void>
  clearFilter(): Promise<void>
  findBestVersion(target?: Target): Promise<void>
  setAlias(target?: Target, targets?: readonly Node[], alias?: string): Promise<void>
  removeAlias(target?: Target, targets?: readonly Node[], alias?: string): Promise<void>
  compareSelected: OnVersions
  compareWithProduction: OnVersions
  compareMetadata: OnVersions
  showCharts: OnVersions
  refresh(): Promise<void>
  groupByStage(): Promise<void>
  groupByModel(): Promise<void>
  sortByName(): Promise<void>
  sortByUpdated(): Promise<void>
  sortByMetric(): Promise<void>
  sortBySize(): Promise<void>
  showMore(node?: MoreNode): Promise<void>
  showView(): Promise<void>
  showLog(): Promise<void>
  openSettings(): Promise<void>
  openWalkthrough(): Promise<void>
}

export type CommandName = keyof Commands

/** The id under which VS Code knows a command. */
export function commandId(name: CommandName): string {
  return `modelRegistry.${name}`
}

/** `writes` are refused in Restricted Mode, wherever they are called from; `reads` change nothing in a registry. */
export const COMMANDS: Readonly<Record<CommandName, 'reads' | 'writes'>> = {
  registerModel: 'writes',
  registerVersion: 'writes',
  transitionStage: 'writes',
  promote: 'writes',
  archive: 'writes',
  inspect: 'reads',
  openDetails: 'reads',
  openArtifact: 'reads',
  revealArtifact: 'reads',
  revealArtifactInSystem: 'reads',
  copyReference: 'reads',
  copyPath: 'reads',
  copyDigest: 'reads',
  copyLoadCode: 'reads',
  insertLoadCode: 'reads',
  editDescription: 'writes',
  editTags: 'writes',
  editMetrics: 'writes',
  editParameters: 'writes',
  renameModel: 'writes',
  deleteVersion: 'writes',
  deleteModel: 'writes',
  deleteSelection: 'writes',
  openRow: 'reads',
  openDocument: 'reads',
  undo: 'writes',
  restoreDeleted: 'writes',
  freeDiskSpace: 'writes',
  rollback: 'writes',
  verifyArtifacts: 'writes',
  scanAgain: 'writes',
  repair: 'writes',
  locateArtifact: 'writes',
  resolveConflict: 'writes',
  recoverDocument: 'writes',
  installMergeDriver: 'writes',
  showProductionOn: 'reads',
  showAsOf: 'reads',
  returnToPresent: 'reads',
  showToday: 'reads',
  showActivity: 'reads',
  filterActivity: 'reads',
  clearActivityFilter: 'reads',
  showMoreActivity: 'reads',
  revealVersion: 'reads',
  registerUnregistered: 'writes',
  scanFiles: 'reads',
  openCode: 'writes',
  compareCode: 'writes',
  openCommit: 'reads',
  showCard: 'reads',
  editCard: 'writes',
  checkPromotionRules: 'reads',
  openPromotionRules: 'reads',
  searchVersions: 'reads',
  filterModels: 'reads',
  clearFilter: 'reads',
  findBestVersion: 'reads',
  setAlias: 'writes',
  removeAlias: 'writes',
  compareSelected: 'reads',
  compareWithProduction: 'reads',
  compareMetadata: 'reads',
  showCharts: 'reads',
  refresh: 'reads',
  groupByStage: 'reads',
  groupByModel: 'reads',
  sortByName: 'reads',
  sortByUpdated: 'reads',
  sortByMetric: 'reads',
  sortBySize: 'reads',
  showMore: 'reads',
  showView: 'reads',
  showLog: 'reads',
  openSettings: 'reads',
  openWalkthrough: 'reads',
}
