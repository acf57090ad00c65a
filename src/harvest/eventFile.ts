import { AppError, isAppError } from '../base/errors'
import { ByteReader } from '../bytes/byteReader'
import { Budget } from '../bytes/limits'
import { Message } from '../bytes/protobuf'
import { Slices } from './slices'
import type { Scalar } from './flatten'

/** Events read of one file: a point every step for half a million steps. */
const MAX_EVENTS = 500_000
/** Bytes of one file that are looked at: images and embeddings make files of gigabytes. */
const MAX_BYTES = 256_000_000
/** A record with a scalar has some 50 bytes, one with the hyperparameters some kilobytes; the rest is skipped. */
const MAX_RECORD = 65_536
/** `tensorflow.DataType` */
const DT_FLOAT = 1
const DT_DOUBLE = 2

/** One scalar of an event file. */
export interface ScalarEvent {
  readonly tag: string
  readonly step: number
  readonly value: number
}

export interface EventFile {
  readonly scalars: readonly ScalarEvent[]
  /** The step from which on what earlier files of the run hold does not count: a training was resumed there. */
  readonly restartedAt?: number
  /** Of the hparams plugin, by name. */
  readonly hparams: ReadonlyMap<string, Scalar>
  /** Why reading ended before the file did, if it was not a record cut short by a run that still writes. */
  readonly ended?: string
}

/**
 * A TensorBoard event file: TFRecord frames (64-bit length, masked CRC-32C of it, payload, masked CRC-32C of it) around
 * `tensorflow.Event` messages (tensorflow/core/util/event.proto). Scalars of both generations are read: `simple_value`,
 * and one-element float tensors. Reading ends at the first damaged record, as TensorBoard's does.
 */
export async function readEventFile(
  chunks: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<EventFile> {
  const found: Found = { scalars: [], hparams: new Map() }
  const slices = new Slices(signal)
  const budget = new Budget({ milliseconds: 60_000 })
  let count = 0
  try {
    for await (const record of records(chunks)) {
      if (++count > MAX_EVENTS) {
        return { ...found, ended: `It has more than ${MAX_EVENTS} events.` }
      }
      readEvent(Message.of(ByteReader.of(record), budget), found)
      if (slices.due) await slices.turn()
    }
  } catch (error) {
    if (!isAppError(error) || error.code !== 'corrupt') throw error
    return { ...found, ended: error.message }
  }
  return found
}

/** What the events so far have said. */
interface Found {
  readonly scalars: ScalarEvent[]
  readonly hparams: Map<string, Scalar>
  restartedAt?: number
}

async function* records(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let rest: Uint8Array = new Uint8Array(0)
  let skip = 0
  let total = 0
  for await (const chunk of chunks) {
    total += chunk.length
    if (total > MAX_BYTES) {
      throw new AppError('corrupt', `It is longer than ${MAX_BYTES} bytes: the rest is not read.`)
    }
    if (skip >= chunk.length) {
      skip -= chunk.length
      continue
    }
    const fresh = chunk.subarray(skip)
    skip = 0
    const bytes = rest.length === 0 ? fresh : Buffer.concat([rest, fresh])
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    let at = 0
    while (bytes.length - at >= 12) {
      const length = Number(view.getBigUint64(at, true))
      if (view.getUint32(at + 8, true) !== maskedCrc(bytes.subarray(at, at + 8))) {
        throw new AppError('corrupt', 'It has a damaged record: what follows is not read.')
      }
      const end = at + 12 + length + 4
      if (length > MAX_RECORD) {
        if (end > bytes.length) {
          skip = end - bytes.length
          at = bytes.length
          break
        }
        at = end
        continue
      }
      if (end > bytes.length) break
      const record = bytes.subarray(at + 12, end - 4)
      if (view.getUint32(end - 4, true) !== maskedCrc(record)) {
        throw new AppError('corrupt', 'It has a damaged record: what follows is not read.')
      }
      yield record
      at = end
    }
    rest = bytes.subarray(at)
  }
}

/** `Event`: 2 is the step, 5 the summary with its values (1). */
/** `Event`: 2 is the step, 5 a summary, 7 the log of a session, whose start purges what a stopped run left behind. */
function readEvent(event: Message, found: Found): void {
  let step = 0
  let isStart = false
  const summaries: Message[] = []
  while (event.next()) {
    if (event.field === 2) step = event.int
    else if (event.field === 5) summaries.push(event.message())
    else if (event.field === 7) isStart = isSessionStart(event.message())
  }
  if (isStart) found.restartedAt = step
  for (const summary of summaries) {
    while (summary.next()) {
      if (summary.field === 1) readValue(summary.message(), step, found)
    }
  }
}

function isSessionStart(log: Message): boolean {
  while (log.next()) {
    if (log.field === 1 && log.int === 1) return true
  }
  return false
}

/** `Summary.Value`: 1 is the tag, 2 `simple_value`, 8 a tensor, 9 the metadata of a plugin. */
function readValue(message: Message, step: number, { scalars, hparams }: Found): void {
  let tag = ''
  let value: number | undefined
  let plugin = ''
  while (message.next()) {
    if (message.field === 1) tag = message.text(500)
    else if (message.field === 2) value = message.float
    else if (message.field === 8) value = tensorValue(message.message())
    else if (message.field === 9) plugin = readMetadata(message.message(), hparams)
  }
  const isScalar = plugin === '' || plugin === 'scalars'
  if (isScalar && tag !== '' && value !== undefined) scalars.push({ tag, step, value })
}

/** `TensorProto` of one float or double: 1 is the type, 4 the raw content, 5 and 6 lists of numbers. */
function tensorValue(tensor: Message): number | undefined {
  let type = 0
  let content: Uint8Array | undefined
  while (tensor.next()) {
    if (tensor.field === 1) type = tensor.int
    else if ([4, 5, 6].includes(tensor.field)) content = tensor.bytes(9)
    // A shape with a dimension is a vector, and a vector is no scalar.
    else if (tensor.field === 2 && tensor.length > 0 && hasDimension(tensor.message())) {
      return undefined
    }
  }
  if (!content) return undefined
  const view = new DataView(content.buffer, content.byteOffset, content.length)
  if (type === DT_FLOAT && content.length === 4) return view.getFloat32(0, true)
  if (type === DT_DOUBLE && content.length === 8) return view.getFloat64(0, true)
  return undefined
}

function hasDimension(shape: Message): boolean {
  while (shape.next()) {
    if (shape.field === 2) return true
  }
  return false
}

/** `SummaryMetadata`: 1 is the plugin's data, with its name (1) and content (2). Returns the plugin's name. */
function readMetadata(metadata: Message, hparams: Map<string, Scalar>): string {
  let name = ''
  while (metadata.next()) {
    if (metadata.field !== 1) continue
    const data = metadata.message()
    const contents: Message[] = []
    while (data.next()) {
      if (data.field === 1) name = data.text(100)
      else if (data.field === 2) contents.push(data.message())
    }
    if (name === 'hparams') for (const content of contents) readHparams(content, hparams)
  }
  return name
}

/** `HParamsPluginData`: 3 is the start of a session, whose 1 is a map from names to `google.protobuf.Value`. */
function readHparams(data: Message, hparams: Map<string, Scalar>): void {
  while (data.next()) {
    if (data.field !== 3) continue
    const session = data.message()
    while (session.next()) {
      if (session.field !== 1) continue
      const entry = session.message()
      let key = ''
      let value: Scalar | undefined
      while (entry.next()) {
        if (entry.field === 1) key = entry.text(500)
        else if (entry.field === 2) value = protobufValue(entry.message())
      }
      if (key !== '' && value !== undefined) hparams.set(key, value)
    }
  }
}

function protobufValue(value: Message): Scalar | undefined {
  while (value.next()) {
    if (value.field === 1) return null
    if (value.field === 2 && value.length === 8) {
      const bytes = value.bytes(8)
      return new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0, true)
    }
    if (value.field === 3) return value.text(2000)
    if (value.field === 4) return value.bool
  }
  return undefined
}

// CRC-32C (Castagnoli), reflected polynomial 0x82F63B78; TFRecord masks it so that a CRC of a CRC stays a good check.
const CRC_TABLE = new Uint32Array(256).map((_, index) => {
  let value = index
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1
  return value
})

/** The masked CRC-32C of a TFRecord frame, as an unsigned number. */
export function maskedCrc(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) crc = (CRC_TABLE[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8)
  crc = (crc ^ 0xffffffff) >>> 0
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0
}
