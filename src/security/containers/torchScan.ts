import type { PickleResult } from '../../bytes/pickle'
import { runPickle } from '../../bytes/pickle'
import type { PickleCall, PickleValue } from '../../bytes/pickleValues'
import { isKind, itemsOf } from '../../bytes/pickleValues'
import type { ZipArchive, ZipEntry } from '../../bytes/zip'
import type { Content, ScanContext } from '../context'
import { extensionOf, isCorrupt } from '../context'
import { isBomb } from './expansion'
import { checkTorchScript } from './torchScript'

/** Bytes of an element by the name of its storage (`torch.FloatStorage`). */
const ELEMENT_SIZE: ReadonlyMap<string, number> = new Map([
  ['DoubleStorage', 8],
  ['FloatStorage', 4],
  ['HalfStorage', 2],
  ['BFloat16Storage', 2],
  ['LongStorage', 8],
  ['IntStorage', 4],
  ['ShortStorage', 2],
  ['CharStorage', 1],
  ['ByteStorage', 1],
  ['BoolStorage', 1],
  ['ComplexFloatStorage', 8],
  ['ComplexDoubleStorage', 16],
  ['QInt8Storage', 1],
  ['QUInt8Storage', 1],
  ['QInt32Storage', 4],
  ['QUInt4x2Storage', 1],
  ['QUInt2x4Storage', 1],
  ['UntypedStorage', 1],
])
/** Names under which only weights are expected. */
const WEIGHTS =
  /^(?:pytorch_model|adapter_model|diffusion_pytorch_model|consolidated|optimizer)\b.*\.(?:bin|pt|pth)$|\.ckpt$/i

/** How an archive of PyTorch is laid out. */
export interface TorchLayout {
  /** The folder of all members, with its slash; PyTorch takes it from the first member. */
  readonly prefix: string
  readonly pickles: readonly ZipEntry[]
  /** TorchScript: the archive holds a program. */
  readonly hasCode: boolean
  isTensor(name: string): boolean
}

/** The layout of an archive that `torch.load` or `torch.jit.load` reads; names without regard to case, as miniz does. */
export function torchLayout(archive: ZipArchive): TorchLayout | undefined {
  const pickles = archive.entries.filter(({ name }) =>
    /(?:^|\/)(?:data|constants|bytecode)\.pkl$/i.test(name),
  )
  const main = pickles.find(({ name }) => /(?:^|\/)(?:data|constants)\.pkl$/i.test(name))
  if (!main) return undefined
  const prefix = main.name.slice(0, main.name.lastIndexOf('/') + 1)
  const tensor = new RegExp(
    `^${escapeRegExp(prefix)}(?:data|constants)/[\\d.]+(?:\\.storage)?$`,
    'i',
  )
  const hasCode = archive.entries.some(({ name }) => name.startsWith(`${prefix}code/`))
  return { prefix, pickles, hasCode, isTensor: (name) => tensor.test(name) }
}

function escapeRegExp(text: string): string {
  return text.replace(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`)
}

/** What the members say together: storages and their records, and the code of TorchScript. */
export function checkTorchArchive(
  layout: TorchLayout,
  archive: ZipArchive,
  content: Content,
  context: ScanContext,
): void {
  for (const entry of layout.pickles) {
    if (isBomb(entry)) continue
    const folder = entry.name.endsWith('constants.pkl') ? 'constants' : 'data'
    const member = `${content.member === undefined ? '' : `${content.member}!`}${entry.name}`
    const inner: Content = { ...content, member }
    try {
      const reader = archive.open(entry, { ignoreFlags: true })
      const result = runPickle(reader, { budget: context.budget })
      new StorageCheck(archive, `${layout.prefix}${folder}/`, inner, context).check(result)
    } catch (error) {
      if (!isCorrupt(error)) throw error
      context.addDamage('zip/damaged', inner, error)
    }
  }
  if (!layout.hasCode) return
  if (WEIGHTS.test(content.name) && extensionOf(content.name) !== '') {
    context.add('torch/script-weights', content)
  }
  checkTorchScript(archive, layout.prefix, content, context)
}

/** Compares what tensors claim of their storages with the records that are there. */
class StorageCheck {
  readonly #folder: string
  readonly #content: Content
  readonly #context: ScanContext
  readonly #sizes = new Map<string, number>()

  constructor(archive: ZipArchive, folder: string, content: Content, context: ScanContext) {
    this.#folder = folder
    this.#content = content
    this.#context = context
    for (const { name, size } of archive.entries) this.#sizes.set(name.toLowerCase(), size)
  }

  check({ events }: PickleResult): void {
    for (const event of events) {
      this.#context.budget.step()
      if (event.kind === 'persistent-id') this.#storage(event.id, event.offset)
      else if (event.kind === 'call') this.#tensor(event.call, event.offset)
    }
  }

  #problem(offset: number, evidence: string): void {
    this.#context.add('torch/storage', this.#content, { offset, evidence })
  }

  /** `('storage', torch.FloatStorage, key, location, number of elements)`. */
  #storage(id: PickleValue, offset: number): void {
    const [tag, type, key, , count] = itemsOf(id)
    if (tag !== 'storage' || typeof key !== 'string' || typeof count !== 'number' || count < 0) {
      this.#problem(offset, 'a persistent id that is no storage')
      return
    }
    const element = isKind(type, 'global') ? ELEMENT_SIZE.get(type.name) : undefined
    if (!/^[\w.-]+$/.test(key) || key.includes('..')) {
      this.#problem(offset, `the key ${key}`)
      return
    }
    const size = this.#sizes.get((this.#folder + key).toLowerCase())
    if (size === undefined) {
      if (count > 0)
        this.#context.add('torch/storage-missing', this.#content, { offset, evidence: key })
    } else if (element !== undefined && size !== count * element) {
      this.#problem(
        offset,
        `storage ${key} has ${size} bytes, and claims ${count} elements of ${element}`,
      )
    }
  }

  /** `_rebuild_tensor_v2(storage, offset, size, stride, …)`: the last element must lie in the storage. */
  #tensor({ callee, args }: PickleCall, offset: number): void {
    if (
      !isKind(callee, 'global') ||
      !/^torch\._utils\._rebuild_(?:tensor|tensor_v2|tensor_v3|qtensor)$/.test(callee.path)
    ) {
      return
    }
    const [storage, start, sizes, strides] = itemsOf(args)
    if (!isKind(storage, 'persistent-id') || typeof start !== 'number') return
    const [, type, , , count] = itemsOf(storage.id)
    // An untyped storage counts bytes, and the tensor's type says how many an element takes.
    if (typeof count !== 'number' || !isKind(type, 'global') || type.name === 'UntypedStorage')
      return
    const dimensions = itemsOf(sizes).map(Number)
    if (dimensions.includes(0)) return
    const last = itemsOf(strides)
      .map(Number)
      .reduce((sum, stride, index) => sum + stride * ((dimensions[index] ?? 1) - 1), start)
    if (start < 0 || !(last < count)) {
      this.#problem(offset, `a tensor reaches element ${last} of a storage of ${count}`)
    }
  }
}
