import type { Port } from './client'
import { documentStyle } from './ui/theme'

interface VsCodeApi {
  postMessage(message: unknown): void
  getState(): unknown
  setState(state: unknown): void
}

declare function acquireVsCodeApi(): VsCodeApi

// It can be acquired once in the life of a page.
const api = acquireVsCodeApi()

if (documentStyle.styleSheet) document.adoptedStyleSheets.push(documentStyle.styleSheet)

/** The channel to the extension. */
export const port: Port = {
  post: (message) => api.postMessage(message),
  listen: (listener) => {
    window.addEventListener('message', ({ data }: MessageEvent<unknown>) => listener(data))
  },
}

/** What the page kept before it was hidden or reloaded; an older version of it may have. */
export function readState(): unknown {
  return api.getState()
}

export function writeState(state: object): void {
  api.setState(state)
}
