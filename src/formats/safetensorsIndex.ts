import { isAppError } from '../base/errors'
import { parseBoundedJson, toNumber, toObject } from '../bytes/boundedJson'
import { LIMITS } from '../bytes/limits'
import type { TensorInfo } from '../registry/inspection'
import type { FileFormat, FileSubject, FormatResult } from './format'
import { readSafetensors } from './safetensorsHeader'
import { describeWeights } from './safetensorsModel'
import { MAX_SHARDS, reportMissing } from './shards'
import { Findings, quote } from './summary'

/** The index of sharded safetensors: `weight_map` from tensor names to file names of the same folder. */
export const safetensorsIndex: FileFormat = {
  id: 'safetensors',
  extensions: ['.json'],
  match({ head }) {
    if (head[0] !== 0x7b) return false
    const text = new TextDecoder('latin1').decode(head)
    return /"weight_map"\s*:\s*\{\s*(?:\}|"[^"]*"\s*:\s*"[^"]*\.safetensors")/.test(text)
  },
  inspect(subject): FormatResult {
    const findings = new Findings()
    const { reader } = subject
    const { value, duplicateKeys } = parseBoundedJson(
      reader.bytes(0, Math.min(reader.size, LIMITS.json)),
    )
    for (const key of duplicateKeys) {
      findings.add('duplicate-key', 'error', `The index names ${quote(key)} more than once.`)
    }
    const index = toObject(value)
    const shards = readWeightMap(toObject(index?.['weight_map']) ?? {}, findings)
    const { tensors, metadata, missing, present, partial } = readShards(shards, subject, findings)
    reportMissing(missing, shards.size, findings)
    const totalSize = toNumber(toObject(index?.['metadata'])?.['total_size'])
    const bytes = tensors.reduce((sum, tensor) => sum + (tensor.bytes ?? 0), 0)
    if (totalSize !== undefined && missing.length === 0 && !partial && totalSize !== bytes) {
      findings.add(
        'size-mismatch',
        'note',
        `The index speaks of ${totalSize} bytes of tensors, the shards hold ${bytes}.`,
      )
    }
    return {
      ...describeWeights(tensors, metadata, subject),
      findings: findings.list(),
      partial: partial || missing.length > 0,
      parts: { present: [subject.name, ...present], missing },
    }
  },
}

/** The tensors of each shard. Names that could leave the folder are refused: an index can be made by anyone. */
function readWeightMap(
  weightMap: Readonly<Record<string, unknown>>,
  findings: Findings,
): Map<string, Set<string>> {
  const shards = new Map<string, Set<string>>()
  for (const [tensor, file] of Object.entries(weightMap)) {
    if (typeof file !== 'string' || !isBareName(file)) {
      findings.add(
        'unsafe-path',
        'error',
        `The index looks for ${quote(tensor)} outside of its folder.`,
      )
      continue
    }
    const names = shards.get(file)
    if (names) names.add(tensor)
    else if (shards.size < MAX_SHARDS) shards.set(file, new Set([tensor]))
    else findings.add('too-many-parts', 'error', `The index names more than ${MAX_SHARDS} files.`)
  }
  return shards
}

function isBareName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !/[\\/:\u0000]/.test(name)
}

interface Shards {
  readonly tensors: readonly TensorInfo[]
  readonly metadata: ReadonlyMap<string, string>
  readonly present: readonly string[]
  readonly missing: readonly string[]
  readonly partial: boolean
}

function readShards(
  shards: ReadonlyMap<string, ReadonlySet<string>>,
  subject: FileSubject,
  findings: Findings,
): Shards {
  const tensors: TensorInfo[] = []
  const present: string[] = []
  const missing: string[] = []
  let metadata: ReadonlyMap<string, string> = new Map()
  let partial = false
  for (const [file, names] of [...shards].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const reader = subject.sibling(file)
    if (!reader) {
      missing.push(file)
      continue
    }
    present.push(file)
    try {
      const header = readSafetensors(reader, subject.budget)
      partial ||= header.partial
      if (metadata.size === 0) metadata = header.metadata
      for (const { rule, severity, message } of header.findings.list()) {
        findings.add(rule, severity, message, { member: file })
      }
      checkNames(file, names, header.tensors, findings)
      for (const tensor of header.tensors) tensors.push({ ...tensor, file })
    } catch (error) {
      if (!isAppError(error) || error.code !== 'corrupt') throw error
      partial = true
      findings.add('corrupt-part', 'error', error.message, { member: file })
    }
  }
  return { tensors, metadata, present, missing, partial }
}

function checkNames(
  file: string,
  expected: ReadonlySet<string>,
  tensors: readonly TensorInfo[],
  findings: Findings,
): void {
  const found = new Set(tensors.map(({ name }) => name))
  for (const name of expected) {
    if (!found.has(name)) {
      findings.add('missing-tensor', 'error', `The index looks for ${quote(name)} in this part.`, {
        member: file,
      })
    }
  }
  for (const name of found) {
    if (!expected.has(name)) {
      findings.add('extra-tensor', 'note', `The index does not name ${quote(name)}.`, {
        member: file,
      })
    }
  }
}
