import { ProgressLocation, window } from 'vscode'
import { formatBytes } from '../base/text'
import type { RunOptions } from '../registry/ports'
import { VIEW } from './modelsView'

/** What takes longer gets a notification with percent and Cancel; what is faster would only flash. */
const PATIENCE_MILLISECONDS = 2000

/** Runs something that copies, with a bar in the view and, where it takes long, a notification that can cancel it. */
export async function withProgress<T>(
  title: string,
  run: (options: Required<RunOptions>) => Promise<T>,
): Promise<T> {
  const controller = new AbortController()
  const meter = new Meter()
  const running = run({
    signal: controller.signal,
    onProgress: ({ done, total, step }) => meter.report(done, total, step),
  })
  // Awaited below; a rejection before that must not count as unhandled.
  running.catch(() => undefined)
  let ended = false
  const end = running.then(
    () => void (ended = true),
    () => void (ended = true),
  )
  const timer = setTimeout(() => {
    if (ended) return
    void window.withProgress(
      { location: ProgressLocation.Notification, title, cancellable: true },
      async (progress, token) => {
        token.onCancellationRequested(() => controller.abort())
        meter.show((message, increment) => progress.report({ message, increment }))
        await end
      },
    )
  }, PATIENCE_MILLISECONDS)
  try {
    return await window.withProgress({ location: { viewId: VIEW } }, () => running)
  } finally {
    clearTimeout(timer)
  }
}

/** Turns bytes done into the steps of a bar of a hundred. */
class Meter {
  #done = 0
  #total = 0
  #step = ''
  #shown = 0
  #lastReport = 0
  #show: ((message: string, increment: number) => void) | undefined

  show(show: (message: string, increment: number) => void): void {
    this.#show = show
    this.#tell()
  }

  report(done: number, total: number, step = ''): void {
    this.#done = done
    this.#total = total
    this.#step = step
    // A copy reports each megabyte; a bar needs no more than ten steps a second.
    if (Date.now() - this.#lastReport > 100) this.#tell()
  }

  #tell(): void {
    if (!this.#show || this.#total === 0) return
    this.#lastReport = Date.now()
    const percent = Math.min(100, (100 * this.#done) / this.#total)
    const of = `${formatBytes(this.#done)} of ${formatBytes(this.#total)}`
    this.#show(
      `${Math.floor(percent)} % · ${this.#step === '' ? of : `${this.#step}, ${of}`}`,
      percent - this.#shown,
    )
    this.#shown = percent
  }
}
