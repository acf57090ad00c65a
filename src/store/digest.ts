import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import type { ArtifactFile } from '../registry/model'

/**
 * The digest of an artifact: a file's own, or for a folder SHA-256 over the lines `<sha256> <size> <path>\n`, sorted by
 * the UTF-8 bytes of the path. In hex.
 */
export function artifactDigest(kind: 'file' | 'folder', files: readonly ArtifactFile[]): string {
  const [only] = files
  if (kind === 'file' && only) return only.sha256
  const hash = createHash('sha256')
  for (const file of sortedByPath(files)) hash.update(`${file.sha256} ${file.size} ${file.path}\n`)
  return hash.digest('hex')
}

function sortedByPath<T extends { readonly path: string }>(files: readonly T[]): T[] {
  return files
    .map((file) => ({ file, key: Buffer.from(file.path, 'utf8') }))
    .sort((a, b) => Buffer.compare(a.key, b.key))
    .map(({ file }) => file)
}

/** SHA-256 of bytes, in hex. */
export function digestBytes(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** SHA-256 of a file by streaming it, in hex; `onBytes` hears of every part. */
export async function digestFile(
  path: string,
  options: { readonly signal?: AbortSignal; readonly onBytes?: (count: number) => void } = {},
): Promise<{ sha256: string; size: number }> {
  const hash = createHash('sha256')
  let size = 0
  const stream = createReadStream(path, {
    highWaterMark: 1024 * 1024,
    ...(options.signal ? { signal: options.signal } : {}),
  })
  for await (const chunk of stream) {
    const bytes = chunk as Buffer
    hash.update(bytes)
    size += bytes.length
    options.onBytes?.(bytes.length)
  }
  return { sha256: hash.digest('hex'), size }
}
