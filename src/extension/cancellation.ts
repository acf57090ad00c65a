import type { CancellationToken } from 'vscode'

/** The core speaks `AbortSignal`, VS Code tokens: they meet here. */
export function toAbortSignal(token: CancellationToken): AbortSignal {
  const controller = new AbortController()
  if (token.isCancellationRequested) controller.abort()
  else token.onCancellationRequested(() => controller.abort())
  return controller.signal
}
