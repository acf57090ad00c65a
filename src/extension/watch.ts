import { basename, dirname } from 'node:path'
import { Disposable, RelativePattern, Uri, window, workspace, type LogOutputChannel } from 'vscode'
import type { ModelsView } from './modelsView'
import type { FolderRegistry, Registries } from './registries'

/** A burst of events is one look; a look is well under a second after the first of them. */
const DEBOUNCE_MILLISECONDS = 100
/** File systems without events, and watchers that have run out, are looked at this often while somebody can see it. */
const POLL_MILLISECONDS = 5000

/**
 * Keeps the registries as they are on disk: other windows, terminals, agents and git change them too. Events come where
 * the system has them; a look at the clock, at the window's focus and at the view's opening makes up for the rest.
 */
export function watchRegistries(
  registries: Registries,
  view: ModelsView,
  log: LogOutputChannel,
): Disposable {
  const look = debounced(() => {
    registries.refresh().catch((error: unknown) => log.error(String(error)))
  })
  let watchers = watchAll(registries.all, look.schedule)
  const timer = setInterval(() => {
    if (view.visible && window.state.focused) look.schedule()
  }, POLL_MILLISECONDS)
  return Disposable.from(
    { dispose: () => watchers.dispose() },
    { dispose: () => clearInterval(timer) },
    look,
    registries.onDidChangeRegistries(() => {
      watchers.dispose()
      watchers = watchAll(registries.all, look.schedule)
    }),
    window.onDidChangeWindowState(({ focused }) => {
      if (!focused) return
      look.schedule()
      // Artifacts are not watched, so this is when one that came or went is noticed.
      if (view.visible) view.refresh()
    }),
    view.onDidChangeVisibility(({ visible }) => {
      if (!visible) return
      look.schedule()
      view.refresh()
    }),
  )
}

function watchAll(all: readonly FolderRegistry[], look: () => void): Disposable {
  return Disposable.from(...all.map(({ root }) => watchFolder(root, look)))
}

/**
 * The documents, and the folder itself: when `.models` is made, moved or removed by another process, only its own event
 * comes, and none of the files in it. The watcher of the files is then made anew, since there was nothing to watch.
 */
function watchFolder(root: Uri, look: () => void): Disposable {
  const parent = Uri.file(dirname(root.fsPath))
  const folder = workspace.createFileSystemWatcher(
    new RelativePattern(parent, basename(root.fsPath)),
  )
  let documents = watchDocuments(root, look)
  const renew = (): void => {
    documents.dispose()
    documents = watchDocuments(root, look)
    look()
  }
  return Disposable.from(folder, folder.onDidCreate(renew), folder.onDidDelete(renew), {
    dispose: () => documents.dispose(),
  })
}

/** A document is replaced by a rename, which arrives as a creation: all three events mean the same. */
function watchDocuments(root: Uri, look: () => void): Disposable {
  const watcher = workspace.createFileSystemWatcher(new RelativePattern(root, '*.json'))
  return Disposable.from(
    watcher,
    watcher.onDidCreate(look),
    watcher.onDidChange(look),
    watcher.onDidDelete(look),
  )
}

function debounced(run: () => void): { readonly schedule: () => void; dispose(): void } {
  let timer: NodeJS.Timeout | undefined
  return {
    schedule: () => {
      timer ??= setTimeout(() => {
        timer = undefined
        run()
      }, DEBOUNCE_MILLISECONDS)
    },
    dispose: () => clearTimeout(timer),
  }
}
