import { dtypeOfDescr } from '../../bytes/numpyDtype'
import { readNpyHeader } from '../../bytes/npyHeader'
import { elementCount } from '../../bytes/shape'
import type { Content, ScanContext } from '../context'
import { startsAsPickle } from '../pickle/probe'

/** Scans an array of NumPy. One of Python objects is a pickle behind the header. */
export function scanNpy(content: Content, context: ScanContext): void {
  context.markModel()
  context.guard('archive/damaged', content, () => {
    const { reader } = content
    const header = readNpyHeader(reader)
    const dtype = dtypeOfDescr(header.descr)
    const rest = reader.view(header.dataOffset)
    const isObjects = dtype?.kind === 'O'
    if (isObjects) context.add('numpy/objects', content, { offset: header.dataOffset })
    const length = (elementCount(header.shape) ?? Infinity) * (dtype?.itemSize ?? 0)
    if (!isObjects && dtype) {
      reader.check(header.dataOffset, length)
      const after = header.dataOffset + length
      if (after < reader.size && startsAsPickle(reader.view(after))) {
        context.add('file/polyglot', content, { offset: after })
        scanRest(content, context, after)
      }
      return
    }
    if (rest.size > 0) scanRest(content, context, header.dataOffset)
  })
}

function scanRest(content: Content, context: ScanContext, offset: number): void {
  context.scanInner(content, {
    reader: content.reader.view(offset),
    name: '',
    path: `bytes at ${offset}`,
    within: 'pickle',
  })
}
