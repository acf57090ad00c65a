import { commands, Uri, window, workspace, type LogOutputChannel } from 'vscode'
import { isAppError, messageOf, type AppError } from '../../base/errors'
import { PastError } from '../timeTravel/present'
import { commandId } from './contract'

/**
 * The one path that errors take to a person: a cancelled command is silent, an `AppError` is shown as its sentence with
 * the button that helps, anything else is logged and shown with **Show Log**.
 * @param retry Runs the same thing again, where that can help.
 */
export function report(error: unknown, log: LogOutputChannel, retry?: () => void): void {
  if (isCancellation(error)) return
  if (isAppError(error)) {
    log.warn(`${error.code}: ${error.message}`)
    // That there is nothing to act on is news, and nobody's fault.
    void offer(error.message, remedies(error, retry), error.code === 'notFound')
    return
  }
  log.error(error instanceof Error ? error : String(error))
  const reason = messageOf(error)
  void offer(`Something went wrong: ${reason}`, [['Show Log', () => log.show()]])
}

function isCancellation(error: unknown): boolean {
  if (isAppError(error)) return error.code === 'cancelled'
  return error instanceof Error && (error.name === 'Canceled' || error.name === 'AbortError')
}

type Remedy = readonly [label: string, run: () => void]

function remedies(error: AppError, retry: (() => void) | undefined): readonly Remedy[] {
  if (error instanceof PastError) {
    const back = (): void => void commands.executeCommand(commandId('returnToPresent'))
    return [['Return to the Present', back]]
  }
  const { file } = error.location ?? {}
  if (error.code === 'corrupt' && file !== undefined) {
    return [['Open Document', () => void commands.executeCommand('vscode.open', Uri.file(file))]]
  }
  if (error.code === 'unsafe' && !workspace.isTrusted) {
    return [
      ['Manage Workspace Trust', () => void commands.executeCommand('workbench.trust.manage')],
    ]
  }
  if (error.code === 'busy' && retry) return [['Try Again', retry]]
  return []
}

async function offer(message: string, buttons: readonly Remedy[], isNews = false): Promise<void> {
  const labels = buttons.map(([label]) => label)
  const chosen = isNews
    ? await window.showInformationMessage(message, ...labels)
    : await window.showErrorMessage(message, ...labels)
  buttons.find(([label]) => label === chosen)?.[1]()
}
