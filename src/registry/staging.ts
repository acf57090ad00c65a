import { AppError } from '../base/errors'
import type { ChangeRunner } from './changeRunner'
import { WORTH_SHARING } from './head'
import type { Artifact } from './model'
import type { ArtifactSource, ModelStore, RunOptions, StagedArtifact } from './ports'

/** What can be given as an artifact: a path of a file or folder, a list of paths (the parts of one model), or bytes. */
export type GivenArtifact = string | readonly string[] | Uint8Array | ArtifactSource

/** @throws AppError `invalid` for anything else, since callers without types give anything. */
export function artifactSource(artifact: GivenArtifact | undefined): ArtifactSource | undefined {
  if (artifact === undefined) return undefined
  if (typeof artifact === 'string') return { paths: [artifact] }
  if (artifact instanceof Uint8Array) return { bytes: artifact }
  if (isPaths(artifact)) return { paths: artifact }
  if (typeof artifact === 'object' && artifact !== null) {
    if ('paths' in artifact && isPaths(artifact.paths)) return artifact
    if ('bytes' in artifact && artifact.bytes instanceof Uint8Array) return artifact
  }
  throw new AppError(
    'invalid',
    'The artifact must be a path, a list of paths, or bytes as a Uint8Array.',
  )
}

function isPaths(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((path) => typeof path === 'string')
}

/** Artifacts that hold a file of a size, for the store to share its disk space; small ones of the same model only. */
export function storedOfSize(
  runner: ChangeRunner,
  name: string,
): (size: number) => Promise<readonly Artifact[]> {
  const { documents } = runner.parts
  return async (size) => {
    const holders =
      size < WORTH_SHARING
        ? [name]
        : (await documents.heads())
            .filter(({ sizes }) => sizes.includes(size))
            .map((head) => head.name)
    return holders.flatMap((model) => {
      const state = documents.read(model)
      if (state?.kind !== 'good') return []
      return [...state.document.versions, ...state.document.trash].flatMap(({ artifact }) =>
        artifact?.files.some((file) => file.size === size) ? [artifact] : [],
      )
    })
  }
}

type StageOptions = RunOptions & { readonly ofSize: (size: number) => Promise<readonly Artifact[]> }

export async function stage(
  store: ModelStore,
  source: ArtifactSource,
  options: StageOptions,
): Promise<StagedArtifact> {
  return store.stage ? store.stage({ source, ...options }) : stagedBySave(store, source, options)
}

/** For stores that can only save: nothing is copied before the version is known. */
function stagedBySave(
  store: ModelStore,
  source: ArtifactSource,
  options: RunOptions,
): StagedArtifact {
  let saved: string | undefined
  return {
    kind: 'file',
    files: [],
    size: 0,
    sha256: '',
    path: pathOf(source),
    async commit(model, version) {
      const artifact = await store.save({ model, version, source, ...options })
      saved = artifact.uri
      return artifact
    },
    async keep() {},
    async discard() {
      if (saved !== undefined) await store.delete(saved)
    },
  }
}

/** Where there is no copy yet, the file or folder itself is looked at before anything of it is given away. */
function pathOf(source: ArtifactSource): string | undefined {
  return 'paths' in source && source.paths.length === 1 ? source.paths[0] : undefined
}
