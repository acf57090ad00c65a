/** The text of JSON as Python's `json.loads` takes bytes: UTF-8, or UTF-16 and UTF-32 by their marks and zeros. */
export function decodeJson(bytes: Uint8Array): Uint8Array | string {
  const [a = 0, b = 0, c = 0, d = 0] = bytes
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  if (a === 0xef && b === 0xbb && c === 0xbf) return bytes.subarray(3)
  if (a === 0xff && b === 0xfe && c === 0 && d === 0) return utf32(buffer.subarray(4), true)
  if (a === 0 && b === 0 && c === 0xfe && d === 0xff) return utf32(buffer.subarray(4), false)
  if (a === 0xff && b === 0xfe) return buffer.subarray(2).toString('utf16le')
  if (a === 0xfe && b === 0xff) return bigEndian(buffer.subarray(2))
  if (a === 0 && b === 0) return utf32(buffer, false)
  if (b === 0 && c === 0 && bytes.length >= 4) return utf32(buffer, true)
  if (a === 0) return bigEndian(buffer)
  return b === 0 && bytes.length >= 2 ? buffer.toString('utf16le') : bytes
}

/** Text has no controls but white space. */
export function isText(head: Uint8Array): boolean {
  return !head.subarray(0, 1024).some((byte) => byte < 9 || (byte > 13 && byte < 27))
}

/** Whether bytes begin as text of two or four bytes for each character. */
export function isWideText(head: Uint8Array): boolean {
  const [a = 0, b = 0, c = 0, d = 0] = head
  const isMark = (a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)
  const isWide = (first: number, second: number): boolean =>
    first === 0 && second >= 9 && second < 127
  return (
    isMark ||
    isWide(a, b) ||
    (isWide(b, a) && (d === 0 || c === 0)) ||
    (a === 0 && b === 0 && (c === 0xfe || isWide(c, d)))
  )
}

function bigEndian(buffer: Buffer): string {
  return Buffer.from(buffer.subarray(0, buffer.length & ~1))
    .swap16()
    .toString('utf16le')
}

function utf32(buffer: Buffer, isLittle: boolean): string {
  const parts: string[] = []
  for (let at = 0; at + 4 <= buffer.length; at += 4) {
    const code = isLittle ? buffer.readUInt32LE(at) : buffer.readUInt32BE(at)
    parts.push(code > 0x10ffff ? '\ufffd' : String.fromCodePoint(code))
  }
  return parts.join('')
}

/** Base64 of what pickles of protocol 2 to 5 begin with, and nothing else. */
const ENCODED_PICKLE = /^gA[I-X][\w+/=\s-]{13,}$/

/** The bytes of a text that is a pickle in Base64. */
export function encodedPickle(text: string): Uint8Array | undefined {
  return ENCODED_PICKLE.test(text) ? Buffer.from(text, 'base64') : undefined
}
