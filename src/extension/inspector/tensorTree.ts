import { setImmediate } from 'node:timers/promises'
import type { TensorInfo } from '../../registry/inspection'

interface EntryBase {
  /** The whole name of the tensor, or what the names of all tensors of the module begin with. */
  readonly name: string
  /** The name without the module around it. */
  readonly label: string
  /** The label with its numbers padded: texts in this order are in the order that people expect. */
  readonly key: string
  readonly parameters: number
  readonly bytes: number | undefined
}

export interface TensorEntry extends EntryBase {
  readonly kind: 'tensor'
  readonly tensor: TensorInfo
}

/** The tensors whose names begin alike up to a `.` or `/`. */
export interface ModuleEntry extends EntryBase {
  readonly kind: 'module'
  readonly children: readonly Entry[]
  readonly tensors: number
}

export type Entry = TensorEntry | ModuleEntry

/** Names nest this deep; what is deeper in a name belongs to its last part. Real ones have about ten parts. */
const MAX_DEPTH = 24
/** How long the event loop is held, in milliseconds. */
const SLICE = 10
/** Numbers of more digits are ordered as texts. */
const DIGITS = 12

interface Draft {
  readonly name: string
  readonly modules: Map<string, Draft>
  readonly tensors: TensorInfo[]
}

/** The tree of modules that the names of tensors make. A module around one thing alone is left out. */
export async function buildTensorTree(tensors: readonly TensorInfo[]): Promise<ModuleEntry> {
  const root: Draft = { name: '', modules: new Map(), tensors: [] }
  let began = performance.now()
  const breathe = async (): Promise<void> => {
    if (performance.now() - began < SLICE) return
    await setImmediate()
    began = performance.now()
  }
  for (const [index, tensor] of tensors.entries()) {
    place(root, tensor)
    if (index % 256 === 0) await breathe()
  }
  return finishModule(root, 0, breathe)
}

function place(root: Draft, tensor: TensorInfo): void {
  let module = root
  let from = 0
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    const end = separatorAfter(tensor.name, from)
    if (end === -1) break
    const part = tensor.name.slice(from, end)
    let inner = module.modules.get(part)
    if (!inner) {
      inner = { name: tensor.name.slice(0, end), modules: new Map(), tensors: [] }
      module.modules.set(part, inner)
    }
    module = inner
    from = end + 1
  }
  module.tensors.push(tensor)
}

/** A separator at the beginning or the end of a name separates nothing. */
function separatorAfter(name: string, from: number): number {
  for (let index = from + 1; index < name.length - 1; index++) {
    const character = name[index]
    if (character === '.' || character === '/') return index
  }
  return -1
}

async function finishModule(
  draft: Draft,
  from: number,
  breathe: () => Promise<void>,
): Promise<ModuleEntry> {
  const inside = draft.name === '' ? 0 : draft.name.length + 1
  const children: Entry[] = []
  for (const inner of draft.modules.values()) {
    const module = await finishModule(inner, inside, breathe)
    const [only] = module.children
    children.push(module.children.length === 1 && only ? relabel(only, inside) : module)
  }
  for (const [index, tensor] of draft.tensors.entries()) {
    children.push(tensorEntry(tensor, inside))
    if (index % 256 === 0) await breathe()
  }
  return { ...moduleOf(draft.name, children), ...labelled(draft.name, from) }
}

function tensorEntry(tensor: TensorInfo, from: number): TensorEntry {
  const { name, parameters, bytes } = tensor
  return { kind: 'tensor', name, ...labelled(name, from), parameters, bytes, tensor }
}

function relabel(entry: Entry, from: number): Entry {
  return { ...entry, ...labelled(entry.name, from) }
}

function labelled(name: string, from: number): Pick<Entry, 'label' | 'key'> {
  const label = name.slice(from)
  return { label, key: label.replaceAll(/\d+/g, (digits) => digits.padStart(DIGITS, '0')) }
}

function moduleOf(name: string, children: readonly Entry[]): ModuleEntry {
  let parameters = 0
  let tensors = 0
  let bytes: number | undefined
  for (const child of children) {
    parameters += child.parameters
    tensors += child.kind === 'module' ? child.tensors : 1
    if (child.bytes !== undefined) bytes = (bytes ?? 0) + child.bytes
  }
  return { kind: 'module', name, label: name, key: name, children, tensors, parameters, bytes }
}

/** The part of a tree whose tensors are wanted, with sums of that part; `undefined` where there are none. */
export function filterTree(
  module: ModuleEntry,
  wanted: (tensor: TensorInfo) => boolean,
): ModuleEntry | undefined {
  const children: Entry[] = []
  for (const child of module.children) {
    if (child.kind === 'tensor') {
      if (wanted(child.tensor)) children.push(child)
    } else {
      const kept = filterTree(child, wanted)
      if (kept) children.push(kept)
    }
  }
  if (children.length === 0) return undefined
  const { label, key } = module
  return { ...moduleOf(module.name, children), label, key }
}
