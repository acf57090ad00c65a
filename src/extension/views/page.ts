import { randomBytes } from 'node:crypto'
import { Uri, type Webview, type WebviewOptions } from 'vscode'
import type { Methods } from '../../webview/protocol'
import type { Host } from '../host'
import { serve, type Channel } from './channel'

/** Below the extension's folder; nothing else is served to pages. */
const PAGES = ['dist', 'webview'] as const

/** What every page may do: run its own script, and read nothing but that. */
function pageOptions(extension: Uri): WebviewOptions {
  return { enableScripts: true, localResourceRoots: [Uri.joinPath(extension, ...PAGES)] }
}

/** A page as its webview has it. */
export interface Page {
  /** The bundle, without `.js`. */
  readonly script: string
  readonly title: string
  /** The custom element that the script defines. */
  readonly element: string
}

/** Fills a webview with a page, and answers what the page asks until the channel is disposed of. */
export function openPage<T extends Methods<T>, E extends string>(
  { extensionPath, log }: Pick<Host, 'extensionPath' | 'log'>,
  webview: Webview,
  page: Page,
  methods: T,
): Channel<E> {
  const extension = Uri.file(extensionPath)
  const channel = serve<T, E>(webview, methods, log)
  webview.options = pageOptions(extension)
  webview.html = pageHtml(webview, extension, page)
  return channel
}

/** The HTML of a page: one element and the script that defines it. */
function pageHtml(webview: Webview, extension: Uri, page: Page): string {
  const nonce = randomBytes(16).toString('base64url')
  const script = webview.asWebviewUri(Uri.joinPath(extension, ...PAGES, `${page.script}.js`))
  const policy = [
    "default-src 'none'",
    `img-src ${webview.cspSource}`,
    `style-src ${webview.cspSource}`,
    `font-src ${webview.cspSource}`,
    `script-src 'nonce-${nonce}'`,
  ].join('; ')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(page.title)}</title>
</head>
<body>
<${page.element}></${page.element}>
<script nonce="${nonce}" src="${escapeHtml(script.toString())}"></script>
</body>
</html>`
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
