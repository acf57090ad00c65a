import type { ReactiveController, ReactiveControllerHost } from 'lit'
import { messageOf } from '../base/errors'
import { createClient, type Client, type Port } from './client'
import type { Methods } from './protocol'

/** What a page shows, and when it is shown anew. */
export interface PageView<T, E extends string, V> {
  /** Asks the host for the view; what it rejects with is shown in place of the view. */
  read(host: T): Promise<V>
  /** Events of the host after which the view is another one. */
  readonly reloadsOn: readonly E[]
  /**
   * After each view that came, before it is drawn.
   * @param isCurrent False from the next load on: what is read on top of this view is then of no use any more.
   */
  onView?(view: V, isCurrent: () => boolean): void | Promise<void>
}

/** Connects a page's element to its host: reads the view when the page appears, and again when the host says so. */
export class PageController<
  T extends Methods<T>,
  E extends string,
  V,
> implements ReactiveController {
  /** The methods of the extension that this page may call. */
  readonly host: T
  readonly #element: ReactiveControllerHost
  readonly #source: PageView<T, E, V>
  readonly #client: Client<T, E>
  #view: V | undefined
  #problem: string | undefined
  #edition = 0

  constructor(element: ReactiveControllerHost, port: Port, source: PageView<T, E, V>) {
    this.#element = element
    this.#source = source
    this.#client = createClient<T, E>(port)
    this.host = this.#client.host
    for (const event of source.reloadsOn) this.on(event, () => void this.load())
    element.addController(this)
  }

  /** The newest view that came; it stays while another one is read. */
  get view(): V | undefined {
    return this.#view
  }

  /** Why the newest view did not come, as a sentence. */
  get problem(): string | undefined {
    return this.#problem
  }

  /** Counts the loads that were begun. */
  get edition(): number {
    return this.#edition
  }

  /** Hears an event of the host that means something else than a new view. */
  on(event: E, listener: () => void): void {
    this.#client.on(event, listener)
  }

  hostConnected(): void {
    void this.load()
  }

  /** Reads the view. Of several loads the last one counts, in whichever order the answers come. */
  async load(): Promise<void> {
    const edition = ++this.#edition
    const isCurrent = (): boolean => edition === this.#edition
    this.#element.requestUpdate()
    try {
      const view = await this.#source.read(this.host)
      if (!isCurrent()) return
      this.#view = view
      this.#problem = undefined
      this.#element.requestUpdate()
      await this.#source.onView?.(view, isCurrent)
    } catch (error) {
      if (!isCurrent()) return
      this.#problem = messageOf(error)
      this.#element.requestUpdate()
    }
  }
}

/** Asks the host to do something. What fails is shown by the host, so nobody waits for the answer here. */
export function ask(call: Promise<unknown>): void {
  call.catch(() => undefined)
}
