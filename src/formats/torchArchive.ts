import { isAppError } from '../base/errors'
import { LIMITS } from '../bytes/limits'
import { runPickle } from '../bytes/pickle'
import type { PickleResult } from '../bytes/pickle'
import type { ZipArchive, ZipEntry } from '../bytes/zip'
import type { FileSubject, FormatResult } from './format'
import { reportPickle } from './pickleModel'
import type { Findings } from './summary'
import { quote } from './summary'
import { describeTorchObject } from './torchObject'
import type { RecordPlace } from './torchObject'
import type { NamedTensor } from './torchTensors'
import { collectTensors } from './torchTensors'

/**
 * A ZIP archive as PyTorch's reader sees it (`caffe2/serialize/inline_container.cc`): all records lie below the folder
 * that the first member is in, and names are found without regard to case.
 */
export class TorchArchive {
  readonly archive: ZipArchive
  readonly prefix: string
  readonly #byName = new Map<string, ZipEntry>()

  constructor(archive: ZipArchive) {
    this.archive = archive
    const first = archive.entries[0]?.name ?? ''
    this.prefix = first.slice(0, Math.max(0, first.indexOf('/')))
    // The first of equal names wins, as in miniz.
    for (const entry of archive.entries) {
      const name = entry.name.toLowerCase()
      if (!this.#byName.has(name)) this.#byName.set(name, entry)
    }
  }

  /** A record by its name below the prefix. */
  find(name: string): ZipEntry | undefined {
    return this.#byName.get(`${this.prefix}/${name}`.toLowerCase())
  }

  /** Names of the records, without the prefix. */
  *records(): Generator<string> {
    for (const { name } of this.archive.entries) {
      if (name.startsWith(`${this.prefix}/`)) yield name.slice(this.prefix.length + 1)
    }
  }

  /** A short text record such as `version`, trimmed; `undefined` where it is not there or can't be read. */
  text(name: string): string | undefined {
    const entry = this.find(name)
    if (!entry) return undefined
    try {
      return Buffer.from(this.archive.head(entry, 4096)).toString('utf8').trim()
    } catch (error) {
      if (isAppError(error)) return undefined
      throw error
    }
  }

  /** Where a record's bytes lie in the file, if they lie there as they are. */
  place(name: string): RecordPlace | undefined {
    const entry = this.find(name)
    if (!entry || entry.method !== 0) return undefined
    try {
      return { offset: this.archive.dataOffset(entry), length: entry.compressedSize }
    } catch (error) {
      if (isAppError(error)) return undefined
      throw error
    }
  }
}

/** The archive of a subject, if it is a ZIP file whose members lie in folders. */
export function torchArchive(subject: FileSubject): TorchArchive | undefined {
  const archive = subject.zip()
  if (!archive || archive.entries.length === 0) return undefined
  let torch = known.get(archive)
  if (!torch) {
    torch = new TorchArchive(archive)
    known.set(archive, torch)
  }
  return torch.prefix === '' ? undefined : torch
}

/** Several formats ask for the same archive, and its index of names is worth keeping. */
const known = new WeakMap<ZipArchive, TorchArchive>()

/** Follows a pickle of the archive; throws `corrupt` where the record can't be opened. */
function runRecord(
  torch: TorchArchive,
  entry: ZipEntry,
  subject: FileSubject,
  findings: Findings,
): PickleResult {
  const result = runPickle(torch.archive.open(entry), {
    budget: subject.budget,
    recordEvents: false,
  })
  reportPickle(result, findings, entry.name)
  return result
}

/** Describes the object of a pickle whose storages are records, and checks that they are there and whole. */
export function describeRecord(
  torch: TorchArchive,
  entry: ZipEntry,
  subject: FileSubject,
  findings: Findings,
  recordOf: (key: string) => string = (key) => `data/${key}`,
): { readonly described: FormatResult | undefined; readonly result: PickleResult } {
  const result = runRecord(torch, entry, subject, findings)
  const reader = torch.archive.open(entry)
  checkStorages(torch, collectTensors(result.value, reader), findings, recordOf)
  const places = new Map<string, RecordPlace | undefined>()
  const described = describeTorchObject(result.value, reader, (key) => {
    if (!places.has(key) && places.size < LIMITS.entries) {
      places.set(key, torch.place(recordOf(key)))
    }
    return places.get(key)
  })
  return { described, result }
}

/** A storage without its record, or with one that is too short, can't be loaded. */
function checkStorages(
  torch: TorchArchive,
  tensors: readonly NamedTensor[],
  findings: Findings,
  recordOf: (key: string) => string,
): void {
  const checked = new Set<string>()
  for (const { storage } of tensors) {
    if (!storage || storage.key === '' || checked.has(storage.key)) continue
    checked.add(storage.key)
    const name = recordOf(storage.key)
    const entry = torch.find(name)
    const expected = storage.elements * storage.itemSize
    if (!entry) {
      findings.add(
        'missing-part',
        'error',
        `The record ${quote(name)} with tensor data is not there.`,
      )
    } else if (entry.size !== expected) {
      findings.add(
        'storage-size',
        'error',
        `The record ${quote(name)} has ${entry.size} bytes, but the tensors in it are said to have ${expected}.`,
        { member: entry.name },
      )
    }
  }
}
