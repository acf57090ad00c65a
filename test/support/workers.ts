/** Child processes that run a TypeScript file and answer orders one by one. */
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'

export class Worker<Order, Reply> {
  readonly child: ChildProcess

  private constructor(child: ChildProcess) {
    this.child = child
  }

  /** Resolves when the process has loaded its file and said so by a first message. */
  static async start<Order, Reply>(file: string): Promise<Worker<Order, Reply>> {
    const child = fork(file, [], { execArgv: ['--import', 'tsx'], serialization: 'advanced' })
    const worker = new Worker<Order, Reply>(child)
    await worker.#reply()
    return worker
  }

  async ask(order: Order): Promise<Reply> {
    const reply = this.#reply()
    this.child.send(order as object)
    return reply
  }

  async #reply(): Promise<Reply> {
    const stop = new AbortController()
    try {
      return await Promise.race([
        once(this.child, 'message', { signal: stop.signal }).then(([reply]) => reply as Reply),
        once(this.child, 'exit', { signal: stop.signal }).then(([code, signal]) => {
          throw new Error(`The worker ended (${code ?? signal}) without an answer.`)
        }),
      ])
    } finally {
      stop.abort()
    }
  }

  /** At once, as a crash or the system would; resolves when it is gone. */
  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return
    const gone = once(this.child, 'exit')
    this.child.kill('SIGKILL')
    await gone
  }
}
