import { type Disposable, type LogOutputChannel, type Webview } from 'vscode'
import { isAppError, messageOf } from '../../base/errors'
import type { Call, HostEvent, Methods, Reply } from '../../webview/protocol'
import { report } from '../commands/run'

export interface Channel<E extends string> extends Disposable {
  tell(event: E): void
}

/**
 * Serves the methods of an interface to a page. A page asks for what it wants, never for a command by name; every call is
 * answered, and what fails is also reported as a command's failure is.
 */
export function serve<T extends Methods<T>, E extends string>(
  webview: Webview,
  methods: T,
  log: LogOutputChannel,
): Channel<E> {
  const post = (message: Reply | HostEvent): void => {
    // False for a page that is hidden or gone: it asks again when it comes back.
    void webview.postMessage(message)
  }
  const answer = async ({ id, method, args }: Call): Promise<void> => {
    try {
      if (!Object.hasOwn(methods, method)) throw new TypeError(`The page called ${method}.`)
      const run: (...args: never[]) => Promise<unknown> = methods[method as keyof T]
      // The interface says what a method takes, and each one checks what it is given.
      post({ id, ok: await run(...(args as never[])) })
    } catch (error) {
      report(error, log)
      post({ id, err: sentence(error) })
    }
  }
  const subscription = webview.onDidReceiveMessage((message: unknown) => {
    if (isCall(message)) void answer(message)
    else log.warn('A page sent a message that is no call.')
  })
  return {
    tell: (event) => post({ event }),
    dispose: () => subscription.dispose(),
  }
}

function isCall(message: unknown): message is Call {
  if (typeof message !== 'object' || message === null) return false
  const { id, method, args } = message as Record<string, unknown>
  return typeof id === 'number' && typeof method === 'string' && Array.isArray(args)
}

function sentence(error: unknown): string {
  if (isAppError(error)) return error.message
  return `Something went wrong: ${messageOf(error)}`
}
