import { readdirSync, statSync } from 'node:fs'
import type { Dirent } from 'node:fs'
import { basename, join } from 'node:path'
import { isAppError, systemCode } from '../base/errors'
import { plural } from '../base/text'
import { ByteReader } from '../bytes/byteReader'
import type { Budget } from '../bytes/limits'
import { LIMITS } from '../bytes/limits'
import type { InspectionFinding } from '../registry/inspection'
import { inspectSubject } from './detect'
import { damaged, finding } from './findings'
import type { FolderSubject, Inspected } from './format'
import { FILE_FORMATS } from './formats'
import { FOLDER_FORMATS } from './folderFormats'
import { OpenedFile } from './subject'

/** Folders below which nothing is looked for: deeper than any model's layout. */
const MAX_FOLDER_DEPTH = 16

interface Listing {
  readonly files: Map<string, number>
  readonly symbolicLinks: string[]
  readonly complete: boolean
}

/** Every regular file below a folder. Symbolic links are counted but not followed, so that there are no loops. */
function listFolder(root: string, budget: Budget): Listing {
  const found: [string, number][] = []
  const symbolicLinks: string[] = []
  let complete = true
  const walk = (folder: string, depth: number): void => {
    const entries = list(join(root, folder))
    if (!entries) complete = false
    for (const entry of entries ?? []) {
      budget.step()
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (entry.isSymbolicLink()) {
        symbolicLinks.push(path)
      } else if (entry.isDirectory()) {
        if (depth < MAX_FOLDER_DEPTH) walk(path, depth + 1)
        else complete = false
      } else if (entry.isFile()) {
        const size = statSync(join(root, path), { throwIfNoEntry: false })?.size
        if (size !== undefined && found.length < LIMITS.entries) found.push([path, size])
        else complete = false
      }
    }
  }
  walk('', 0)
  found.sort(([a], [b]) => (a < b ? -1 : 1))
  return { files: new Map(found), symbolicLinks, complete }
}

/** The entries of a folder; `undefined` where it may not be read or is gone. */
function list(path: string): Dirent[] | undefined {
  try {
    return readdirSync(path, { withFileTypes: true })
  } catch (error) {
    if (systemCode(error) === undefined) throw error
    return undefined
  }
}

/** A folder on disk for the folder formats. */
class OpenedFolder implements FolderSubject {
  readonly name: string
  readonly files: ReadonlyMap<string, number>
  readonly budget: Budget
  readonly #root: string
  readonly #opened: ByteReader[] = []

  constructor(root: string, files: ReadonlyMap<string, number>, budget: Budget) {
    this.name = basename(root)
    this.#root = root
    this.files = files
    this.budget = budget
  }

  open(path: string): ByteReader | undefined {
    if (!this.files.has(path)) return undefined
    const reader = ByteReader.open(join(this.#root, path))
    this.#opened.push(reader)
    return reader
  }

  inspectFile(path: string): Inspected | undefined {
    const reader = this.open(path)
    if (!reader) return undefined
    const folder = path.includes('/') ? path.slice(0, path.lastIndexOf('/') + 1) : ''
    const subject = new OpenedFile({
      name: path.slice(folder.length),
      reader,
      budget: this.budget,
      inspect: inspectSubject,
      surroundings: {
        siblings: () => this.#filesIn(folder),
        sibling: (name) => (name.includes('/') ? undefined : this.open(folder + name)),
      },
    })
    return inspectSubject(subject)
  }

  #filesIn(folder: string): string[] {
    return [...this.files.keys()]
      .filter((path) => path.startsWith(folder) && !path.includes('/', folder.length))
      .map((path) => path.slice(folder.length))
  }

  close(): void {
    for (const reader of this.#opened) reader.close()
  }
}

/** Looks at a folder as one model. Throws nothing for what it holds. */
export function inspectFolder(root: string, budget: Budget): Inspected {
  const { files, symbolicLinks, complete } = listFolder(root, budget)
  const folder = new OpenedFolder(root, files, budget)
  try {
    const result = inspectFolderSubject(folder)
    return {
      ...result,
      findings: [...listingFindings(symbolicLinks, complete), ...(result.findings ?? [])],
    }
  } finally {
    folder.close()
  }
}

function listingFindings(symbolicLinks: readonly string[], complete: boolean): InspectionFinding[] {
  const findings: InspectionFinding[] = []
  if (symbolicLinks.length > 0) {
    const message = `The folder has ${plural(symbolicLinks.length, 'symbolic link')}, which are not followed.`
    findings.push(finding('symbolic-link', 'warning', message, { member: symbolicLinks[0] ?? '' }))
  }
  if (!complete) {
    findings.push(
      finding('unlisted-files', 'warning', 'Some files of the folder could not be listed.'),
    )
  }
  return findings
}

function inspectFolderSubject(folder: FolderSubject): Inspected {
  const format = FOLDER_FORMATS.find((candidate) => candidate.match(folder))
  if (!format) return inspectOnlyModel(folder)
  try {
    return { ...format.inspect(folder), format: format.id }
  } catch (error) {
    if (!isAppError(error)) throw error
    return {
      format: format.id,
      framework: 'custom',
      summary: {},
      partial: true,
      findings: [damaged(error)],
    }
  }
}

/** Files of a folder that are looked at when nothing says which is the model. */
const CANDIDATES = 64

/** A folder of no known layout is what its only model file is. */
function inspectOnlyModel(folder: FolderSubject): Inspected {
  const extensions = new Set(FILE_FORMATS.flatMap((format) => format.extensions))
  const found: { path: string; inspected: Inspected }[] = []
  for (const path of [...folder.files.keys()]
    .filter((name) => extensions.has(extensionOf(name)))
    .slice(0, CANDIDATES)) {
    const inspected = folder.inspectFile(path)
    if (inspected && inspected.format !== 'unknown') found.push({ path, inspected })
  }
  const parts = new Set(found.flatMap(({ inspected }) => inspected.parts?.present ?? []))
  const main = found.filter(({ path }, index) => index === 0 || !parts.has(path))
  const only = main[0]
  if (main.length === 1 && only) return only.inspected
  const message =
    main.length === 0
      ? 'The folder has no file that is known to be a model.'
      : `The folder has ${main.length} model files and nothing that says how they belong together.`
  return {
    format: 'unknown',
    framework: 'custom',
    summary: {},
    findings: [finding('unknown-folder', 'warning', message)],
  }
}

function extensionOf(path: string): string {
  const dot = path.lastIndexOf('.')
  return dot < 0 ? '' : path.slice(dot).toLowerCase()
}
