import type { ByteReader } from '../bytes/byteReader'
import { isTable, readTable } from '../bytes/leveldb'
import { LIMITS } from '../bytes/limits'
import type { Budget } from '../bytes/limits'
import { Message } from '../bytes/protobuf'
import type { TensorInfo } from '../registry/inspection'
import type { FileFormat, FormatResult } from './format'
import { reportMissing } from './shards'
import { elementCount, Findings, quote, tallyTensors } from './summary'
import { isWeightType, readTfShape, tfType, toFixedShape } from './tfTypes'

/** Data files of a checkpoint: one for each writing process. */
const MAX_SHARDS = 10_000
/** The graph of Python objects that a checkpoint of TensorFlow 2 carries; it is no variable. */
const OBJECT_GRAPH = '_CHECKPOINTABLE_OBJECT_GRAPH'

interface CheckpointEntry {
  readonly name: string
  readonly dtype: number
  readonly shape: readonly number[]
  readonly parameters: number
  readonly shard: number
  readonly offset: number
  readonly size: number
}

/** The index of a checkpoint: which variable lies where in the data files `<stem>.data-00000-of-00001`. */
class CheckpointIndex {
  readonly shards: number
  readonly entries: readonly CheckpointEntry[]
  readonly hasObjectGraph: boolean

  constructor(shards: number, entries: readonly CheckpointEntry[], hasObjectGraph: boolean) {
    this.shards = shards
    this.entries = entries
    this.hasObjectGraph = hasObjectGraph
  }

  shardNames(stem: string): string[] {
    return Array.from({ length: this.shards }, (_, shard) => this.#shardName(stem, shard))
  }

  #shardName(stem: string, shard: number): string {
    const pad = (number: number): string => String(number).padStart(5, '0')
    return `${stem}.data-${pad(shard)}-of-${pad(this.shards)}`
  }

  tensors(stem: string): TensorInfo[] {
    return this.entries.map(({ name, dtype, shape, parameters, shard, offset, size }) => ({
      name,
      dtype: tfType(dtype).name,
      shape,
      // Texts and counters are kept beside the weights.
      parameters: isWeightType(dtype) ? parameters : 0,
      bytes: size,
      file: this.#shardName(stem, shard),
      offset,
      length: size,
    }))
  }
}

/** A TensorFlow checkpoint, told and read by its `.index` file. */
export const tfCheckpoint: FileFormat = {
  id: 'tf-checkpoint',
  extensions: ['.index'],
  match: ({ reader }) => isTable(reader),
  inspect(subject): FormatResult {
    const findings = new Findings()
    const index = readCheckpointIndex(subject.reader, subject.budget, findings)
    const stem = subject.name.replace(/\.index$/, '')
    const siblings = new Set(subject.siblings())
    const shards = index.shardNames(stem)
    const missing = siblings.size === 0 ? [] : shards.filter((shard) => !siblings.has(shard))
    reportMissing(missing, shards.length + 1, findings)
    const tensors = index.tensors(stem)
    return {
      framework: 'tensorflow',
      summary: {
        ...tallyTensors(tensors),
        metadata: { objectGraph: index.hasObjectGraph, shards: index.shards },
      },
      tensors,
      findings: findings.list(),
      parts: {
        present: [subject.name, ...shards.filter((shard) => siblings.has(shard))],
        missing,
      },
    }
  },
}

/** Reads the LevelDB table of a checkpoint: the header under the empty key, then a `BundleEntryProto` for each variable. */
export function readCheckpointIndex(
  reader: ByteReader,
  budget: Budget,
  findings = new Findings(),
): CheckpointIndex {
  const entries: CheckpointEntry[] = []
  let shards = 1
  let hasObjectGraph = false
  for (const { key, value } of readTable(reader, budget)) {
    if (entries.length >= LIMITS.tensors) break
    if (key === '') {
      const header = Message.of(value, budget)
      while (header.next()) if (header.field === 1) shards = header.int
    } else {
      hasObjectGraph ||= key === OBJECT_GRAPH
      const entry = readEntry(key, Message.of(value, budget))
      if (entry) entries.push(entry)
      else
        findings.add('invalid-tensor', 'error', `${quote(key)} has an impossible shape or place.`)
    }
  }
  return new CheckpointIndex(Math.min(Math.max(shards, 1), MAX_SHARDS), entries, hasObjectGraph)
}

/** `BundleEntryProto { dtype 1, shape 2, shard_id 3, offset 4, size 5 }` */
function readEntry(name: string, message: Message): CheckpointEntry | undefined {
  let dtype = 0
  let shape: readonly (number | null)[] | undefined = []
  let shard = 0
  let offset = 0
  let size = 0
  while (message.next()) {
    if (message.field === 1) dtype = message.int
    else if (message.field === 2) shape = readTfShape(message.message())
    else if (message.field === 3) shard = message.int
    else if (message.field === 4) offset = message.int
    else if (message.field === 5) size = message.int
  }
  const fixed = toFixedShape(shape)
  const parameters = fixed && elementCount(fixed)
  const isPlace = [shard, offset, size].every((place) => Number.isSafeInteger(place) && place >= 0)
  return fixed && parameters !== undefined && isPlace
    ? { name, dtype, shape: fixed, parameters, shard, offset, size }
    : undefined
}
