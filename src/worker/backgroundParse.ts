import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads'
import { Pause } from '../base/pause'
import type { ParseLargeDocument } from '../database/documentFile'
import type { ModelDocument } from '../registry/model'
import { DOCUMENT_LISTS, type DocumentPart } from './protocol'
import type { WorkerPool } from './pool'

/** Parses and checks documents in a worker, and takes them over in steps that leave the event loop its turns. */
export function parseInBackground(pool: WorkerPool): ParseLargeDocument {
  return async ({ bytes, path, name, known }) => {
    const { port1, port2 } = new MessageChannel()
    try {
      // Only a buffer that is nobody else's can be handed over.
      const own = bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice()
      const answer = await pool.run<'document'>(
        { kind: 'document', bytes: own, path, name, known, port: port2 },
        { transfer: [port2, own.buffer] },
      )
      if (answer.kind === 'same') return answer
      const lists = Object.fromEntries(DOCUMENT_LISTS.map((list) => [list, [] as unknown[]]))
      const pause = new Pause()
      // Each message is taken apart when it is received; a listener would be given all of them in one turn.
      for (let next = receiveMessageOnPort(port1); next; next = receiveMessageOnPort(port1)) {
        const { list, records } = next.message as DocumentPart
        lists[list]?.push(...records)
        await pause.perhaps()
      }
      const document = { ...answer.head, ...lists } as ModelDocument
      return { kind: 'parsed', document, digest: answer.digest }
    } finally {
      port1.close()
    }
  }
}
