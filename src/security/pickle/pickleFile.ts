import type { Content, ScanContext } from '../context'
import { latin1 } from '../magic'
import { isPickleName, promisesNoCode } from '../modelNames'
import { scanPickles } from './pickleScan'
import { startsAsPickle } from './probe'

/** Whether a file is taken for a pickle. */
export function isPickle(content: Content, head: Uint8Array): boolean {
  const [first, protocol = 0] = head
  const isBinary = first === 0x80 && protocol >= 2 && protocol <= 5
  // Under the name of a pickle two bytes are enough; anything else has to read like one.
  if (isBinary && isPickleName(content.name)) return true
  return startsAsPickle(content.reader)
}

/** Scans a file of pickles, and what stands behind them. */
export function scanPickleFile(context: ScanContext, content: Content): void {
  const { within } = content
  const flavor = within === 'torch' || within === 'torchscript' ? within : 'plain'
  const { end, isWhole } = scanPickles(content, context, {
    flavor: within === 'tar' ? 'torch' : flavor,
  })
  checkPickleName(context, content)
  const { reader } = content
  if (!isWhole || end >= reader.size) return
  const rest = reader.view(end)
  if (latin1(rest.head(0, 4)) === 'PK\x03\x04') {
    context.add('file/polyglot', content, { offset: end })
    const path = `bytes at ${end}`
    context.scanInner(content, { reader: rest, name: '', path, within: 'pickle' })
  }
}

/** A pickle under the name of a format without code surprises whoever loads it. */
export function checkPickleName(context: ScanContext, content: Content): void {
  if (promisesNoCode(content.name)) {
    context.add('file/pickle-extension', content, { evidence: content.name })
  }
}
