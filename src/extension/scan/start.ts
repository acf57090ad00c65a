import { Disposable, type Memento } from 'vscode'
import { later } from '../commands/load'
import { report } from '../commands/run'
import type { Host } from '../host'

/** Tells what the scan finds in the workspace. Loaded when its files are known: a window that opens does not need it. */
export function startScan(host: Host, memento: Memento): Disposable {
  const parts: Disposable[] = []
  let isDisposed = false
  const first = host.files.onDidFind(() => {
    first.dispose()
    later()
      .then(({ openScan }) => {
        if (!isDisposed) parts.push(...openScan(host, memento))
      })
      .catch((error: unknown) => report(error, host.log))
  })
  return new Disposable(() => {
    isDisposed = true
    first.dispose()
    for (const part of parts) part.dispose()
  })
}
