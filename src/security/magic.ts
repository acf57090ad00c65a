import { isAppError } from '../base/errors'
import { ByteReader } from '../bytes/byteReader'
import { decompress, detectCodec } from '../bytes/compressed'
import { isNpy } from '../bytes/npyHeader'
import { isTar } from '../bytes/tar'
import { startsAsPickle } from './pickle/probe'

/** Latin-1 text at the beginning of files, by what they are. */
const MAGICS: readonly (readonly [text: string, kind: Magic])[] = [
  ['PK\x03\x04', 'zip'],
  ['PK\x05\x06', 'zip'],
  ['7z\xbc\xaf\x27\x1c', 'archive'],
  ['Rar!\x1a\x07', 'archive'],
  ['\xfd7zXZ\x00', 'compressed'],
  ['\x28\xb5\x2f\xfd', 'zstd'],
  ['MSCF', 'archive'],
  ['xar!', 'archive'],
  ['!<arch>\n', 'archive'],
  ['\x89HDF\r\n\x1a\n', 'hdf5'],
  ['GGUF', 'gguf'],
  ['\x7fELF', 'executable'],
  ['\xfe\xed\xfa\xce', 'executable'],
  ['\xfe\xed\xfa\xcf', 'executable'],
  ['\xce\xfa\xed\xfe', 'executable'],
  ['\xcf\xfa\xed\xfe', 'executable'],
  ['dex\n', 'executable'],
  ['MZqFpD', 'llamafile'],
  ['jartsr=', 'llamafile'],
]

export type Magic =
  | 'zip'
  | 'archive'
  | 'compressed'
  | 'zstd'
  | 'hdf5'
  | 'gguf'
  | 'executable'
  | 'llamafile'

export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
}

/** What the first bytes say. */
export function magicOf(head: Uint8Array): Magic | undefined {
  const text = latin1(head.subarray(0, 512))
  const found = MAGICS.find(([magic]) => text.startsWith(magic))?.[1]
  if (found) return found
  if (isPortableExecutable(head)) return 'executable'
  // Java classes and fat Mach-O files share a magic; the number behind it is a version or a small count.
  if (text.startsWith('\xca\xfe\xba\xbe')) return 'executable'
  if (/^#!\s*\/[\x20-\x7e]{2,}\n/.test(text)) return 'executable'
  return undefined
}

function isPortableExecutable(head: Uint8Array): boolean {
  if (head[0] !== 0x4d || head[1] !== 0x5a || head.length < 64) return false
  const at = new DataView(head.buffer, head.byteOffset, head.length).getUint32(60, true)
  if (at + 4 > head.length) return at < 0x10000
  return latin1(head.subarray(at, at + 2)) === 'PE'
}

/** Whether bytes begin as something that holds code or other files does. */
export function looksLikeContainer(reader: ByteReader): boolean {
  const head = reader.head(0, 4096)
  const magic = magicOf(head)
  if (magic !== undefined && magic !== 'gguf') return true
  const codec = detectCodec(head)
  // A zlib stream has two bytes to tell it by: its content decides.
  if (codec === 'zlib' && holdsPickle(reader)) return true
  if (codec !== undefined && codec !== 'zlib') return true
  return isNpy(head) || isTar(head) || startsAsPickle(reader)
}

/** Whether bytes are a zlib stream of a pickle. */
function holdsPickle(reader: ByteReader): boolean {
  try {
    return startsAsPickle(ByteReader.of(decompress('zlib', reader, 4096).bytes))
  } catch (error) {
    if (!isAppError(error) || error.code !== 'corrupt') throw error
    return false
  }
}
