import type { ByteReader } from './byteReader'
import { decompressBzip2 } from './bzip2'
import type { Inflated } from './inflate'
import { inflate, inflateStreams, isZlib } from './inflate'
import { Budget } from './limits'
import { decompressLz4, LZ4_MAGIC } from './lz4'
import { decompressLzmaAlone, decompressXz, isLzmaAlone, isXz } from './lzma'

/** The whole-stream compressions of joblib, by its own names. */
export type Codec = 'zlib' | 'gzip' | 'bz2' | 'xz' | 'lzma' | 'lz4'

type Decompress = (reader: ByteReader, limit: number, budget: Budget) => Inflated

const DECOMPRESS: Readonly<Record<Codec, Decompress>> = {
  zlib: inflateStreams,
  gzip: (reader, limit) => inflate('gzip', reader, limit),
  bz2: decompressBzip2,
  xz: decompressXz,
  lzma: decompressLzmaAlone,
  lz4: decompressLz4,
}

/** The compression that data begin with, by their first bytes. A zlib stream has two only: ask it for its content. */
export function detectCodec(head: Uint8Array): Codec | undefined {
  const [first = 0, second = 0, third = 0, fourth = 0] = head
  if (first === 0x1f && second === 0x8b && third === 8) return 'gzip'
  if (first === 0x42 && second === 0x5a && third === 0x68) return 'bz2'
  if (isXz(head)) return 'xz'
  if (isLzmaAlone(head)) return 'lzma'
  const word = (first | (second << 8) | (third << 16) | (fourth << 24)) >>> 0
  if (word === LZ4_MAGIC) return 'lz4'
  return isZlib(head) ? 'zlib' : undefined
}

/**
 * Decompresses at most `limit` bytes from the start of a stream, and no longer than the budget allows: what is there by
 * then is returned. Throws `corrupt` where it has no beginning.
 */
export function decompress(
  codec: Codec,
  reader: ByteReader,
  limit: number,
  budget: Budget = new Budget(),
): Inflated {
  return DECOMPRESS[codec](reader, limit, budget)
}
