import type { ModelComparison } from '../../app'
import { plural } from '../../base/text'
import type { ComparisonCell, ComparisonRow, ComparisonSection } from '../../registry/compare'

/** How a version's tensors stand against those of the baseline. */
export type TensorDifference =
  | { readonly kind: 'baseline' }
  | { readonly kind: 'compared'; readonly tensors: ModelComparison['tensors'] }
  /** As a clause: `its artifact is not here`. */
  | { readonly kind: 'unknown'; readonly reason: string }

/** Nobody reads more rows than that; the numbers are of all. */
const MAX_TENSORS = 100

type Tensors = ModelComparison['tensors']
type TypeOf = Tensors['reshaped'][number]['before']

/** The tensors that any version has otherwise than the baseline; `undefined` where there are no tensors at all. */
export function tensorSection(
  differences: readonly TensorDifference[],
): ComparisonSection | undefined {
  const compared = differences.flatMap((difference) =>
    difference.kind === 'compared' ? [difference.tensors] : [],
  )
  if (compared.every((tensors) => total(tensors) === 0)) return undefined
  const before = new Map<string, string>()
  for (const tensors of compared) {
    for (const tensor of tensors.removed) before.set(tensor.name, typeText(tensor))
    for (const { name, before: type } of changesOf(tensors)) before.set(name, typeText(type))
  }
  const added = compared.flatMap((tensors) => tensors.added.map(({ name }) => name))
  const names = [...new Set([...before.keys(), ...added])].sort()
  const rows = names
    .slice(0, MAX_TENSORS)
    .map((name) => tensorRow(name, before.get(name), differences))
  return {
    kind: 'tensors',
    rows: [summaryRow(differences), ...rows, ...restRow(names.length - rows.length, differences)],
  }
}

function total({ added, removed, reshaped, retyped, same }: Tensors): number {
  return added.length + removed.length + reshaped.length + retyped.length + same
}

function changesOf({ reshaped, retyped }: Tensors): Tensors['reshaped'] {
  return [...reshaped, ...retyped]
}

function summaryRow(differences: readonly TensorDifference[]): ComparisonRow {
  const cells = differences.map((difference): ComparisonCell => {
    if (difference.kind === 'baseline') return { text: 'baseline' }
    if (difference.kind === 'unknown') return { text: difference.reason }
    const { added, removed, reshaped, retyped, same } = difference.tensors
    const parts = [
      [added.length, 'added'],
      [removed.length, 'removed'],
      [reshaped.length, 'reshaped'],
      [retyped.length, 'retyped'],
    ].flatMap(([count, what]) => (count === 0 ? [] : [`${count} ${what}`]))
    return {
      text: [
        ...parts,
        parts.length === 0 ? `the same ${plural(same, 'tensor')}` : `${same} the same`,
      ].join(', '),
    }
  })
  const differs = differences.some(
    (difference) =>
      difference.kind === 'compared' && total(difference.tensors) !== difference.tensors.same,
  )
  return { name: 'tensors', cells, differs }
}

function tensorRow(
  name: string,
  before: string | undefined,
  differences: readonly TensorDifference[],
): ComparisonRow {
  const cells = differences.map((difference): ComparisonCell => {
    if (difference.kind === 'baseline') return { text: before }
    if (difference.kind === 'unknown') return { text: undefined }
    const { added, removed, reshaped, retyped } = difference.tensors
    const own = (list: Tensors['added']) => list.find((tensor) => tensor.name === name)
    const isNew = own(added)
    if (isNew) return { text: `${typeText(isNew)} added` }
    if (own(removed)) return { text: 'removed' }
    const reshape = reshaped.find((change) => change.name === name)
    if (reshape) return { text: `${typeText(reshape.after)} reshaped` }
    const retype = retyped.find((change) => change.name === name)
    if (retype) return { text: `${typeText(retype.after)} retyped` }
    return { text: before }
  })
  return { name, cells, differs: true }
}

function restRow(
  count: number,
  differences: readonly TensorDifference[],
): readonly ComparisonRow[] {
  if (count <= 0) return []
  return [
    {
      name: `and ${plural(count, 'tensor')} more`,
      cells: differences.map(() => ({ text: undefined })),
      differs: true,
    },
  ]
}

function typeText({ dtype, shape }: TypeOf): string {
  return `${dtype} [${shape.join(', ')}]`
}
