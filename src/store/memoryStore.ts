import { readFile } from 'node:fs/promises'
import { AppError, throwIfCancelled } from '../base/errors'
import type { ArtifactFile } from '../registry/model'
import { checkName } from '../registry/names'
import type {
  ArtifactStat,
  ModelStore,
  SaveRequest,
  StageRequest,
  StagedArtifact,
  StoredArtifact,
} from '../registry/ports'
import { bytesPlan, NAMELESS } from './bytesPlan'
import { artifactDigest, digestBytes } from './digest'
import { planSource } from './plan'

interface Kept {
  readonly artifact: StoredArtifact
  readonly contents: ReadonlyMap<string, Uint8Array>
}

/** Keeps artifacts in memory: for tests, previews, and as the shortest example of a store. */
export class InMemoryModelStore implements ModelStore {
  readonly #kept = new Map<string, Kept>()

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

  async save(request: SaveRequest): Promise<StoredArtifact> {
    checkName('model', request.model)
    checkName('version', request.version)
    const staged = await this.stage(request)
    return staged.commit(request.model, request.version)
  }

  async stage(request: StageRequest): Promise<StagedArtifact> {
    const { kind, contents } = await readAll(request)
    const files: ArtifactFile[] = [...contents].map(([path, bytes]) => ({
      path,
      size: bytes.length,
      sha256: digestBytes(bytes),
    }))
    const size = files.reduce((sum, file) => sum + file.size, 0)
    const sha256 = artifactDigest(kind, files)
    let placed: string | undefined
    const commit = async (model: string, version: string): Promise<StoredArtifact> => {
      const base = `${model}/${version}`
      const uri = kind === 'file' ? `${base}/${files[0]?.path ?? NAMELESS}` : base
      const artifact: StoredArtifact = { kind, uri, files, size, sha256 }
      const taken = [...this.#kept].find(
        ([other]) => other === base || other.startsWith(`${base}/`),
      )
      if (taken && taken[1].artifact.sha256 !== sha256) {
        throw new AppError(
          'conflict',
          `${base} holds another artifact already; choose another version.`,
        )
      }
      // An equal one that is there already is somebody's, and stays where this one is discarded.
      if (!taken) placed = uri
      this.#kept.set(uri, { artifact, contents })
      return artifact
    }
    const keep = async (): Promise<void> => {}
    const discard = async (): Promise<void> => {
      if (placed !== undefined) this.#kept.delete(placed)
    }
    return { kind, files, size, sha256, path: undefined, commit, keep, discard }
  }

  async *open(uri: string, file?: string): AsyncIterable<Uint8Array> {
    const kept = this.#kept.get(uri)
    if (!kept) throw new AppError('notFound', `The artifact ${uri} is not here.`)
    if (kept.artifact.kind === 'folder' && file === undefined) {
      throw new AppError('invalid', `${uri} is a folder; name the file in it that shall be read.`)
    }
    const bytes = kept.contents.get(file ?? kept.artifact.files[0]?.path ?? NAMELESS)
    if (!bytes) throw new AppError('notFound', `The artifact ${uri} has no file ${file}.`)
    yield Uint8Array.from(bytes)
  }

  async stat(uri: string): Promise<ArtifactStat | undefined> {
    const kept = this.#kept.get(uri)
    if (!kept) return undefined
    const { kind, files, size } = kept.artifact
    return { kind, size, files: files.map((file) => ({ path: file.path, size: file.size })) }
  }

  async move(uri: string, model: string, version: string): Promise<string> {
    checkName('model', model)
    checkName('version', version)
    const kept = this.#kept.get(uri)
    if (!kept) throw new AppError('notFound', `The artifact ${uri} is not here.`)
    const rest = uri.split('/').slice(2).join('/')
    const moved = [model, version, ...(rest === '' ? [] : [rest])].join('/')
    if (moved !== uri && this.#kept.has(moved)) {
      throw new AppError(
        'conflict',
        `${moved} holds another artifact already; choose another version.`,
      )
    }
    this.#kept.delete(uri)
    this.#kept.set(moved, { ...kept, artifact: { ...kept.artifact, uri: moved } })
    return moved
  }

  async delete(uri: string): Promise<boolean> {
    return this.#kept.delete(uri)
  }
}

async function readAll(
  request: StageRequest,
): Promise<{ kind: 'file' | 'folder'; contents: Map<string, Uint8Array> }> {
  const { source, signal, onProgress } = request
  const contents = new Map<string, Uint8Array>()
  if ('bytes' in source) {
    const plan = bytesPlan(source)
    contents.set(plan.files[0]?.path ?? NAMELESS, Uint8Array.from(source.bytes))
    return { kind: 'file', contents }
  }
  const plan = await planSource(source, { signal })
  let done = 0
  for (const file of plan.files) {
    throwIfCancelled(signal)
    contents.set(file.path, await readFile(file.from))
    done += file.size
    onProgress?.({ done, total: plan.size, step: `Reading ${file.path}` })
  }
  return { kind: plan.kind, contents }
}
