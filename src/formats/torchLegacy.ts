import { isAppError } from '../base/errors'
import type { ByteReader } from '../bytes/byteReader'
import type { PickleResult } from '../bytes/pickle'
import { runPickle } from '../bytes/pickle'
import type { PickleValue } from '../bytes/pickleValues'
import { itemsOf } from '../bytes/pickleValues'
import type { FileFormat, FileSubject, FormatResult } from './format'
import { reportPickle } from './pickleModel'
import { Findings } from './summary'
import type { RecordPlace } from './torchObject'
import { describeTorchObject } from './torchObject'
import type { TorchStorage } from './torchTensors'
import { collectTensors } from './torchTensors'

/** The magic number 0x1950A86A20F9469CFC6C as a pickled LONG1, after a PROTO of any version. */
const MAGIC = [
  0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e,
] as const
/** Magic, version of the protocol, system, object, keys of the storages. */
const PICKLES = 5
const OBJECT = 3
const KEYS = 4

/** What `torch.save` wrote until 1.5: five pickles, then each storage as a count and raw elements. */
export const torchLegacy: FileFormat = {
  id: 'torch-legacy',
  extensions: ['.pt', '.pth', '.ckpt', '.bin', '.t7', '.th'],
  match: ({ head }) => head[0] === 0x80 && MAGIC.every((byte, index) => head[index + 2] === byte),
  inspect: inspectLegacy,
}

function inspectLegacy(subject: FileSubject): FormatResult {
  const { reader } = subject
  const findings = new Findings()
  const pickles: PickleResult[] = []
  for (let offset = 0; pickles.length < PICKLES;) {
    const result = runPickle(reader, { offset, budget: subject.budget, recordEvents: false })
    pickles.push(result)
    if (!result.stopped || result.exhausted) break
    offset = result.end
  }
  for (const result of pickles) reportPickle(result, findings)
  const object = pickles[OBJECT]
  const places = locateStorages(reader, pickles, findings)
  const described = describeTorchObject(object?.value, reader, (key) => places.get(key))
  return {
    framework: 'pytorch',
    summary: { ...described?.summary, producer: described?.summary.producer ?? 'PyTorch' },
    ...(described?.tensors && { tensors: described.tensors }),
    findings: findings.list(),
    partial: pickles.length < PICKLES || pickles.some(({ error, exhausted }) => error || exhausted),
  }
}

/** Where each storage lies: they follow the pickles in the order of the keys, each after its count of elements. */
function locateStorages(
  reader: ByteReader,
  pickles: readonly PickleResult[],
  findings: Findings,
): Map<string, RecordPlace> {
  const places = new Map<string, RecordPlace>()
  const keys = pickles[KEYS]
  if (!keys?.stopped) return places
  const storages = new Map<string, TorchStorage>()
  for (const { storage } of collectTensors(pickles[OBJECT]?.value, reader)) {
    if (storage) storages.set(storage.key, storage)
  }
  try {
    let at = keys.end
    for (const key of itemsOf(keys.value).filter(isText)) {
      const storage = storages.get(key)
      if (!storage) break
      const length = reader.size64(at) * storage.itemSize
      reader.check(at + 8, length)
      places.set(key, { offset: at + 8, length })
      at += 8 + length
    }
  } catch (error) {
    if (!isAppError(error)) throw error
    findings.add(
      'truncated',
      'error',
      `The tensors' data are cut off: ${error.message}`,
      error.location,
    )
  }
  return places
}

function isText(value: PickleValue): value is string {
  return typeof value === 'string'
}
