import { readdirSync, readlinkSync, realpathSync } from 'node:fs'
import type { Dirent } from 'node:fs'
import { join, sep } from 'node:path'
import { systemCode } from '../base/errors'
import type { Findings } from './findings'

/** Files of one folder that are scanned. */
const MAX_FILES = 10_000
const MAX_DEPTH = 32
/** Folders that hold no model: version control and JavaScript packages. */
const SKIPPED: ReadonlySet<string> = new Set(['.git', '.hg', '.svn', 'node_modules'])

/** Paths of the regular files below a folder, relative to it with `/`, in order. Links and devices become findings. */
export function listFolder(root: string, findings: Findings): string[] {
  const files: string[] = []
  const visit = (folder: string, depth: number): void => {
    for (const entry of readFolder(join(root, folder), folder, findings)) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (files.length >= MAX_FILES || depth > MAX_DEPTH) {
        findings.add('folder/size', { evidence: `${MAX_FILES} files` })
        return
      }
      if (entry.isSymbolicLink()) checkLink(root, path, findings)
      else if (entry.isDirectory()) {
        if (!SKIPPED.has(entry.name)) visit(path, depth + 1)
      } else if (entry.isFile()) files.push(path)
      else findings.add('file/special', { member: path })
    }
  }
  visit('', 0)
  return files
}

function readFolder(path: string, member: string, findings: Findings): Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  } catch (error) {
    const code = systemCode(error)
    if (code === undefined) throw error
    findings.add('file/unreadable', { ...(member !== '' && { member }), evidence: code })
    return []
  }
}

/** What a link leads to is scanned where it lies, if that is inside; outside it is not the model's. */
function checkLink(root: string, path: string, findings: Findings): void {
  let evidence = ''
  try {
    const full = join(root, path)
    evidence = readlinkSync(full)
    const target = realpathSync(full)
    const isScanned = !target
      .slice(root.length)
      .split(sep)
      .some((part) => SKIPPED.has(part))
    if (target.startsWith(root + sep) && isScanned) {
      findings.add('folder/inner-link', { member: path, evidence })
      return
    }
  } catch (error) {
    if (systemCode(error) === undefined) throw error
  }
  findings.add('folder/link', { member: path, evidence })
}
