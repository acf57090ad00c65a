import { escapeText, listing, plural } from '../base/text'
import type { ModelParts } from '../registry/inspection'
import type { FileSubject } from './format'
import type { Findings } from './summary'

/** `model-00001-of-00003.safetensors`, as Hugging Face and llama.cpp name the shards of one model. */
const SHARD = /^(.*?)([-_])(\d{5,6})-of-(\d{5,6})(\.[a-z]+)$/i
/** Shards of one model; the largest published ones have 200. */
export const MAX_SHARDS = 10_000
/** Missing parts that a sentence names. */
const NAMED = 5

export interface ShardName {
  readonly stem: string
  readonly number: number
  readonly count: number
  /** The names of all shards, in order. */
  readonly names: readonly string[]
}

/** Takes a shard's file name apart; `undefined` for any other name. */
export function parseShardName(name: string): ShardName | undefined {
  const [, stem, separator, number, total, extension] = SHARD.exec(name) ?? []
  if (!stem || !separator || !number || !total || !extension) return undefined
  const count = Number(total)
  if (count < 2 || count > MAX_SHARDS || Number(number) > count) return undefined
  const names = Array.from(
    { length: count },
    (_, index) =>
      `${stem}${separator}${String(index + 1).padStart(number.length, '0')}-of-${total}${extension}`,
  )
  return { stem, number: Number(number), count, names }
}

/** The parts of the model that a shard belongs to, by its name; missing ones are a finding. */
export function shardParts(subject: FileSubject, findings: Findings): ModelParts | undefined {
  const shard = parseShardName(subject.name)
  if (!shard) return undefined
  const siblings = new Set(subject.siblings())
  // A member of a container stands alone: nothing can be said of its neighbours.
  if (siblings.size === 0) return undefined
  const others = shard.names.filter((name) => name !== subject.name)
  const parts = {
    present: [subject.name, ...others.filter((name) => siblings.has(name))].sort(),
    missing: others.filter((name) => !siblings.has(name)),
  }
  reportMissing(parts.missing, shard.count, findings)
  return parts
}

/** One finding that names the parts that are not there. */
export function reportMissing(missing: readonly string[], count: number, findings: Findings): void {
  if (missing.length === 0) return
  const named = missing.slice(0, NAMED).map((name) => escapeText(name))
  if (missing.length > NAMED) named.push(`${missing.length - NAMED} more`)
  findings.add(
    'missing-part',
    'warning',
    `Of the ${plural(count, 'part')} of this model, ${listing(named)} ${missing.length === 1 ? 'is' : 'are'} missing.`,
  )
}
