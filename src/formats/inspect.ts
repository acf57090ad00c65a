import { lstatSync, readdirSync } from 'node:fs'
import type { Stats } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { isAppError, messageOf, systemCode, throwIfCancelled } from '../base/errors'
import { escapeText } from '../base/text'
import { ByteReader } from '../bytes/byteReader'
import { Budget } from '../bytes/limits'
import type { DetailedInspection, Inspection, InspectionFinding } from '../registry/inspection'
import { boundFindings, boundSummary } from './bound'
import { inspectSubject } from './detect'
import { damaged, finding } from './findings'
import { inspectFolder } from './folders'
import type { Inspected } from './format'
import type { Surroundings } from './subject'
import { OpenedFile } from './subject'
import { suggestName } from './suggestName'

export interface InspectOptions {
  /** With the whole list of tensors. */
  readonly detailed?: boolean
  readonly signal?: AbortSignal
  readonly budget?: Budget
}

/**
 * What a file or folder is and holds, from its content. Whatever is wrong with it is a finding of the result: what can't
 * be read, or is no model, has the format `unknown`. Symbolic links are not followed. Throws `cancelled` only.
 */
export async function inspectPath(
  path: string,
  options: InspectOptions & { readonly detailed: true },
): Promise<DetailedInspection>
export async function inspectPath(path: string, options?: InspectOptions): Promise<Inspection>
export async function inspectPath(
  path: string,
  options: InspectOptions = {},
): Promise<Inspection | DetailedInspection> {
  throwIfCancelled(options.signal)
  const budget = options.budget ?? new Budget(options.signal ? { signal: options.signal } : {})
  const inspected = look(path, budget)
  const suggestedName = inspected.suggestedName ?? suggestName(basename(path), inspected.summary)
  const inspection: Inspection = {
    format: inspected.format,
    framework: inspected.framework,
    summary: boundSummary(inspected.summary),
    findings: boundFindings(inspected.findings ?? []),
    partial: inspected.partial ?? false,
    ...(suggestedName === undefined ? {} : { suggestedName }),
    ...(inspected.parts === undefined ? {} : { parts: inspected.parts }),
  }
  return options.detailed ? { ...inspection, tensors: inspected.tensors ?? [] } : inspection
}

function look(path: string, budget: Budget): Inspected {
  try {
    const stats = lstatSync(path)
    if (stats.isDirectory()) return inspectFolder(path, budget)
    return stats.isFile() ? inspectFile(path, budget) : unreadable(describe(path, stats))
  } catch (error) {
    if (isAppError(error)) {
      if (error.code === 'cancelled') throw error
      return unreadable(damaged(error, 'unreadable'))
    }
    return unreadable(unexpected(path, error))
  }
}

function inspectFile(path: string, budget: Budget): Inspected {
  const reader = ByteReader.open(path)
  const folder = new DiskFolder(dirname(path))
  try {
    const name = basename(path)
    return inspectSubject(
      new OpenedFile({ name, reader, budget, inspect: inspectSubject, surroundings: folder }),
    )
  } finally {
    folder.close()
    reader.close()
  }
}

/** The files beside the inspected one, opened only as regular files and by their bare name. */
class DiskFolder implements Surroundings {
  readonly #path: string
  readonly #opened: ByteReader[] = []
  #names: readonly string[] | undefined

  constructor(path: string) {
    this.#path = path
  }

  siblings(): readonly string[] {
    this.#names ??= readdirSync(this.#path, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name)
      .sort()
    return this.#names
  }

  sibling(name: string): ByteReader | undefined {
    // Only what the listing names is opened: a name from a file can't lead out of the folder.
    if (!this.siblings().includes(name)) return undefined
    const reader = ByteReader.open(join(this.#path, name))
    this.#opened.push(reader)
    return reader
  }

  close(): void {
    for (const reader of this.#opened) reader.close()
  }
}

function unreadable(problem: InspectionFinding): Inspected {
  return { format: 'unknown', framework: 'custom', summary: {}, findings: [problem] }
}

function describe(path: string, stats: Stats): InspectionFinding {
  const name = escapeText(basename(path))
  return stats.isSymbolicLink()
    ? finding('symbolic-link', 'error', `${name} is a symbolic link: name the file it points to.`)
    : finding('not-a-file', 'error', `${name} is not a regular file, so it is not read.`)
}

function unexpected(path: string, error: unknown): InspectionFinding {
  const name = escapeText(basename(path))
  switch (systemCode(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return finding('not-found', 'error', `There is no file ${name}.`)
    case 'EACCES':
    case 'EPERM':
      return finding('unreadable', 'error', `${name} may not be read: check its permissions.`)
    case undefined: {
      const reason = messageOf(error)
      const message = `The reader failed at ${name} (${escapeText(reason)}): please report this file's kind.`
      return finding('reader-failed', 'error', message)
    }
    default:
      return finding('unreadable', 'error', `${name} can't be read (${systemCode(error)}).`)
  }
}
