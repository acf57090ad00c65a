import { relative, sep } from 'node:path'
import { Uri, workspace } from 'vscode'
import { digestFile } from '../../app'
import type { ModelVersion } from '../../registry/model'
import type { StoredScan } from '../../registry/scan'
import type { Overview, RegisteredAs, Registration } from '../../webview/protocol'
import type { FolderRegistry, Registries } from '../registries'

/** Smaller files are digested unasked where a version has the same size: it takes less than a second. */
const QUICK_TO_READ = 64 * 1024 * 1024
/** Versions that a page lists. */
const MAX_VERSIONS = 20

interface Found {
  readonly folder: FolderRegistry
  readonly version: ModelVersion
  readonly match: RegisteredAs['match']
}

/** Which versions of the open registries a file or folder is: by its place, by its content, or by where it came from. */
export class RegistrationLookup {
  readonly #registries: Registries
  readonly #subject: Pick<Overview, 'path' | 'kind' | 'size'>
  #sha256: string | undefined

  constructor(registries: Registries, subject: Pick<Overview, 'path' | 'kind' | 'size'>) {
    this.#registries = registries
    this.#subject = subject
  }

  /** @param read Also reads a large file for its digest. */
  async find(read: boolean, signal: AbortSignal): Promise<Registration> {
    const found = await this.#find(read, signal)
    const stored = this.#registries.all.some((folder) =>
      folder.contains(Uri.file(this.#subject.path)),
    )
    return {
      versions: found.versions.slice(0, MAX_VERSIONS).map(({ folder, version, match }) => ({
        folder: folder.key,
        reference: version.fullName,
        stage: version.stage,
        match,
      })),
      unchecked: found.unchecked,
      canRegister: !stored,
    }
  }

  /** What the scanner said when this content was registered. */
  async scan(signal: AbortSignal): Promise<StoredScan | undefined> {
    const { versions } = await this.#find(false, signal)
    return versions.find(({ match, version }) => match !== 'source' && version.scan)?.version.scan
  }

  async #find(
    read: boolean,
    signal: AbortSignal,
  ): Promise<{ versions: Found[]; unchecked: number }> {
    const versions: Found[] = []
    const sameSize: Found[] = []
    for (const folder of this.#registries.all) {
      for (const version of await versionsIn(folder)) {
        if (this.#isArtifact(folder, version)) versions.push({ folder, version, match: 'artifact' })
        else if (this.#mayBe(version)) sameSize.push({ folder, version, match: 'content' })
      }
    }
    if (versions.length > 0) return { versions, unchecked: 0 }
    const { path, kind, size = 0 } = this.#subject
    // The digest of a folder is of a list of files that the registry made: only its origin tells.
    if (sameSize.length > 0 && kind === 'file' && (read || size <= QUICK_TO_READ))
      this.#sha256 ??= await digestFile(path, { signal })
    for (const one of sameSize) {
      if (this.#sha256 === undefined) {
        if (this.#isSource(one)) versions.push({ ...one, match: 'source' })
      } else if (one.version.artifact?.sha256 === this.#sha256) versions.push(one)
    }
    const isOpen = this.#sha256 === undefined && kind === 'file'
    return { versions: versions.reverse(), unchecked: isOpen ? sameSize.length : 0 }
  }

  #isArtifact(folder: FolderRegistry, version: ModelVersion): boolean {
    const path = folder.current?.artifactPath(version)
    if (path === undefined) return false
    return path === this.#subject.path || this.#subject.path.startsWith(path + sep)
  }

  #mayBe({ artifact }: ModelVersion): boolean {
    const { kind, size } = this.#subject
    return artifact?.kind === kind && artifact.size === size
  }

  #isSource({ folder, version: { source } }: Found): boolean {
    const { path } = this.#subject
    if (source?.path === undefined || source.outside) return false
    if (workspace.getWorkspaceFolder(Uri.file(path)) === undefined) return false
    return source.path === relative(folder.folder.uri.fsPath, path).split(sep).join('/')
  }
}

/** A registry that can't be read is shown as such in its view; here it holds nothing. */
async function versionsIn(folder: FolderRegistry): Promise<readonly ModelVersion[]> {
  if (folder.problem) return []
  const registry = await folder.open()
  return registry.listModels().flatMap(({ versions }) => versions)
}
