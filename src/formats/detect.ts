import { isAppError } from '../base/errors'
import { escapeText, listing } from '../base/text'
import type { InspectionFinding } from '../registry/inspection'
import { damaged, finding } from './findings'
import { recognizeForeign } from './foreign'
import type { FileFormat, FileSubject, Inspected } from './format'
import { FILE_FORMATS } from './formats'

/** Extensions that files of any kind have, so that they promise nothing. */
const GENERIC: ReadonlySet<string> = new Set([
  '.bin',
  '.data',
  '.dat',
  '.gz',
  '.json',
  '.model',
  '.p',
  '.tar',
  '.ts',
  '.txt',
  '.weights',
  '.xml',
  '.zip',
])

/**
 * What a file is by its content, and what its reader found. Never throws for what a file holds: damage becomes `partial`
 * with a finding, unknown content becomes `unknown`.
 */
export function inspectSubject(subject: FileSubject): Inspected {
  const format = FILE_FORMATS.find((candidate) => candidate.match(subject))
  if (!format) return unknown(subject)
  const extension = checkExtension(subject, format)
  try {
    const result = format.inspect(subject)
    return {
      ...result,
      format: format.id,
      findings: [...extension, ...(result.findings ?? [])],
    }
  } catch (error) {
    if (!isAppError(error) || error.code === 'cancelled') throw error
    return {
      format: format.id,
      framework: 'custom',
      summary: {},
      partial: true,
      findings: [...extension, damaged(error)],
    }
  }
}

function unknown(subject: FileSubject): Inspected {
  const findings: InspectionFinding[] = []
  const remains = nothingLeft(subject)
  const foreign = remains ?? recognizeForeign(subject.head)
  if (foreign) findings.push(foreign)
  const expected = remains ? [] : claimedBy(subject.extension)
  if (expected.length > 0) {
    findings.push(
      finding(
        'mislabelled',
        'warning',
        `The file is named ${subject.extension}, but its content is not ${listing(expected).replace(' and ', ' or ')}: it is another kind of file, or it is cut off or damaged at its beginning.`,
        { offset: 0 },
      ),
    )
  }
  return { format: 'unknown', framework: 'custom', summary: {}, findings }
}

/** A file that may well be what its name says, were it whole: what else it could be is of no interest then. */
function nothingLeft(subject: FileSubject): InspectionFinding | undefined {
  const { reader, head } = subject
  if (reader.size === 0) return finding('empty', 'error', 'The file is empty.', { offset: 0 })
  if (!isLocalHeader(head) || (subject.zip()?.entries.length ?? 0) > 0) return undefined
  const message = `The ZIP archive is cut off: the file ends at byte ${reader.size}, before the archive's directory.`
  return finding('truncated', 'error', message, { offset: reader.size })
}

function isLocalHeader(head: Uint8Array): boolean {
  return head[0] === 0x50 && head[1] === 0x4b && head[2] === 3 && head[3] === 4
}

function checkExtension(subject: FileSubject, format: FileFormat): InspectionFinding[] {
  const { extension } = subject
  if (extension === '' || format.extensions.includes(extension)) return []
  const others = claimedBy(extension)
  if (others.length === 0) return []
  return [
    finding(
      'wrong-extension',
      'warning',
      `The content of ${escapeText(subject.name)} is ${format.id}, but the extension ${escapeText(extension)} is that of ${listing(others)}.`,
    ),
  ]
}

/** The formats that files with this extension usually have. */
function claimedBy(extension: string): string[] {
  if (GENERIC.has(extension)) return []
  const claiming = FILE_FORMATS.filter(
    ({ id, extensions }) => id !== 'unknown' && extensions.includes(extension),
  )
  return [...new Set(claiming.map(({ id }) => id))]
}
