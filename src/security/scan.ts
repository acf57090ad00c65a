import { lstatSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { AppError, isAppError, systemCode } from '../base/errors'
import { ByteReader } from '../bytes/byteReader'
import { Budget } from '../bytes/limits'
import type { ScanReport } from '../registry/scan'
import { scanContent } from './content'
import type { Sibling } from './context'
import { ScanContext } from './context'
import { Findings } from './findings'
import { listFolder } from './folder'

export { RULES } from './rules'
export { RULES_VERSION } from './rulesVersion'
export type { RuleId } from './rules'

/** Time for one file; what takes longer is `incomplete`. */
const FILE_MILLISECONDS = 5000
const FOLDER_MILLISECONDS = 120_000

export interface ScanOptions {
  readonly signal?: AbortSignal
  /** Names that the workspace vetted, exactly as `module.name`. */
  readonly allow?: readonly string[]
}

/**
 * Scans a file or folder without executing, importing, rendering, extracting or following anything of it. Whatever it
 * holds becomes a report: `clean` only where all that any loader would interpret was read and is vetted. Throws
 * `AppError('notFound')` where there is nothing, and `cancelled`. Reads synchronously: it belongs into a worker.
 */
export async function scanPath(path: string, options: ScanOptions = {}): Promise<ScanReport> {
  return scanPathSync(path, options)
}

export function scanPathSync(path: string, options: ScanOptions = {}): ScanReport {
  const findings = new Findings()
  const allow = new Set(options.allow)
  let isModel = false
  // The user named this path: a link is followed here, and nowhere inside.
  const root = resolveRoot(path)
  const started = performance.now()
  const scanFile = (file: string, member: string | undefined): void => {
    const left = FOLDER_MILLISECONDS - (performance.now() - started)
    const milliseconds = Math.max(1, Math.min(FILE_MILLISECONDS, left))
    const budget = new Budget({ milliseconds, ...(options.signal && { signal: options.signal }) })
    const context = new ScanContext({ budget, allow, findings, scan: scanContent })
    readFile(file, member, context, findings)
    isModel ||= context.isModel
  }
  if (!statSync(root).isDirectory()) {
    scanFile(root, undefined)
    return findings.report(isModel)
  }
  for (const entry of listFolder(root, findings)) scanFile(join(root, entry), entry)
  return findings.report(isModel)
}

function resolveRoot(path: string): string {
  try {
    return realpathSync(path)
  } catch (error) {
    if (systemCode(error) !== 'ENOENT' && systemCode(error) !== 'ENOTDIR') throw error
    throw new AppError('notFound', `There is nothing at ${path}. Check the path.`, { cause: error })
  }
}

function readFile(
  file: string,
  member: string | undefined,
  context: ScanContext,
  findings: Findings,
): void {
  const where = { ...(member !== undefined && { member }) }
  let reader: ByteReader
  try {
    const stats = statSync(file)
    if (!stats.isFile()) {
      findings.add('file/special', where)
      return
    }
    reader = ByteReader.open(file)
  } catch (error) {
    const code = systemCode(error)
    if (code === undefined && !isAppError(error)) throw error
    findings.add('file/unreadable', { ...where, evidence: code ?? String(error) })
    return
  }
  try {
    const before = fingerprint(file)
    scanContent(context, {
      reader,
      name: basename(file),
      member,
      depth: 0,
      sibling: (relative) => siblingOf(join(dirname(file), relative)),
    })
    if (fingerprint(file) !== before) findings.add('file/changed', where)
  } catch (error) {
    if (isAppError(error) && error.code === 'cancelled') throw error
    // A report that says so is worth more than none: the verdict is at best `incomplete`.
    findings.add('scan/failed', { ...where, evidence: String(error) })
  } finally {
    reader.close()
  }
}

function fingerprint(file: string): string {
  const { size, mtimeMs, ino } = lstatSync(file)
  return `${size} ${mtimeMs} ${ino}`
}

function siblingOf(path: string): Sibling | undefined {
  try {
    const stats = lstatSync(path)
    if (stats.isDirectory()) return undefined
    return { size: stats.size, isLink: stats.isSymbolicLink(), links: stats.nlink }
  } catch (error) {
    if (systemCode(error) === undefined) throw error
    return undefined
  }
}
