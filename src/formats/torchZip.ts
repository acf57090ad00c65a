import type { FileFormat, FileSubject, FormatResult } from './format'
import { describeObject } from './estimators'
import { Findings } from './summary'
import { describeRecord, torchArchive } from './torchArchive'

/** What `torch.save` writes since 1.6: one pickle, and a record for each storage. */
export const torchZip: FileFormat = {
  id: 'torch-zip',
  extensions: ['.pt', '.pth', '.ckpt', '.bin', '.th'],
  match: (subject) => torchArchive(subject)?.find('data.pkl') !== undefined,
  inspect: inspectTorchZip,
}

function inspectTorchZip(subject: FileSubject): FormatResult {
  const torch = torchArchive(subject)
  const entry = torch?.find('data.pkl')
  if (!torch || !entry) return { framework: 'pytorch', summary: {}, partial: true }
  const findings = new Findings()
  const { described, result } = describeRecord(torch, entry, subject, findings)
  const fallback = (): FormatResult => ({
    ...describeObject(result.value, torch.archive.open(entry)),
    framework: 'pytorch',
  })
  const byteOrder = torch.text('byteorder')
  const { summary, tensors } = described ?? fallback()
  return {
    framework: 'pytorch',
    summary: {
      ...summary,
      producer: summary.producer ?? 'PyTorch',
      ...(byteOrder === 'big' && { metadata: { ...summary.metadata, byteOrder } }),
    },
    ...(tensors && { tensors }),
    findings: findings.list(),
    partial: result.error !== undefined || result.exhausted || !result.stopped,
  }
}
