import type { LogOutputChannel } from 'vscode'
import type { ActivityView } from './activity/activityView'
import type { DetailsPanels } from './details/panels'
import type { InspectorPanels } from './inspector/inspectorPanels'
import type { ModelsView } from './modelsView'
import type { ModelFiles } from './origin/modelFiles'
import type { Registries } from './registries'
import type { Approvals } from './rules/approvals'
import type { UnregisteredView } from './unregistered/unregisteredView'

/** What commands work with; each takes the slice that it needs. */
export interface Host {
  readonly registries: Registries
  readonly view: ModelsView
  readonly inspector: InspectorPanels
  readonly details: DetailsPanels
  readonly activity: ActivityView
  readonly files: ModelFiles
  readonly unregistered: UnregisteredView
  /** Which commands of promotion rules may be run on this machine. */
  readonly approvals: Approvals
  readonly log: LogOutputChannel
  readonly extensionId: string
  readonly extensionPath: string
  /** Where files wait that come without a path; below the extension's own storage. */
  readonly temporaryFolder: string
}
