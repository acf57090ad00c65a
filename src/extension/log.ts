import { window, type LogOutputChannel } from 'vscode'

/** The channel of **Show Log**; its level is set by *Developer: Set Log Level*. */
export function openLog(): LogOutputChannel {
  return window.createOutputChannel('Model Registry', { log: true })
}
