import { isAppError } from '../base/errors'
import { ByteReader } from '../bytes/byteReader'
import { isNpy, readNpyHeader } from '../bytes/npyHeader'
import type { ZipArchive, ZipEntry } from '../bytes/zip'
import type { TensorInfo } from '../registry/inspection'
import type { FileFormat, FileSubject, FormatResult } from './format'
import { dtypeOfDescr, printDescr } from '../bytes/numpyDtype'
import { elementCount, Findings, tallyTensors } from './summary'

/** More of an npy file than any header has. */
const MAX_HEAD = 65_536 + 12

/** One array: NumPy's npy. */
export const npy: FileFormat = {
  id: 'npy',
  extensions: ['.npy'],
  match: ({ head }) => isNpy(head),
  inspect(subject) {
    const findings = new Findings()
    const { reader } = subject
    const array = readArray(reader, reader.size, '', findings)
    const { descr, fortranOrder } = readNpyHeader(reader)
    const result = described([array], findings)
    const metadata = {
      descr: typeof descr === 'string' ? descr : printDescr(descr),
      fortran_order: fortranOrder,
    }
    return { ...result, summary: { ...result.summary, metadata } }
  },
}

/** Several arrays: a ZIP archive of npy files. */
export const npz: FileFormat = {
  id: 'npz',
  extensions: ['.npz'],
  match(subject) {
    const entries = subject.zip()?.entries ?? []
    return entries.length > 0 && entries.every(({ name }) => name.endsWith('.npy'))
  },
  inspect: inspectNpz,
}

function inspectNpz(subject: FileSubject): FormatResult {
  const archive = subject.zip()
  const findings = new Findings()
  const tensors: TensorInfo[] = []
  let partial = false
  for (const entry of archive?.entries ?? []) {
    subject.budget.step()
    try {
      if (archive) tensors.push(readMember(archive, entry, findings))
    } catch (error) {
      if (!isAppError(error)) throw error
      partial = true
      findings.add('damaged', 'error', error.message, { member: entry.name, ...error.location })
    }
  }
  return { ...described(tensors, findings), partial }
}

function readMember(archive: ZipArchive, entry: ZipEntry, findings: Findings): TensorInfo {
  const name = entry.name.slice(0, -'.npy'.length)
  if (entry.method === 0) {
    const member = archive.open(entry)
    const array = readArray(member, member.size, name, findings)
    const start = member.base - archive.reader.base
    return array.offset === undefined ? array : { ...array, offset: start + array.offset }
  }
  // Of a compressed array only the header is inflated, and there is no range of bytes.
  const head = ByteReader.of(archive.head(entry, MAX_HEAD))
  const { offset: _offset, length: _length, ...array } = readArray(head, entry.size, name, findings)
  return array
}

function readArray(reader: ByteReader, size: number, name: string, findings: Findings): TensorInfo {
  const header = readNpyHeader(reader)
  const dtype = dtypeOfDescr(header.descr)
  const parameters = elementCount(header.shape) ?? 0
  const length = dtype ? parameters * dtype.itemSize : 0
  if (dtype?.kind === 'O') {
    const message = 'The array holds Python objects, which are a pickle: loading it can run code.'
    findings.add('object-array', 'warning', message, { member: name })
  } else if (dtype && length > size - header.dataOffset) {
    const message = `The array should have ${length} bytes, but the data end after ${Math.max(0, size - header.dataOffset)}.`
    findings.add('truncated', 'error', message, { member: name, offset: header.dataOffset })
  }
  const isRaw = dtype !== undefined && dtype.kind !== 'O'
  return {
    name,
    dtype: dtype?.name ?? 'unknown',
    shape: header.shape,
    parameters,
    ...(isRaw && { bytes: length, offset: header.dataOffset, length }),
  }
}

function described(tensors: readonly TensorInfo[], findings: Findings): FormatResult {
  return {
    framework: 'numpy',
    summary: { ...tallyTensors(tensors), producer: 'NumPy' },
    tensors,
    findings: findings.list(),
    partial: findings.list().some(({ severity }) => severity === 'error'),
  }
}
