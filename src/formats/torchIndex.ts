import { parseBoundedJson, toObject } from '../bytes/boundedJson'
import { LIMITS } from '../bytes/limits'
import type { TensorInfo } from '../registry/inspection'
import type { FileFormat, FileSubject, FormatResult } from './format'
import { MAX_SHARDS, reportMissing } from './shards'
import { Findings, quote, tallyTensors } from './summary'

/** The index of a sharded PyTorch checkpoint (`pytorch_model.bin.index.json`): from tensor names to files. */
export const torchIndex: FileFormat = {
  id: 'torch-zip',
  extensions: ['.json'],
  match({ head }) {
    if (head[0] !== 0x7b) return false
    const text = Buffer.from(head).toString('latin1')
    return /"weight_map"\s*:\s*\{\s*"[^"]*"\s*:\s*"[^"]*\.(?:bin|pt|pth)"/.test(text)
  },
  inspect: inspectIndex,
}

function inspectIndex(subject: FileSubject): FormatResult {
  const findings = new Findings()
  const { reader } = subject
  const { value } = parseBoundedJson(reader.head(0, Math.min(reader.size, LIMITS.json)))
  const map = toObject(toObject(value)?.['weight_map']) ?? {}
  const files = new Set<string>()
  for (const [tensor, file] of Object.entries(map)) {
    if (typeof file === 'string' && !/[\\/\0]/.test(file) && files.size < MAX_SHARDS)
      files.add(file)
    else
      findings.add(
        'unsafe-path',
        'error',
        `The index looks for ${quote(tensor)} outside of its folder.`,
      )
  }
  const tensors: TensorInfo[] = []
  const present: string[] = []
  const missing: string[] = []
  let partial = false
  for (const name of files) {
    const shard = subject.sibling(name)
    const result = shard && subject.inspectMember(name, shard)
    ;(result ? present : missing).push(name)
    partial ||= result?.partial ?? true
    for (const tensor of result?.tensors ?? []) tensors.push({ ...tensor, file: name })
    for (const { rule, severity, message } of result?.findings ?? []) {
      findings.add(rule, severity, message, { member: name })
    }
  }
  reportMissing(missing, files.size, findings)
  return {
    framework: 'pytorch',
    summary: { ...tallyTensors(tensors), producer: 'PyTorch' },
    tensors,
    findings: findings.list(),
    partial,
    parts: { present: [subject.name, ...present], missing },
  }
}
