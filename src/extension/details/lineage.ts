import { escapeText } from '../../base/text'
import type { ModelVersion, RegisteredModel } from '../../registry/model'
import type { LineageView, OriginRow } from '../../webview/details/protocol'
import { storedSource } from './stored'

/** Where a version comes from. */
export function lineageOf(
  { history }: Pick<RegisteredModel, 'history'>,
  version: ModelVersion,
  isHere: boolean,
): LineageView {
  const { path, outside, run, git, datasets, notebook, environment, values } = storedSource(version)
  const isEdited = editedValues(history, version)
  const origins = Object.entries(values).map(([place, { file, key }]): OriginRow => ({
    value: escapeText(place),
    file: escapeText(file, 400),
    path: file,
    key: escapeText(key),
    isEdited: isEdited(place),
  }))
  return {
    ...(path === undefined
      ? {}
      : {
          path: {
            text: `${escapeText(path, 400)}${outside ? ' (outside of the workspace)' : ''}`,
            path,
            isHere: isHere && !outside,
          },
        }),
    ...(run === undefined ? {} : { run: escapeText(run) }),
    ...(git
      ? {
          git: {
            commit: escapeText(git.commit, 64),
            isDirty: git.dirty,
            ...(git.branch === undefined ? {} : { branch: escapeText(git.branch) }),
            ...(git.remote === undefined ? {} : { remote: escapeText(git.remote, 400) }),
            ...(git.author === undefined ? {} : { author: escapeText(git.author) }),
          },
        }
      : {}),
    ...(notebook
      ? {
          notebook: {
            text: escapeText(notebook.path, 400),
            path: notebook.path,
            cell: notebook.cell,
          },
        }
      : {}),
    datasets: datasets.map((dataset) => ({
      path: escapeText(dataset.path, 400),
      ...(dataset.digest === undefined ? {} : { digest: escapeText(dataset.digest, 80) }),
    })),
    environment: Object.entries(environment).map(
      ([name, value]) => [escapeText(name), escapeText(value, 400)] as const,
    ),
    origins,
  }
}

/** Tells of a place such as `metrics.accuracy` whether it was changed since it was read from a file. */
function editedValues(
  history: RegisteredModel['history'],
  version: ModelVersion,
): (place: string) => boolean {
  const edits = history.filter(
    ({ action, versionId }) => action === 'update' && versionId === version.id,
  )
  return (place) => {
    const at = place.indexOf('.')
    const [field, name] = at === -1 ? [place, undefined] : [place.slice(0, at), place.slice(at + 1)]
    const now = valueAt(version, field, name)
    const before = edits.find((edit) => Object.hasOwn(edit.before ?? {}, field))?.before
    // The oldest edit of the field knows what was there at first.
    return before !== undefined && valueAt(before, field, name) !== now
  }
}

function valueAt(fields: object, field: string, name: string | undefined): unknown {
  const value: unknown = Reflect.get(fields, field)
  if (name === undefined || typeof value !== 'object' || value === null) return value
  return Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined
}
