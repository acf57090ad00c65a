import type { Call, HostEvent, Methods, Reply } from './protocol'

/** The border to the host as a page sees it: messages out, messages in. */
export interface Port {
  post(message: Call): void
  listen(listener: (message: unknown) => void): void
}

export interface Client<T, E extends string> {
  /** Calls the host; a promise rejects with the host's sentence. */
  readonly host: T
  on(event: E, listener: () => void): void
}

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}

/** A typed client of a page's host: each method of `T` becomes a message and a promise of its answer. */
export function createClient<T extends Methods<T>, E extends string>(port: Port): Client<T, E> {
  const waiting = new Map<number, Waiting>()
  const listeners = new Map<string, (() => void)[]>()
  let lastId = 0
  port.listen((message) => {
    if (isEvent(message)) {
      for (const listener of listeners.get(message.event) ?? []) listener()
    } else if (isReply(message)) {
      const call = waiting.get(message.id)
      waiting.delete(message.id)
      if ('err' in message) call?.reject(new Error(message.err))
      else call?.resolve(message.ok)
    }
  })
  const call = (method: string, args: readonly unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const id = ++lastId
      waiting.set(id, { resolve, reject })
      port.post({ id, method, args })
    })
  const host = new Proxy(
    {},
    {
      get: (_, name) => (isMethod(name) ? (...args: unknown[]) => call(name, args) : undefined),
    },
  )
  return {
    // The proxy answers every name; which ones there are is what `T` says.
    host: host as T,
    on: (event, listener) => {
      listeners.set(event, [...(listeners.get(event) ?? []), listener])
    },
  }
}

/** `await` looks for `then`, and Lit for names with an underscore, in whatever they are given. */
function isMethod(name: string | symbol): name is string {
  return typeof name === 'string' && name !== 'then' && !name.startsWith('_')
}

function isEvent(message: unknown): message is HostEvent {
  return typeof message === 'object' && message !== null && 'event' in message
}

function isReply(message: unknown): message is Reply {
  return typeof message === 'object' && message !== null && 'id' in message
}
