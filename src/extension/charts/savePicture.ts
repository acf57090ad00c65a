import { Uri, window, workspace } from 'vscode'
import type { Picture } from '../../webview/charts/protocol'

/** Characters that a file name can't have everywhere. */
const UNFIT = /[^\p{L}\p{N}._+-]+/gu

/** Asks where a picture goes, and writes it there. */
export async function savePicture(picture: Picture): Promise<void> {
  const { format } = picture
  const name = `${picture.name.replaceAll(UNFIT, '-').slice(0, 80)}.${format}`
  const folder = workspace.workspaceFolders?.[0]?.uri
  const place = await window.showSaveDialog({
    title: 'Save Chart',
    filters: format === 'svg' ? { 'SVG picture': ['svg'] } : { 'PNG picture': ['png'] },
    ...(folder ? { defaultUri: Uri.joinPath(folder, name) } : {}),
  })
  if (!place) return
  const bytes = picture.format === 'svg' ? new TextEncoder().encode(picture.text) : picture.bytes
  await workspace.fs.writeFile(place, bytes)
  window.setStatusBarMessage(`Saved ${place.path.split('/').at(-1)}`, 3000)
}
