import { constants, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib'
import { AppError, systemCode } from '../base/errors'
import type { ByteReader } from './byteReader'

/** `raw` is DEFLATE as ZIP members have it, `zlib` and `gzip` wrap it with a header and a checksum. */
export type InflateKind = 'raw' | 'zlib' | 'gzip'

const INFLATE = { raw: inflateRawSync, zlib: inflateSync, gzip: gunzipSync } as const
/** Bytes of a zlib stream before the compressed data. */
const ZLIB_HEADER = 2

/** Bytes from the start of a compressed stream. */
export interface Inflated {
  readonly bytes: Uint8Array
  /** False where the limit, the end of the input or damage ended it before the stream's own end. */
  readonly complete: boolean
}

type Attempt = { readonly bytes: Uint8Array } | 'too-large' | 'truncated' | 'damaged'

function attempt(kind: InflateKind, input: Uint8Array, limit: number, whole: boolean): Attempt {
  try {
    const finishFlush = whole ? constants.Z_FINISH : constants.Z_SYNC_FLUSH
    return { bytes: INFLATE[kind](input, { maxOutputLength: Math.max(1, limit), finishFlush }) }
  } catch (error) {
    switch (systemCode(error)) {
      case 'ERR_BUFFER_TOO_LARGE':
        return 'too-large'
      case 'Z_BUF_ERROR':
        return 'truncated'
      case 'Z_DATA_ERROR':
      case 'Z_NEED_DICT':
        return 'damaged'
      default:
        throw error
    }
  }
}

/**
 * Inflates at most `limit` bytes of a stream, whatever size it claims. Where that is not the whole, the longest prefix of
 * the input is looked for whose output fits: zlib's synchronous interface gives all of an output or nothing.
 * Throws `corrupt` where not even the beginning can be inflated.
 */
export function inflate(kind: InflateKind, reader: ByteReader, limit: number): Inflated {
  const input = reader.head(0, longestInput(limit))
  if (input.length === reader.size) {
    const result = attempt(kind, input, limit, true)
    if (typeof result === 'object') return { bytes: result.bytes, complete: true }
    // Only the checksum is wrong: readers have taken all the content by the time they see it.
    const content =
      kind === 'zlib' && result === 'damaged'
        ? attempt('raw', input.subarray(ZLIB_HEADER), limit, true)
        : undefined
    if (typeof content === 'object') return { bytes: content.bytes, complete: false }
  }
  return { bytes: inflatePrefix(kind, input, limit, reader.base), complete: false }
}

/** The whole of a stream, or why it can't be had: for a caller to whom a part is of no use. */
export function inflateWhole(
  kind: InflateKind,
  reader: ByteReader,
  limit: number,
): Uint8Array | 'too-large' | 'damaged' {
  const input = reader.head(0, longestInput(limit))
  if (input.length < reader.size) return 'too-large'
  const result = attempt(kind, input, limit, true)
  if (typeof result === 'object') return result.bytes
  return result === 'too-large' ? result : 'damaged'
}

/** DEFLATE never makes data longer by more than 5 bytes in 16 kB, so this much input is enough for the limit. */
function longestInput(limit: number): number {
  return limit + (limit >> 8) + 4096
}

/** A zlib stream, and those that follow it: joblib reads them as one. */
export function inflateStreams(reader: ByteReader, limit: number): Inflated {
  const parts: Uint8Array[] = []
  let length = 0
  for (let at = 0; ;) {
    const rest = reader.view(at)
    const { bytes, complete } = inflate('zlib', rest, limit - length)
    parts.push(bytes)
    length += bytes.length
    at += complete ? consumed(rest.head(0, rest.size)) : 0
    if (!complete || !isZlib(reader.head(at, ZLIB_HEADER)) || length >= limit) {
      return { bytes: parts.length === 1 ? bytes : Buffer.concat(parts), complete }
    }
  }
}

/** Whether two bytes can be the header of a zlib stream (RFC 1950): DEFLATE, a window, a check. */
export function isZlib([first = 0, second = 0]: Uint8Array): boolean {
  return (first & 15) === 8 && first >> 4 <= 7 && ((first << 8) | second) % 31 === 0
}

/** Bytes that a whole stream takes; Node tells them where it is asked for more than the output. */
function consumed(input: Uint8Array): number {
  const { engine } = inflateSync(input, { info: true }) as unknown as {
    readonly engine: { readonly bytesWritten: number }
  }
  return engine.bytesWritten
}

function inflatePrefix(
  kind: InflateKind,
  input: Uint8Array,
  limit: number,
  offset: number,
): Uint8Array {
  let best: Uint8Array | undefined
  let low = 0
  let high = input.length
  let tried = high
  // Halving ends at a byte; with the first success the gap is narrowed a few times more, which is near enough.
  for (let refinements = 0; tried > 0 && refinements < 6;) {
    const result = attempt(kind, input.subarray(0, tried), limit, false)
    if (typeof result === 'object') {
      best = result.bytes
      low = tried
      if (tried === input.length) break
    } else {
      high = tried
    }
    if (best) refinements++
    const next = (low + high) >> 1
    if (next === tried) break
    tried = next
  }
  if (best && best.length > 0) return best
  throw new AppError('corrupt', `The compressed data at offset ${offset} can't be inflated.`, {
    location: { offset },
  })
}
