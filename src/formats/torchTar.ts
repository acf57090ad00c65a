import { runPickle } from '../bytes/pickle'
import type { TarEntry } from '../bytes/tar'
import { isTar, readTar } from '../bytes/tar'
import type { FileFormat, FileSubject, FormatResult } from './format'
import { describeObject } from './estimators'
import { reportPickle } from './pickleModel'
import { Findings } from './summary'

/** The members that PyTorch 0.1.1 and before wrote, besides `sys_info`. */
const MEMBERS = ['pickle', 'storages', 'tensors']

/** The first format of `torch.save`: a tar of pickles. Its tensors are numbered records that are not looked into. */
export const torchTar: FileFormat = {
  id: 'torch-legacy',
  extensions: ['.pt', '.pth', '.tar'],
  match: (subject) => MEMBERS.every((name) => findMember(subject, name) !== undefined),
  inspect: inspectTar,
}

function findMember({ reader, head, budget }: FileSubject, name: string): TarEntry | undefined {
  if (!isTar(head)) return undefined
  return readTar(reader, budget).entries.find((entry) => entry.isFile && entry.name === name)
}

function inspectTar(subject: FileSubject): FormatResult {
  const findings = new Findings()
  const entry = findMember(subject, 'pickle')
  const reader = subject.reader.view(entry?.offset ?? 0, entry?.size ?? 0)
  const result = runPickle(reader, { budget: subject.budget, recordEvents: false })
  reportPickle(result, findings, 'pickle')
  findings.add(
    'old-format',
    'note',
    'The file is in the format of PyTorch before 0.1.2: its tensors are not listed.',
  )
  return {
    framework: 'pytorch',
    summary: { ...describeObject(result.value, reader).summary, producer: 'PyTorch' },
    findings: findings.list(),
    partial: true,
  }
}
