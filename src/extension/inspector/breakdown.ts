import type { TensorInfo } from '../../registry/inspection'
import type { Area, Breakdown, DtypeShare } from '../../webview/protocol'
import type { Entry, ModuleEntry } from './tensorTree'

/** More areas than this are too small to be told apart; the largest published models have 126 layers. */
const MAX_AREAS = 150
/** Smaller shares of the whole are put together. */
const WORTH_SHOWING = 0.0025

/** Parts that a stack of too many layers is divided into. */
const RUNS = 40

interface Part {
  readonly entry: Entry
  readonly family: number
}

/** Where a model's parameters are: in which modules, and in which types. */
export function breakdownOf(root: ModuleEntry, tensors: readonly TensorInfo[]): Breakdown {
  return { parameters: root.parameters, areas: areasOf(root), dtypes: dtypesOf(tensors) }
}

/** Takes the largest module apart, again and again, for as long as what comes of it can be told apart. */
function areasOf(root: ModuleEntry): Area[] {
  if (root.parameters === 0) return []
  let families = 0
  let parts: Part[] = root.children.map((entry) => ({ entry, family: families++ }))
  const whole = new Set<Entry>()
  const runs = new Set<Entry>()
  for (;;) {
    const largest = largestModule(parts, whole, root.parameters)
    if (!largest) break
    const { entry, family } = largest
    const visible = entry.children.filter((child) => isWorthShowing(child, root))
    const shown = visible.reduce((sum, { parameters }) => sum + parameters, 0)
    let children = entry.children
    // A module of crumbs says more in a few runs of them.
    if (parts.length - 1 + visible.length > MAX_AREAS || shown < entry.parameters / 2) {
      if (children.length <= RUNS || parts.length + RUNS > MAX_AREAS) {
        whole.add(entry)
        continue
      }
      children = runsOf(entry)
      for (const run of children) {
        whole.add(run)
        runs.add(run)
      }
    }
    // Few large modules get colours of their own; the layers of a stack share one.
    const own = children.length <= 4
    const inner = children.map((child) => ({
      entry: child,
      family: own ? families++ : family,
    }))
    parts = parts.flatMap((part) => (part.entry === entry ? inner : [part]))
  }
  return withRests(parts, root, runs)
}

/** The children of a module in runs of the same length, in the order of their names. */
function runsOf({ children }: ModuleEntry): ModuleEntry[] {
  const sorted = children.toSorted((a, b) => (a.key < b.key ? -1 : 1))
  const length = Math.ceil(sorted.length / RUNS)
  const runs: ModuleEntry[] = []
  for (let start = 0; start < sorted.length; start += length) {
    const run = sorted.slice(start, start + length)
    const [first, last] = [run[0], run.at(-1)]
    if (!first || !last) continue
    const name = first === last ? first.name : `${first.name} … ${last.label}`
    runs.push({
      kind: 'module',
      name,
      label: `${firstPart(first.label)} … ${firstPart(last.label)}`,
      key: name,
      children: run,
      tensors: run.reduce((sum, entry) => sum + tensorsOf(entry), 0),
      parameters: run.reduce((sum, { parameters }) => sum + parameters, 0),
      bytes: undefined,
    })
  }
  return runs
}

/** `12` of `12.attention`. */
function firstPart(label: string): string {
  return label.split(/[./]/)[0] ?? label
}

function largestModule(
  parts: readonly Part[],
  whole: ReadonlySet<Entry>,
  total: number,
): { readonly entry: ModuleEntry; readonly family: number } | undefined {
  let largest: { readonly entry: ModuleEntry; readonly family: number } | undefined
  for (const { entry, family } of parts) {
    if (entry.kind !== 'module' || whole.has(entry)) continue
    // What is a tenth of the model or less is one thing to the eye.
    if (entry.parameters < total * 0.1) continue
    if (!largest || entry.parameters > largest.entry.parameters) largest = { entry, family }
  }
  return largest
}

function isWorthShowing({ parameters }: Entry, root: ModuleEntry): boolean {
  return parameters >= root.parameters * WORTH_SHOWING
}

/** Puts the small and the surplus parts together, so that the areas add up to the whole. */
function withRests(parts: readonly Part[], root: ModuleEntry, runs: ReadonlySet<Entry>): Area[] {
  const sorted = parts.toSorted((a, b) => b.entry.parameters - a.entry.parameters)
  const shown = sorted.slice(0, MAX_AREAS).filter(({ entry }) => isWorthShowing(entry, root))
  // A run of modules has no name that could be searched for.
  const areas = shown.map(({ entry, family }) => ({
    ...areaOf(entry, family),
    ...(runs.has(entry) ? { search: '', short: entry.label } : {}),
  }))
  const rest = sorted.slice(shown.length).filter(({ entry }) => entry.parameters > 0)
  const [only] = rest
  if (rest.length === 1 && only) areas.push(areaOf(only.entry, only.family))
  else if (rest.length > 1)
    areas.push({
      search: '',
      label: `${rest.length.toLocaleString('en-US')} smaller ones`,
      parameters: rest.reduce((sum, { entry }) => sum + entry.parameters, 0),
      tensors: rest.reduce((sum, { entry }) => sum + tensorsOf(entry), 0),
      family: -1,
    })
  return areas
}

function areaOf(entry: Entry, family: number): Area {
  const { name, parameters } = entry
  return { search: name, label: name, parameters, tensors: tensorsOf(entry), family }
}

function tensorsOf(entry: Entry): number {
  return entry.kind === 'module' ? entry.tensors : 1
}

function dtypesOf(tensors: readonly TensorInfo[]): DtypeShare[] {
  const shares = new Map<string, { dtype: string; parameters: number; bytes?: number }>()
  for (const { dtype, parameters, bytes } of tensors) {
    const share = shares.get(dtype) ?? { dtype, parameters: 0 }
    share.parameters += parameters
    if (bytes !== undefined) share.bytes = (share.bytes ?? 0) + bytes
    shares.set(dtype, share)
  }
  return [...shares.values()].sort((a, b) => b.parameters - a.parameters)
}
