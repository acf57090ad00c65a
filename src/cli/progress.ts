import type { WriteStream } from 'node:tty'
import { escapeText, formatBytes } from '../base/text'
import type { Progress, ProgressListener } from '../registry/ports'

/** What is done sooner needs no progress. */
const QUIET_MILLISECONDS = 400
const PAUSE_MILLISECONDS = 100
const CLEAR_LINE = '\r\u001b[K'

/** One line in a terminal that follows a long run; in a file or a pipe there is none. */
export class ProgressLine {
  readonly #stream: WriteStream | undefined
  #next = Date.now() + QUIET_MILLISECONDS
  #shown = false

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream.isTTY ? stream : undefined
  }

  readonly listener: ProgressListener = (progress) => {
    const now = Date.now()
    if (!this.#stream || now < this.#next) return
    this.#next = now + PAUSE_MILLISECONDS
    this.#shown = true
    const line = progressText(progress)
    this.#stream.write(CLEAR_LINE + line.slice(0, Math.max(0, this.#stream.columns - 1)))
  }

  clear(): void {
    if (this.#shown) this.#stream?.write(CLEAR_LINE)
    this.#shown = false
  }
}

/** ` 42 %  4.2 GB of 10.0 GB  Copying model.onnx` */
function progressText({ done, total, step }: Progress): string {
  const percent = total === 0 ? 0 : Math.min(100, Math.floor((done / total) * 100))
  const bytes = `${formatBytes(done)} of ${formatBytes(total)}`
  return `${String(percent).padStart(3)} %  ${bytes}${step === undefined ? '' : `  ${escapeText(step)}`}`
}
