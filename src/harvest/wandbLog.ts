import { AppError, isAppError } from '../base/errors'
import { ByteReader } from '../bytes/byteReader'
import { crc32 } from '../bytes/crc32'
import { Budget } from '../bytes/limits'
import { Message } from '../bytes/protobuf'
import { parseLooseJson } from './looseJson'
import { Slices } from './slices'

/** Bytes of one log that are looked at; media lie in files of their own. */
const MAX_BYTES = 128_000_000
/** Rows of the history that are kept. */
const MAX_ROWS = 200_000
/** A record with more is a table or an image, and no scalar. */
const MAX_RECORD = 1_000_000
/** A value that is longer is no scalar and no short list. */
const MAX_VALUE = 10_000

const BLOCK = 32_768
const FRAME = 7
/** `:W&B`, the number 0xBEE1 and a version. */
const MAGIC = [0x3a, 0x57, 0x26, 0x42, 0xe1, 0xbe]

export interface WandbLog {
  readonly config: ReadonlyMap<string, unknown>
  /** By keys joined with `.`; the last value written. */
  readonly summary: ReadonlyMap<string, unknown>
  readonly history: readonly ReadonlyMap<string, unknown>[]
  readonly runId?: string
  readonly python?: string
  readonly commit?: string
  readonly remote?: string
  /** Why reading ended before the file did, if it was not a record cut short by a run that still writes. */
  readonly ended?: string
}

interface Draft {
  config: Map<string, unknown>
  summary: Map<string, unknown>
  history: Map<string, unknown>[]
  runId?: string
  python?: string
  commit?: string
  remote?: string
}

/**
 * The `.wandb` file of a run that was not synchronized, which current releases write nothing else beside: the log format
 * of LevelDB (doc/log_format.md; blocks of 32 KiB, a CRC-32 of zlib instead of CRC-32C) after a header of seven bytes,
 * around `wandb_internal.Record` messages (wandb/proto/wandb_internal.proto).
 */
export async function readWandbLog(
  chunks: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<WandbLog> {
  const draft: Draft = { config: new Map(), summary: new Map(), history: [] }
  const slices = new Slices(signal)
  const budget = new Budget({ milliseconds: 60_000 })
  try {
    for await (const record of records(chunks)) {
      await readRecord(Message.of(ByteReader.of(record), budget), draft, signal)
      if (slices.due) await slices.turn()
    }
  } catch (error) {
    if (!isAppError(error) || error.code !== 'corrupt') throw error
    return { ...draft, ended: error.message }
  }
  return draft
}

async function* records(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let parts: Uint8Array[] = []
  let size = 0
  let isFirst = true
  for await (const block of blocks(chunks)) {
    let at = 0
    if (isFirst) {
      if (MAGIC.some((byte, index) => block[index] !== byte)) {
        throw new AppError('corrupt', "It isn't a log of Weights & Biases.")
      }
      at = MAGIC.length + 1
      isFirst = false
    }
    const view = new DataView(block.buffer, block.byteOffset, block.length)
    while (block.length - at >= FRAME) {
      const length = view.getUint16(at + 4, true)
      const type = view.getUint8(at + 6)
      const end = at + FRAME + length
      // Zeros fill a block; a record that goes beyond the file is still being written.
      if (type === 0 || end > block.length) break
      if (crc32(block.subarray(at + 6, end)) !== view.getUint32(at, true)) {
        throw new AppError('corrupt', 'It has a damaged record: what follows is not read.')
      }
      // 1 is a whole record; 2, 3 and 4 are the first, middle and last part of one.
      if (type <= 2) {
        parts = []
        size = 0
      }
      size += length
      if (size <= MAX_RECORD) parts.push(block.subarray(at + FRAME, end))
      if ((type === 1 || type === 4) && size <= MAX_RECORD) yield Buffer.concat(parts)
      at = end
    }
  }
}

/** Cuts what comes in pieces of any size into the blocks of the format. */
async function* blocks(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let rest: Uint8Array = new Uint8Array(0)
  let total = 0
  for await (const chunk of chunks) {
    total += chunk.length
    if (total > MAX_BYTES) {
      throw new AppError('corrupt', `It is longer than ${MAX_BYTES} bytes: the rest is not read.`)
    }
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    let at = 0
    for (; bytes.length - at >= BLOCK; at += BLOCK) yield bytes.subarray(at, at + BLOCK)
    rest = bytes.subarray(at)
  }
  if (rest.length > 0) yield rest
}

/** `Record`: 2 is a row of the history, 3 a change of the summary, 5 of the config, 17 the run, 26 the environment. */
async function readRecord(
  record: Message,
  draft: Draft,
  signal: AbortSignal | undefined,
): Promise<void> {
  while (record.next()) {
    if (record.field === 2 && draft.history.length < MAX_ROWS) {
      const row = new Map<string, unknown>()
      await readItems(record.message(), row, signal, false)
      draft.history.push(row)
    } else if (record.field === 3) {
      await readItems(record.message(), draft.summary, signal)
    } else if (record.field === 5) {
      await readItems(record.message(), draft.config, signal)
    } else if (record.field === 17) {
      await readRun(record.message(), draft, signal)
    } else if (record.field === 26) {
      readEnvironment(record.message(), draft)
    }
  }
}

/** The items (1) of a row of the history, or of a change of the summary or config, whose 2 are items to remove. */
async function readItems(
  changes: Message,
  target: Map<string, unknown>,
  signal: AbortSignal | undefined,
  canRemove = true,
): Promise<void> {
  while (changes.next()) {
    if (changes.field !== 1 && !(canRemove && changes.field === 2)) continue
    const { key, value, written } = readItem(changes.message())
    if (key === '') continue
    if (changes.field === 2) target.delete(key)
    else if (value !== undefined) target.set(key, value)
    else if (written !== '') target.set(key, await parseLooseJson(written, signal))
  }
}

interface Item {
  /** The keys of nested maps are joined with `.`. */
  key: string
  value?: unknown
  /** The value as JSON, where it has no field of its own. */
  written: string
}

/** An item: 1 and 2 are its keys, 16 the value as JSON; the newest rows have numbers as 4 to 6. */
function readItem(item: Message): Item {
  const keys: string[] = []
  const result: Item = { key: '', written: '' }
  while (item.next()) {
    if (item.field === 1 || item.field === 2) keys.push(item.text(500))
    else if (item.field === 4) result.value = item.bool
    else if (item.field === 5) result.value = item.int
    else if (item.field === 6 && item.length === 8) {
      const bytes = item.bytes(8)
      result.value = new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0, true)
    } else if (item.field === 16 && item.length <= MAX_VALUE) result.written = item.text(MAX_VALUE)
  }
  result.key = keys.filter((part) => part !== '').join('.')
  return result
}

/** `RunRecord`: 1 is the id, 4 the config, 5 the summary, 21 the code. */
async function readRun(run: Message, draft: Draft, signal: AbortSignal | undefined): Promise<void> {
  while (run.next()) {
    if (run.field === 1) draft.runId = run.text(200)
    else if (run.field === 4) await readItems(run.message(), draft.config, signal)
    else if (run.field === 5) await readItems(run.message(), draft.summary, signal)
    else if (run.field === 21) readCode(run.message(), draft)
  }
}

/** `EnvironmentRecord`: 2 is the interpreter, 9 the code. */
function readEnvironment(environment: Message, draft: Draft): void {
  while (environment.next()) {
    if (environment.field === 2) draft.python = environment.text(200)
    else if (environment.field === 9) readCode(environment.message(), draft)
  }
}

/** `GitRepoRecord`: 1 is the remote, 2 the commit. */
function readCode(code: Message, draft: Draft): void {
  while (code.next()) {
    if (code.field === 1) draft.remote = code.text(2000)
    else if (code.field === 2) draft.commit = code.text(100)
  }
}
