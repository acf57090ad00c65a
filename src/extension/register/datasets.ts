import { basename, dirname, relative } from 'node:path'
import { ThemeIcon, Uri, window, type QuickPickItem } from 'vscode'
import { readDatasets } from '../../datasets'
import type { RegisterRequest } from '../../registry/registry'
import { askPick } from '../input/steps'
import { withProgress } from '../progress'
import { toRequest, type Draft } from './draft'

interface DatasetItem extends QuickPickItem {
  /** A data set that is named already: choosing it takes it out. */
  readonly path?: string
  readonly add?: 'files' | 'folders'
}

/** Lets a person name the files and folders that a model was made from, and take them out again. */
export async function chooseDatasets(draft: Draft, workspacePath: string): Promise<void> {
  for (;;) {
    const answer = await askPick<DatasetItem, never>({
      title: `Data Sets of ${draft.name}:${draft.version}`,
      canGoBack: true,
      placeholder: 'Their content is digested when the version is registered, and not copied',
      items: () => [
        { label: 'Add Files…', iconPath: new ThemeIcon('new-file'), add: 'files' },
        // One dialog for both is one for folders alone on Linux and Windows.
        { label: 'Add Folders…', iconPath: new ThemeIcon('new-folder'), add: 'folders' },
        ...draft.datasets.map((path): DatasetItem => ({
          label: basename(path),
          description: `${relative(workspacePath, dirname(path))} · choose it to take it out`,
          iconPath: new ThemeIcon('database'),
          path,
        })),
      ],
    })
    if (answer.kind !== 'accept') return
    const { path, add } = answer.value
    if (add) await addDatasets(draft, add === 'folders', workspacePath)
    else draft.datasets = draft.datasets.filter((other) => other !== path)
  }
}

async function addDatasets(draft: Draft, folders: boolean, workspacePath: string): Promise<void> {
  const chosen = await window.showOpenDialog({
    title: 'Data Sets',
    openLabel: 'Add',
    defaultUri: Uri.file(workspacePath),
    canSelectMany: true,
    canSelectFiles: !folders,
    canSelectFolders: folders,
  })
  const paths = (chosen ?? []).map(({ fsPath }) => fsPath)
  draft.datasets = [...new Set([...draft.datasets, ...paths])]
}

/**
 * What a draft asks the registry for, with the digests of its data sets.
 * @throws AppError `invalid` for what can't be read, `notFound` for data that is gone, `cancelled`.
 */
export async function requestOf(draft: Draft, workspacePath: string): Promise<RegisterRequest> {
  const request = toRequest(draft)
  if (draft.datasets.length === 0) return request
  const datasets = await withProgress('Reading Data Sets', (options) =>
    readDatasets(draft.datasets, workspacePath, options),
  )
  return { ...request, source: { datasets } }
}
