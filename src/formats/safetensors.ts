import type { FileFormat, FileSubject, FormatResult } from './format'
import { readSafetensors } from './safetensorsHeader'
import { describeWeights } from './safetensorsModel'
import { shardParts } from './shards'

/** Safetensors in one file: u64 header length, JSON header, tensors without gaps (huggingface/safetensors README, "Format"). */
export const safetensors: FileFormat = {
  id: 'safetensors',
  extensions: ['.safetensors'],
  match: ({ head }) => looksLikeHeader(head),
  inspect(subject: FileSubject): FormatResult {
    const header = readSafetensors(subject.reader, subject.budget)
    const { findings } = header
    const parts = shardParts(subject, findings)
    const weights = describeWeights(header.tensors, header.metadata, subject)
    return {
      ...weights,
      findings: findings.list(),
      partial: header.partial,
      ...(parts && { parts }),
    }
  },
}

/**
 * The first entry's name and brace, whatever the declared length is: a header that is cut off or of an impossible size
 * is still a safetensors header, and the reader says what is wrong with it.
 */
function looksLikeHeader(head: Uint8Array): boolean {
  if (head.length < 10 || head[8] !== 0x7b) return false
  const text = new TextDecoder('latin1').decode(head.subarray(8, 4096))
  return /^\{\s*(?:\}|"(?:[^"\\]|\\.)*"\s*:\s*\{\s*["}])/.test(text)
}
