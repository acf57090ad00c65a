import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { flushFolder } from '../base/durable'
import { AppError } from '../base/errors'
import type { ModelsFolder } from '../base/modelsFolder'
import type { ArtifactFile } from '../registry/model'
import { checkName } from '../registry/names'
import type { StagedArtifact, StoredArtifact } from '../registry/ports'
import { digestFile } from './digest'
import { clearDeadPlace, type Flight } from './flight'
import { exists, contentBelow, makeModelFolder } from './storePaths'

/** What was copied, whatever it will be called. */
export interface Content {
  readonly kind: 'file' | 'folder'
  readonly files: readonly ArtifactFile[]
  readonly size: number
  readonly sha256: string
}

/** A copy in flight. */
export class Staged implements StagedArtifact {
  readonly kind: 'file' | 'folder'
  readonly files: readonly ArtifactFile[]
  readonly size: number
  readonly sha256: string
  readonly path: string
  #landed: string | undefined

  constructor(
    readonly folder: ModelsFolder,
    readonly flight: Flight,
    readonly content: string,
    staged: Content,
  ) {
    this.kind = staged.kind
    this.files = staged.files
    this.size = staged.size
    this.sha256 = staged.sha256
    const [only] = staged.files
    this.path = staged.kind === 'file' && only ? join(content, only.path) : content
  }

  async commit(model: string, version: string): Promise<StoredArtifact> {
    const { artifact, landed } = await this.#place(model, version)
    if (landed) this.#landed = `${model}/${version}`
    return artifact
  }

  /** Under the model's lock. Adopts an equal folder that no document names; anything else that is there is refused. */
  async #place(
    model: string,
    version: string,
  ): Promise<{ artifact: StoredArtifact; landed: boolean }> {
    checkName('model', model)
    checkName('version', version)
    const path = `${model}/${version}`
    const only = this.kind === 'file' ? this.files[0] : undefined
    const artifact: StoredArtifact = {
      kind: this.kind,
      uri: only ? `${path}/${only.path}` : path,
      files: this.files,
      size: this.size,
      sha256: this.sha256,
    }
    const target = this.folder.join(path)
    if (await exists(target)) {
      if (await isEqual(target, this)) return { artifact, landed: false }
      if (!(await clearDeadPlace(this.folder, path))) {
        throw new AppError(
          'conflict',
          `${target} exists already, with other content than ${model}:${version} shall have, and no document names it. Move it away, or choose another version.`,
        )
      }
    }
    await this.flight.announce([{ path, at: this.content }], [model])
    const made = await makeModelFolder(this.folder.join(model))
    await this.flight.land(this.content, path)
    if (made) await flushFolder(this.folder.path)
    return { artifact, landed: true }
  }

  async keep(): Promise<void> {
    await this.flight.end((path) => path === this.#landed)
  }

  async discard(): Promise<void> {
    await this.flight.end(() => false)
    await this.folder.withdraw()
  }
}

async function isEqual(target: string, staged: Content): Promise<boolean> {
  const stats = await lstat(target)
  if (!stats.isDirectory()) return false
  const { files: found, others } = await contentBelow(target)
  if (others.length > 0 || found.length !== staged.files.length) return false
  const expected = new Map(staged.files.map((file) => [file.path, file]))
  if (!found.every((file) => expected.get(file.path)?.size === file.size)) return false
  for (const file of found) {
    const { sha256 } = await digestFile(join(target, ...file.path.split('/')))
    if (sha256 !== expected.get(file.path)?.sha256) return false
  }
  return true
}
