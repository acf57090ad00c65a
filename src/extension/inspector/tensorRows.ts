import type {
  RowRange,
  TensorColumn,
  TensorQuery,
  TensorRow,
  TensorRows,
} from '../../webview/protocol'
import type { TensorInfo } from '../../registry/inspection'
import { filterTree, type Entry, type ModuleEntry } from './tensorTree'

/** Rows that are shown before anybody opens a module. */
const AUTO_ROWS = 60
/** Rows that a page gets at once, whatever it asks for. */
const MAX_ROWS = 500

interface Placed {
  readonly entry: Entry
  readonly depth: number
  readonly open: boolean
}

interface View {
  readonly key: string
  readonly root: ModuleEntry | undefined
  readonly rows: readonly Placed[]
}

/** Answers a page's questions for rows of the tensor table; the rows of the last query are kept for its next window. */
export class TensorTable {
  readonly #root: ModuleEntry
  #view: View | undefined
  #filtered: { readonly text: string; readonly root: ModuleEntry | undefined } | undefined

  constructor(root: ModuleEntry) {
    this.#root = root
  }

  rows(query: TensorQuery, { from, count }: RowRange): TensorRows {
    const view = this.#viewOf(query)
    return {
      total: view.rows.length,
      tensors: view.root?.tensors ?? 0,
      parameters: view.root?.parameters ?? 0,
      rows: view.rows.slice(from, from + Math.min(count, MAX_ROWS)).map((row) => toRow(row, query)),
    }
  }

  #viewOf(query: TensorQuery): View {
    const key = JSON.stringify(query)
    if (this.#view?.key !== key) {
      const root = this.#filter(query.text)
      this.#view = { key, root, rows: root ? rowsOf(root, query) : [] }
    }
    return this.#view
  }

  #filter(text: string): ModuleEntry | undefined {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean)
    if (words.length === 0) return this.#root
    if (this.#filtered?.text !== text)
      this.#filtered = { text, root: filterTree(this.#root, (tensor) => matches(tensor, words)) }
    return this.#filtered.root
  }
}

/** Each word is a part of the name, or the whole type or shape (`768x768`). */
function matches({ name, dtype, shape }: TensorInfo, words: readonly string[]): boolean {
  const lower = name.toLowerCase()
  return words.every(
    (word) =>
      lower.includes(word) ||
      dtype.toLowerCase() === word ||
      (/^\d+([x×]\d+)*$/.test(word) && shape.join('x') === word.replaceAll('×', 'x')),
  )
}

function rowsOf(root: ModuleEntry, query: TensorQuery): Placed[] {
  const rows: Placed[] = []
  if (!query.grouped) {
    const inOrder = query.sort.by === 'name' ? order(query) : order({ ...query, sort: BY_NAME })
    leaves(root, inOrder, rows)
    // Sorting keeps the order of names among equals.
    if (query.sort.by !== 'name') rows.sort((a, b) => order(query)(a.entry, b.entry))
    return rows
  }
  const isOpen = openModules(root, query)
  const compare = order(query)
  const show = (module: ModuleEntry, depth: number): void => {
    for (const entry of module.children.toSorted(compare)) {
      const open = entry.kind === 'module' && isOpen(entry)
      rows.push({ entry, depth, open })
      if (open) show(entry, depth + 1)
    }
  }
  show(root, 0)
  return rows
}

const BY_NAME = { by: 'name', descending: false } as const

function leaves(module: ModuleEntry, compare: Comparison, rows: Placed[]): void {
  for (const entry of module.children.toSorted(compare)) {
    if (entry.kind === 'module') leaves(entry, compare, rows)
    else rows.push({ entry, depth: 0, open: false })
  }
}

function openModules(root: ModuleEntry, query: TensorQuery): (module: ModuleEntry) => boolean {
  const toggled = new Set(query.toggled)
  const { text, expansion } = query
  // What is searched for is to be seen.
  const all = expansion === 'all' || text.trim() !== ''
  const auto = all || expansion === 'none' ? new Set<string>() : autoOpen(root)
  return ({ name }) => (all || auto.has(name)) !== toggled.has(name)
}

/** Opens modules from the outside in for as long as few rows come of it. */
function autoOpen(root: ModuleEntry): Set<string> {
  const open = new Set<string>()
  const queue: ModuleEntry[] = [root]
  let rows = 0
  for (const module of queue) {
    // A closed module that is all there is says nothing.
    if (rows > 1 && rows + module.children.length > AUTO_ROWS) continue
    rows += module.children.length
    open.add(module.name)
    for (const child of module.children) if (child.kind === 'module') queue.push(child)
  }
  return open
}

type Comparison = (a: Entry, b: Entry) => number

function order({ sort }: Pick<TensorQuery, 'sort'>): Comparison {
  const compare = COMPARISONS[sort.by]
  const sign = sort.descending ? -1 : 1
  return (a, b) => sign * compare(a, b)
}

const byKey: Comparison = (a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)

const COMPARISONS: Readonly<Record<TensorColumn, Comparison>> = {
  name: byKey,
  dtype: (a, b) => {
    const [left, right] = [dtypeOf(a), dtypeOf(b)]
    return left < right ? -1 : left > right ? 1 : 0
  },
  shape: (a, b) => compareShapes(shapeOf(a), shapeOf(b)),
  parameters: (a, b) => a.parameters - b.parameters,
  bytes: (a, b) => (a.bytes ?? 0) - (b.bytes ?? 0),
}

const dtypeOf = (entry: Entry): string => (entry.kind === 'tensor' ? entry.tensor.dtype : '')
const shapeOf = (entry: Entry): readonly number[] =>
  entry.kind === 'tensor' ? entry.tensor.shape : []

function compareShapes(a: readonly number[], b: readonly number[]): number {
  const difference = a.length - b.length
  if (difference !== 0) return difference
  const index = a.findIndex((size, axis) => size !== b[axis])
  return index === -1 ? 0 : (a[index] ?? 0) - (b[index] ?? 0)
}

function toRow({ entry, depth, open }: Placed, { grouped }: TensorQuery): TensorRow {
  const { name, parameters, bytes } = entry
  const label = grouped ? entry.label : name
  const base = { name, label, depth, parameters, ...(bytes === undefined ? {} : { bytes }) }
  if (entry.kind === 'module') return { kind: 'module', ...base, open, tensors: entry.tensors }
  const { dtype, shape } = entry.tensor
  return { kind: 'tensor', ...base, dtype, shape }
}
