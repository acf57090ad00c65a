import { Uri, type Event, type WorkspaceFolder } from 'vscode'
import type { ModelRegistry } from '../app'
import type { Registries } from './registries'

/** What other extensions get from `extensions.getExtension('model-registry.model-registry').activate()`. */
export interface ModelRegistryApi {
  readonly apiVersion: 1
  /**
   * The registry of a workspace folder, or of the folder that a file lies in; `undefined` where there is none.
   * @throws AppError where it can't be read.
   */
  getRegistry(folder: WorkspaceFolder | Uri): Promise<ModelRegistry | undefined>
  /** Registries come and go with workspace folders, trust and settings: then ask for them again. */
  readonly onDidChangeRegistries: Event<void>
}

export function createApi(registries: Registries): ModelRegistryApi {
  return {
    apiVersion: 1,
    getRegistry: async (folder) =>
      registries.of(folder instanceof Uri ? folder : folder.uri)?.open(),
    onDidChangeRegistries: registries.onDidChangeRegistries,
  }
}
