import { chmod, lstat, mkdir, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { flushFolder } from '../base/durable'
import { AppError, systemCode, throwIfCancelled } from '../base/errors'
import { formatBytes } from '../base/text'
import type { ArtifactFile } from '../registry/model'
import type { StageRequest } from '../registry/ports'
import type { ContentPlan } from './bytesPlan'
import type { CopyFile, CopyOptions, CopyResult } from './copy'
import { fileIdentity } from './plan'
import { shareStored, type Candidate, type MatchFiles, type Sharing } from './share'
import { FILE_MODE, FOLDER_MODE, makeFolders } from './storePaths'

/** Left free for everything else on the disk: a document, its copy, a log. */
const SPARE_BYTES = 16 * 1024 * 1024

/** How files get into a store. */
export interface Ingest {
  readonly copy: CopyFile
  readonly match: MatchFiles
  readonly sharing: Sharing
  /** The path of a stored file by its address; `undefined` where it is not here. */
  readonly pathOf: (uri: string) => Promise<string | undefined>
}

/** Free space is asked before the first byte, so that a disk that can't hold the copy is not filled first. */
export async function checkSpace(folder: string, needed: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  const free = bavail * bsize
  if (needed + SPARE_BYTES > free) {
    throw new AppError(
      'busy',
      `The artifact needs ${formatBytes(needed)}, and ${formatBytes(free)} are free on the disk of ${dirname(folder)}. Free some space and try again.`,
    )
  }
}

/** Copies everything a plan names into a new folder, checked and flushed. */
export async function ingestFiles(
  plan: ContentPlan,
  content: string,
  request: StageRequest,
  ingest: Ingest,
): Promise<ArtifactFile[]> {
  const { signal, onProgress } = request
  const folders = new Set([content])
  const files: ArtifactFile[] = []
  let done = 0
  await mkdir(content, { mode: FOLDER_MODE })
  for (const file of plan.files) {
    throwIfCancelled(signal)
    const target = join(content, ...file.path.split('/'))
    await makeFolders(dirname(target), folders)
    const step = `Copying ${file.path}`
    onProgress?.({ done, total: plan.size, step })
    const onBytes = (count: number): void => {
      done += count
      onProgress?.({ done, total: plan.size, step })
    }
    const { sha256, size } =
      file.bytes === undefined
        ? await copyChecked(file, target, request, ingest, {
            ...(signal ? { signal } : {}),
            onBytes,
          })
        : await file.bytes(target)
    // A shared file has this mode already, and a mode belongs to all its names.
    if (((await lstat(target)).mode & 0o777) !== FILE_MODE) await chmod(target, FILE_MODE)
    files.push({ path: file.path, size, sha256 })
  }
  // Files are flushed by the copy; now the folders that name them, innermost first.
  for (const folder of [...folders].sort((a, b) => b.length - a.length)) await flushFolder(folder)
  throwIfCancelled(signal)
  return files
}

async function copyChecked(
  file: { readonly from: string; readonly size: number; readonly identity: string },
  target: string,
  request: StageRequest,
  ingest: Ingest,
  options: { signal?: AbortSignal; onBytes: (count: number) => void },
): Promise<{ sha256: string; size: number }> {
  const changed = (): AppError =>
    new AppError(
      'conflict',
      `${file.from} changed while it was copied, so nothing was stored. Register it again when it is written completely.`,
    )
  let result
  try {
    if (fileIdentity(await lstat(file.from, { bigint: true })) !== file.identity) throw changed()
    result =
      (await share(file, target, request, ingest, options)) ??
      (await ingest.copy(file.from, target, options))
    const after = await lstat(file.from, { bigint: true })
    if (fileIdentity(after) !== file.identity) throw changed()
  } catch (error) {
    throw explainSource(file.from, error)
  }
  const written = await lstat(target)
  if (result.size !== file.size || written.size !== file.size) throw changed()
  return result
}

async function share(
  file: { readonly from: string; readonly size: number },
  target: string,
  request: StageRequest,
  { sharing, match, pathOf }: Ingest,
  options: CopyOptions,
): Promise<CopyResult | undefined> {
  if (sharing === 'never' || !request.ofSize) return undefined
  const candidates: Candidate[] = []
  for (const artifact of await request.ofSize(file.size)) {
    for (const stored of artifact.files) {
      if (stored.size !== file.size || candidates.some(({ sha256 }) => sha256 === stored.sha256))
        continue
      const uri = artifact.kind === 'file' ? artifact.uri : `${artifact.uri}/${stored.path}`
      const path = await pathOf(uri)
      if (path !== undefined) candidates.push({ path, sha256: stored.sha256 })
    }
  }
  return shareStored(file.from, target, candidates, sharing, match, options)
}

function explainSource(path: string, error: unknown): unknown {
  switch (systemCode(error)) {
    case 'ENOENT':
      return new AppError(
        'notFound',
        `${path} vanished while it was registered; nothing was stored.`,
        { cause: error },
      )
    case 'EACCES':
    case 'EPERM':
      return new AppError(
        'invalid',
        `${path} can't be read: permission denied. Check who may read it.`,
        {
          cause: error,
        },
      )
    default:
      return error
  }
}
