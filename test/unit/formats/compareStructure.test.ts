import assert from 'node:assert/strict'
import { compareStructure } from '../../../src/formats/compareStructure'
import { groupNames } from '../../../src/formats/nameGroups'
import type {
  DetailedInspection,
  InspectionSummary,
  TensorInfo,
  TensorSpec,
} from '../../../src/registry/inspection'

function tensor(name: string, shape: readonly number[], dtype = 'float32'): TensorInfo {
  return { name, dtype, shape, parameters: shape.reduce((product, size) => product * size, 1) }
}

function inspection(
  summary: InspectionSummary,
  tensors: readonly TensorInfo[] = [],
): DetailedInspection {
  return { format: 'onnx', framework: 'onnx', summary, findings: [], partial: false, tensors }
}

describe('compareStructure', () => {
  it('knows a type by every name that formats have for it', () => {
    const names: readonly (readonly string[])[] = [
      ['F32', 'FLOAT', 'float32', 'f32'],
      ['BF16', 'BFLOAT16', 'bfloat16', 'bf16'],
      ['F64', 'DOUBLE', 'float64'],
      ['I64', 'INT64', 'int64', 'i64'],
      ['U8', 'UINT8', 'uint8', 'u8'],
      ['BOOL', 'bool', 'boolean'],
      ['C64', 'COMPLEX64', 'complex64'],
      ['F8_E4M3', 'FLOAT8E4M3FN', 'float8_e4m3fn', 'f8e4m3'],
      ['F8_E5M2FNUZ', 'FLOAT8E5M2FNUZ', 'float8_e5m2fnuz'],
      ['F8_E8M0', 'FLOAT8E8M0', 'float8_e8m0fnu'],
      ['Q4_0'],
    ]
    const types = names
      .flat()
      .map((dtype) => ({ dtype, known: names.find((n) => n.includes(dtype)) }))
    for (const one of types) {
      for (const other of types) {
        const { tensors } = compareStructure(
          inspection({}, [tensor('a', [2], one.dtype)]),
          inspection({}, [tensor('a', [2], other.dtype)]),
        )
        const expected = one.known === other.known ? 1 : 0
        assert.equal(tensors.same, expected, `${one.dtype} and ${other.dtype}`)
      }
    }
  })

  it('tells tensors that were added, removed, reshaped and retyped', () => {
    const before = [tensor('a', [2, 3]), tensor('b', [4]), tensor('c', [5]), tensor('d', [6])]
    const after = [
      tensor('a', [2, 4]),
      tensor('b', [4], 'float16'),
      tensor('c', [5]),
      tensor('e', [7]),
    ]
    const { tensors } = compareStructure(inspection({}, before), inspection({}, after))
    assert.deepEqual(
      tensors.added.map(({ name }) => name),
      ['e'],
    )
    assert.deepEqual(
      tensors.removed.map(({ name }) => name),
      ['d'],
    )
    assert.deepEqual(tensors.reshaped, [
      {
        name: 'a',
        before: { dtype: 'float32', shape: [2, 3] },
        after: { dtype: 'float32', shape: [2, 4] },
      },
    ])
    assert.deepEqual(
      tensors.retyped.map(({ name }) => name),
      ['b'],
    )
    assert.equal(tensors.same, 1)
    assert.equal(tensors.content, undefined)
  })

  it('tells from digests which modules changed', () => {
    const list = ['body.0.weight', 'body.0.bias', 'head.weight', 'head.bias'].map((name) =>
      tensor(name, [1]),
    )
    const digests = {
      before: new Map(list.map(({ name }) => [name, 'same'])),
      after: new Map(list.map(({ name }) => [name, name.startsWith('head') ? 'new' : 'same'])),
    }
    const { content } = compareStructure(
      inspection({}, list),
      inspection({}, list),
      digests,
    ).tensors
    assert.deepEqual(content, {
      compared: 4,
      changed: ['head.weight', 'head.bias'],
      changedGroups: ['head.*'],
    })
  })

  const specs = (shape: readonly (number | string | null)[], dtype = 'float32'): TensorSpec[] => [
    { name: 'x', dtype, shape },
  ]
  const inputs: readonly (readonly [string, TensorSpec[], TensorSpec[], boolean])[] = [
    ['is the same', specs([1, 4]), specs([1, 4]), true],
    ['becomes free', specs([1, 4]), specs([null, 4]), true],
    ['becomes symbolic', specs([1, 4]), specs(['batch', 4]), true],
    ['becomes fixed', specs([null, 4]), specs([1, 4]), false],
    ['has another size', specs([1, 4]), specs([1, 5]), false],
    ['has another rank', specs([1, 4]), specs([4]), false],
    ['has another type', specs([1, 4]), specs([1, 4], 'int64'), false],
    ['is gone', specs([1]), [], false],
    ['has another beside it', specs([1]), [...specs([1]), { name: 'y' }], false],
  ]
  for (const [what, before, after, compatible] of inputs) {
    it(`judges an input that ${what}`, () => {
      const result = compareStructure(inspection({ inputs: before }), inspection({ inputs: after }))
      assert.equal(result.inputs.compatible, compatible)
      assert.equal(result.inputs.changes.length > 0, what !== 'is the same')
    })
  }

  it('judges outputs by what their readers rely on', () => {
    const compare = (before: TensorSpec[], after: TensorSpec[]): boolean | undefined =>
      compareStructure(inspection({ outputs: before }), inspection({ outputs: after })).outputs
        .compatible
    assert.equal(compare(specs([null, 3]), specs([1, 3])), true)
    assert.equal(compare(specs([1, 3]), specs([null, 3])), false)
    assert.equal(compare(specs([1]), [...specs([1]), { name: 'more' }]), true)
    assert.equal(compare(specs([1]), []), false)
  })

  it('says nothing of inputs that one side does not know', () => {
    const result = compareStructure(inspection({ inputs: specs([1]) }), inspection({}))
    assert.deepEqual(result.inputs, { compatible: undefined, changes: [] })
  })

  it('lists settings and facts that changed', () => {
    const before = inspection({
      hyperparameters: { depth: 3, alpha: null, gone: true },
      architecture: 'gbtree',
      opset: { 'ai.onnx': 17 },
    })
    const after = inspection({
      hyperparameters: { depth: 4, alpha: null, __proto__x: 1 },
      architecture: 'dart',
      opset: { 'ai.onnx': 18 },
    })
    const result = compareStructure(before, after)
    assert.deepEqual(result.hyperparameters, [
      { name: 'depth', before: 3, after: 4 },
      { name: 'gone', before: true },
      { name: '__proto__x', after: 1 },
    ])
    assert.deepEqual(result.facts, [
      { name: 'architecture', before: 'gbtree', after: 'dart' },
      { name: 'opset ai.onnx', before: 17, after: 18 },
    ])
  })
})

describe('groupNames', () => {
  const all = ['body.0.w', 'body.0.b', 'body.1.w', 'body.1.b', 'head.w', 'head.b', 'scale']
  const cases: readonly (readonly [readonly string[], readonly string[]])[] = [
    [[], []],
    [['head.w', 'head.b'], ['head.*']],
    [
      ['body.1.w', 'body.1.b', 'scale'],
      ['body.1.*', 'scale'],
    ],
    [['body.0.w', 'body.0.b', 'body.1.w', 'body.1.b'], ['body.*']],
    [['head.w'], ['head.w']],
    [all, ['*']],
  ]
  for (const [chosen, patterns] of cases) {
    it(`covers ${chosen.join(' ') || 'nothing'}`, () => {
      assert.deepEqual(groupNames(chosen, all), patterns)
    })
  }

  it('takes names of any depth and number', () => {
    const deep = Array.from({ length: 20_000 }, () => 'a').join('.')
    assert.deepEqual(groupNames([deep], [deep, 'b']), [deep])
    const many = Array.from({ length: 200 }, (_, index) => `t${index}`)
    const patterns = groupNames(
      many.filter((_, index) => index % 2 === 0),
      many,
    )
    assert.equal(patterns.length, 51)
    assert.equal(patterns.at(-1), '… 50 more')
  })
})
