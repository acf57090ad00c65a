import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import {
  AppError,
  type ArtifactFile,
  type ArtifactStat,
  type ModelStore,
  type SaveRequest,
  type StoredArtifact,
} from '../../src/index'

interface Blob {
  readonly artifact: StoredArtifact
  readonly contents: ReadonlyMap<string, Uint8Array>
}

/**
 * A store as somebody else would write it, from the library's types alone: what the interface demands and nothing
 * more. Its addresses are its own and say nothing of models and versions.
 */
export class MinimalStore implements ModelStore {
  readonly #blobs = new Map<string, Blob>()
  #count = 0

  /** How many artifacts are kept. */
  get size(): number {
    return this.#blobs.size
  }

  async saveArtifact(model: string, version: string, bytes: Uint8Array): Promise<string> {
    return (await this.save({ model, version, source: { bytes } })).uri
  }

  async loadArtifact(uri: string): Promise<Uint8Array> {
    const parts: Uint8Array[] = []
    for await (const part of this.open(uri)) parts.push(part)
    return Buffer.concat(parts)
  }

  async deleteArtifact(uri: string): Promise<boolean> {
    return this.delete(uri)
  }

  async save({ source, signal }: SaveRequest): Promise<StoredArtifact> {
    const contents = new Map<string, Uint8Array>()
    let kind: 'file' | 'folder' = 'file'
    if ('bytes' in source) contents.set(source.name ?? 'model.bin', Uint8Array.from(source.bytes))
    else {
      kind = await readPaths(source.paths, contents)
    }
    if (signal?.aborted) throw new AppError('cancelled', 'Cancelled.')
    const files: ArtifactFile[] = [...contents]
      .map(([path, bytes]) => ({ path, size: bytes.length, sha256: digest(bytes) }))
      .sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)))
    const size = files.reduce((sum, file) => sum + file.size, 0)
    if (size === 0) throw new AppError('invalid', 'There is nothing to store.')
    const lines = files.map((file) => `${file.sha256} ${file.size} ${file.path}\n`).join('')
    const sha256 = kind === 'file' ? (files[0]?.sha256 ?? '') : digest(Buffer.from(lines))
    const uri = `blob:${++this.#count}`
    const artifact: StoredArtifact = { kind, uri, files, size, sha256 }
    this.#blobs.set(uri, { artifact, contents })
    return artifact
  }

  async *open(uri: string, file?: string): AsyncIterable<Uint8Array> {
    const { artifact, contents } = this.#require(uri)
    if (artifact.kind === 'folder' && file === undefined) {
      throw new AppError('invalid', `${uri} is a folder; name a file.`)
    }
    const bytes = contents.get(file ?? artifact.files[0]?.path ?? '')
    if (!bytes) throw new AppError('notFound', `${uri} has no file ${file ?? ''}.`)
    yield Uint8Array.from(bytes)
  }

  async stat(uri: string): Promise<ArtifactStat | undefined> {
    return this.#blobs.get(uri)?.artifact
  }

  async move(uri: string): Promise<string> {
    this.#require(uri)
    return uri
  }

  async delete(uri: string): Promise<boolean> {
    return this.#blobs.delete(uri)
  }

  #require(uri: string): Blob {
    const blob = this.#blobs.get(uri)
    if (!blob) throw new AppError('notFound', `There is nothing at ${uri}.`)
    return blob
  }
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

async function readPaths(
  paths: readonly string[],
  contents: Map<string, Uint8Array>,
): Promise<'file' | 'folder'> {
  const [first = ''] = paths
  const only = paths.length === 1
  if (only && (await stat(first)).isDirectory()) await readTree(first, '', contents)
  else for (const path of paths) await readTree(path, basename(path), contents)
  return only && (await stat(first)).isFile() ? 'file' : 'folder'
}

async function readTree(
  path: string,
  name: string,
  contents: Map<string, Uint8Array>,
): Promise<void> {
  if ((await stat(path)).isFile()) {
    contents.set(name, await readFile(path))
    return
  }
  for (const entry of await readdir(path)) {
    await readTree(join(path, entry), name === '' ? entry : `${name}/${entry}`, contents)
  }
}
