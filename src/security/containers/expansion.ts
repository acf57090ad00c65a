import type { ZipEntry } from '../../bytes/zip'

/** What a compressed member may expand to, by the bytes that it takes: DEFLATE itself ends at 1032. */
const SUSPICIOUS_RATIO = 500
const SUSPICIOUS_SIZE = 256 * 1024 * 1024

/** Whether a member claims so much more than it takes that nothing of it is read. */
export function isBomb({ size, compressedSize }: ZipEntry): boolean {
  return size > SUSPICIOUS_SIZE && size > SUSPICIOUS_RATIO * compressedSize
}
