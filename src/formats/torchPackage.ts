import type { FileFormat, FileSubject, FormatResult } from './format'
import { Findings } from './summary'
import { describeRecord, torchArchive } from './torchArchive'

/** Pickles of a package that are looked at. */
const MAX_PICKLES = 32

/** `torch.package`: Python sources and pickles of what they define. */
export const torchPackage: FileFormat = {
  id: 'torch-package',
  extensions: ['.pt', '.pth', '.package'],
  match: (subject) => torchArchive(subject)?.find('.data/extern_modules') !== undefined,
  inspect: inspectPackage,
}

function inspectPackage(subject: FileSubject): FormatResult {
  const torch = torchArchive(subject)
  if (!torch) return { framework: 'pytorch', summary: {}, partial: true }
  const findings = new Findings()
  const names = [...torch.records()]
  const sources = names.filter((name) => name.endsWith('.py')).length
  const message = `The package holds ${sources} Python source files, which run when it is loaded.`
  if (sources > 0) findings.add('code', 'warning', message)
  let result: FormatResult = { framework: 'pytorch', summary: {} }
  for (const name of names.filter((record) => record.endsWith('.pkl')).slice(0, MAX_PICKLES)) {
    const entry = torch.find(name)
    const read =
      entry && describeRecord(torch, entry, subject, findings, (key) => `.data/${key}.storage`)
    if (read?.described && !result.tensors) result = read.described
  }
  const python = torch.text('.data/python_version')
  return {
    ...result,
    summary: {
      ...result.summary,
      producer: 'torch.package',
      metadata: { ...result.summary.metadata, sources, ...(python && { python }) },
    },
    findings: findings.list(),
  }
}
