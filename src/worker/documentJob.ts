import { digestOf } from '../database/documentFile'
import { parseDocument } from '../database/documentText'
import { DOCUMENT_LISTS, type DocumentPart, type Job, type JobResults } from './protocol'

/** Records of one message: what the host can take over in a few milliseconds. */
const RECORDS = 100

/**
 * Parses and checks a document.
 * @throws AppError `corrupt` as `parseDocument` does.
 */
export function documentJob(job: Extract<Job, { kind: 'document' }>): JobResults['document'] {
  const { bytes, path, name, known, port } = job
  const digest = digestOf(bytes)
  if (digest === known) return { kind: 'same' }
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  const document = parseDocument(text, path, name)
  for (const list of DOCUMENT_LISTS) {
    const records = document[list]
    for (let from = 0; from < records.length; from += RECORDS) {
      const part = { list, records: records.slice(from, from + RECORDS) } satisfies DocumentPart
      port.postMessage(part)
    }
  }
  return { kind: 'parsed', digest, head: { ...document, versions: [], trash: [], history: [] } }
}
