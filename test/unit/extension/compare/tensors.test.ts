import assert from 'node:assert/strict'
import { tensorSection, type TensorDifference } from '../../../../src/extension/compare/tensors'
import { compareStructure } from '../../../../src/formats/compareStructure'
import type { DetailedInspection } from '../../../../src/registry/inspection'

type Shapes = Readonly<Record<string, readonly [dtype: string, ...shape: number[]]>>

function inspection(shapes: Shapes): DetailedInspection {
  return {
    format: 'safetensors',
    framework: 'pytorch',
    findings: [],
    partial: false,
    summary: {},
    tensors: Object.entries(shapes).map(([name, [dtype, ...shape]]) => ({
      name,
      dtype,
      shape,
      parameters: 1,
    })),
  }
}

function compared(before: Shapes, after: Shapes): TensorDifference {
  const { tensors } = compareStructure(inspection(before), inspection(after))
  return { kind: 'compared', tensors }
}

const BEFORE: Shapes = { a: ['F32', 2, 3], b: ['F32', 4], c: ['F32', 5] }
const BASELINE: TensorDifference = { kind: 'baseline' }

const rowsOf = (differences: readonly TensorDifference[]) =>
  Object.fromEntries(
    (tensorSection(differences)?.rows ?? []).map(({ name, cells }) => [
      name,
      cells.map(({ text }) => text),
    ]),
  )

describe('the tensors of compared versions', () => {
  it('have a row where any of them differs from the baseline, and numbers of all', () => {
    const rows = rowsOf([
      compared(BEFORE, { ...BEFORE, a: ['F32', 2, 4] }),
      BASELINE,
      compared(BEFORE, { a: BEFORE['a'] ?? ['F32'], c: ['F16', 5], d: ['I8', 1] }),
      { kind: 'unknown', reason: 'no artifact here' },
    ])
    assert.deepEqual(rows, {
      tensors: [
        '1 reshaped, 2 the same',
        'baseline',
        '1 added, 1 removed, 1 retyped, 1 the same',
        'no artifact here',
      ],
      a: ['F32 [2, 4] reshaped', 'F32 [2, 3]', 'F32 [2, 3]', undefined],
      b: ['F32 [4]', 'F32 [4]', 'removed', undefined],
      c: ['F32 [5]', 'F32 [5]', 'F16 [5] retyped', undefined],
      d: [undefined, undefined, 'I8 [1] added', undefined],
    })
  })

  it('say that they are the same, and then differ in nothing', () => {
    const section = tensorSection([BASELINE, compared(BEFORE, BEFORE)])
    assert.deepEqual(
      section?.rows.map(({ cells, differs }) => [cells.map(({ text }) => text), differs]),
      [[['baseline', 'the same 3 tensors'], false]],
    )
  })

  it('are no section where there are none, or none can be read', () => {
    assert.equal(tensorSection([BASELINE, compared({}, {})]), undefined)
    assert.equal(tensorSection([BASELINE, { kind: 'unknown', reason: 'gone' }]), undefined)
  })

  it('are cut where nobody would read on, with how many there are', () => {
    const many: Shapes = Object.fromEntries(
      Array.from({ length: 250 }, (_, index) => [`layer.${index}`, ['F32', index] as const]),
    )
    const names = tensorSection([BASELINE, compared({}, many)])?.rows.map(({ name }) => name)
    assert.equal(names?.length, 102)
    assert.equal(names.at(-1), 'and 150 tensors more')
  })
})
