import { ByteReader } from '../../bytes/byteReader'
import type { Codec } from '../../bytes/compressed'
import { decompress } from '../../bytes/compressed'
import { LIMITS } from '../../bytes/limits'
import { isTar } from '../../bytes/tar'
import type { Content, ScanContext } from '../context'
import { isCorrupt } from '../context'
import { isModelName } from '../modelNames'
import { startsAsPickle } from '../pickle/probe'

/** A stream that is compressed as a whole, as joblib and tar have it. */
export function scanCompressed(context: ScanContext, content: Content, codec: Codec): boolean {
  let bytes: Uint8Array
  let isWhole: boolean
  try {
    const result = decompress(codec, content.reader, LIMITS.inflated, context.budget)
    ;({ bytes, complete: isWhole } = result)
  } catch (error) {
    if (!isCorrupt(error)) throw error
    // Two bytes are no proof of a zlib stream: they are also how some pickles begin.
    if (codec === 'zlib') return false
    context.addDamage('compressed/damaged', content, error)
    return true
  }
  const inner = ByteReader.of(bytes)
  const isPickled = startsAsPickle(inner)
  if (codec === 'zlib' && !isWhole && bytes.length < 64 && !isPickled) return false
  const name = content.name.replace(/\.(?:gz|bz2|xz|lzma|lz4|z|zlib)$/i, '')
  if (!isWhole) {
    if (isPickled || isTar(bytes) || isModelName(name)) {
      context.add('compressed/damaged', content, { evidence: `${bytes.length} bytes of ${codec}` })
    }
  }
  const path = content.member === undefined ? codec : `(${codec})`
  context.scanInner(content, { reader: inner, name, path, within: content.within ?? 'zip' })
  return true
}
