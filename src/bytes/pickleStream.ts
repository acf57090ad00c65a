import { ByteReader } from './byteReader'
import type { Budget } from './limits'
import type { PickleOptions, PickleResult } from './pickle'
import { runPickle } from './pickle'
import type { PickleValue } from './pickleValues'
import { isKind } from './pickleValues'

/** Opcodes that a probe reads: enough to tell a pickle from other data. */
const PROBED = 400
/** Pickles in one file that are looked at; torch's legacy files have five. */
const MAX_PICKLES = 64

/** Whether data begin with a pickle, by their first opcodes; `head` may end before the pickle does. */
export function looksLikePickle(head: Uint8Array, budget: Budget): boolean {
  const [first = 0, protocol = 0] = head
  const isBinary = first === 0x80 && protocol >= 2 && protocol <= 5
  // Protocols 0 and 1 have no header; these opcodes can begin a pickle.
  if (!isBinary && !'(]})cilp0IJKLMSVNTFGUX\x88\x89'.includes(String.fromCharCode(first)))
    return false
  const reader = ByteReader.of(head.subarray(0, 16_384))
  const { opcodes, stopped, error, events } = runPickle(reader, { budget })
  if (isBinary) return opcodes >= 2
  if (stopped && error === undefined) return opcodes >= 2
  // A text can look like a few opcodes; hardly one calls something that has a name.
  const calls = events.some(
    (event) => event.kind === 'call' && !event.afterError && hasName(event.call.callee),
  )
  return calls || (opcodes >= PROBED && isEndOfData(error, reader))
}

function hasName(callee: PickleValue): boolean {
  return isKind(callee, 'global') && /^[A-Za-z_][\w.]*$/.test(callee.path)
}

/** Whether the only problem is that the head ends. */
function isEndOfData(error: PickleResult['error'], reader: ByteReader): boolean {
  return error?.location?.offset === undefined || error.location.offset >= reader.size - 16
}

/**
 * The pickles of a file, one after the other, while what follows a STOP looks like another. One at a time, since each
 * may take the memory that `LIMITS` grants a pickle.
 */
export function* readPickles(
  reader: ByteReader,
  options: PickleOptions,
): Generator<PickleResult, void> {
  let offset = options.offset ?? 0
  for (let count = 0; offset < reader.size && count < MAX_PICKLES; count++) {
    if (count > 0 && !looksLikePickle(reader.head(offset, 4096), options.budget)) return
    const result = runPickle(reader, { ...options, offset })
    yield result
    if (!result.stopped) return
    offset = result.end
  }
}
