import { window, type LogOutputChannel } from 'vscode'

/**
 * Where warnings of a registry go, such as "done, not yet durable": each to the log, and to a person once. Those that
 * differ in names and numbers alone are one.
 */
export function warnOnce(log: LogOutputChannel): (message: string) => void {
  const told = new Set<string>()
  return (message) => {
    log.warn(message)
    const kind = message.replaceAll(/\S*[\d/\\:]\S*/g, '…')
    if (told.has(kind)) return
    told.add(kind)
    const show = 'Show Log'
    void window.showWarningMessage(message, show).then((answer) => {
      if (answer === show) log.show()
    })
  }
}
