import { isAppError } from '../base/errors'
import type { PickleGlobal } from '../bytes/pickleValues'
import { calleeOf } from '../bytes/pickleValues'
import type { InspectionSummary, TensorInfo, TensorSpec } from '../registry/inspection'
import type { FileFormat, FileSubject, FormatResult } from './format'
import { add, Findings, tallyTensors, toCounts } from './summary'
import type { TorchArchive } from './torchArchive'
import { describeRecord, torchArchive } from './torchArchive'
import { scriptClasses } from './torchTensors'

/** More of a class's source than stands before its forward method. */
const MAX_SOURCE = 256 * 1024

/** A program of TorchScript, also for mobile: a pickled module with the source of its methods. */
export const torchScript: FileFormat = {
  id: 'torchscript',
  extensions: ['.pt', '.pth', '.ptl', '.torchscript', '.ts', '.jit'],
  match(subject) {
    const torch = torchArchive(subject)
    return (
      torch?.find('data.pkl') !== undefined &&
      (torch.find('constants.pkl') !== undefined || torch.find('bytecode.pkl') !== undefined)
    )
  },
  inspect: inspectTorchScript,
}

function inspectTorchScript(subject: FileSubject): FormatResult {
  const torch = torchArchive(subject)
  const entry = torch?.find('data.pkl')
  if (!torch || !entry) return { framework: 'pytorch', summary: {}, partial: true }
  const findings = new Findings()
  const { described, result } = describeRecord(torch, entry, subject, findings)
  const constants = constantsOf(torch, subject, findings)
  const tensors = [...(described?.tensors ?? []), ...constants]
  const made = calleeOf(result.value)
  const counts = new Map<string, number>()
  for (const { path } of scriptClasses(result.value).slice(1)) add(counts, withoutMangling(path))
  const summary: InspectionSummary = {
    ...described?.summary,
    ...(constants.length > 0 && tallyTensors(tensors)),
    producer: 'TorchScript',
    ...(made && { modelClass: withoutMangling(made.path), architecture: made.name }),
    ...(counts.size > 0 && { layers: toCounts(counts) }),
    ...(made && signatureOf(torch, made)),
  }
  return {
    framework: 'pytorch',
    summary,
    ...(tensors.length > 0 && { tensors }),
    findings: findings.list(),
    partial: result.error !== undefined || result.exhausted || !result.stopped,
  }
}

/** The tensors that the code names as `CONSTANTS.c0` and so on: all weights of a frozen module. */
function constantsOf(torch: TorchArchive, subject: FileSubject, findings: Findings): TensorInfo[] {
  const entry = torch.find('constants.pkl')
  if (!entry) return []
  const { described } = describeRecord(torch, entry, subject, findings, (key) => `constants/${key}`)
  return (described?.tensors ?? []).map((tensor) => ({
    ...tensor,
    name: `CONSTANTS.c${tensor.name}`,
  }))
}

/** `__torch__.torch.nn.modules.linear.___torch_mangle_7.Linear` as people know it. */
function withoutMangling(path: string): string {
  return path.replace(/^__torch__\./, '').replace(/\.___torch_mangle_\d+/g, '')
}

/** The inputs and outputs of the forward method, from its source: names and whether they are tensors. */
function signatureOf(torch: TorchArchive, made: PickleGlobal): InspectionSummary {
  const source = readSource(torch, `code/${made.module.replaceAll('.', '/')}.py`)
  const start = source.indexOf(`class ${made.name}(`)
  const body = start < 0 ? '' : source.slice(start)
  const match =
    /\n {2}def forward\(self: [\w.]+((?:,\s*\w+: [^,()]+(?:\[[^\]]*\])?(?:=[^,)]*)?)*)\) -> ([^\n]+):\n/.exec(
      body,
    )
  if (!match) return {}
  const inputs = (match[1] ?? '').split(/,\s*(?=\w+: )/).flatMap((argument): TensorSpec[] => {
    const [, name] = /^(\w+): (?:Optional\[)?Tensor\b/.exec(argument.trim()) ?? []
    return name === undefined ? [] : [{ name }]
  })
  return inputs.length > 0 ? { inputs } : {}
}

function readSource(torch: TorchArchive, name: string): string {
  const entry = torch.find(name)
  if (!entry) return ''
  try {
    return Buffer.from(torch.archive.head(entry, MAX_SOURCE)).toString('utf8')
  } catch (error) {
    if (isAppError(error)) return ''
    throw error
  }
}
