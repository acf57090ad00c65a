import assert from 'node:assert/strict'
import { onnx as oracle } from 'onnx-proto'
import type { FormatResult } from '../../../src/formats/format'
import { onnx } from '../../../src/formats/onnx'
import { fixture } from '../../support/fixtures'
import { assertHostile } from '../../support/hostile'
import { entry, pb, varint } from '../../support/protobuf'
import { type Files, fileSubject } from '../../support/subject'

const FLOAT = 1
const valueInfo = (name: string, dims: readonly (number | string)[]): Uint8Array =>
  pb(
    [1, name],
    [
      2,
      pb([
        1,
        pb(
          [1, FLOAT],
          [
            2,
            pb(
              ...dims.map((dim) => [1, pb(typeof dim === 'number' ? [1, dim] : [2, dim])] as const),
            ),
          ],
        ),
      ]),
    ],
  )
const tensor = (name: string, dims: readonly number[]): Uint8Array =>
  pb(
    [1, Buffer.concat(dims.map(varint))],
    [2, FLOAT],
    [8, name],
    [9, new Uint8Array(dims.reduce((count, dim) => count * dim, 4))],
  )
const external = (name: string, location: string, offset: number, length: number): Uint8Array =>
  pb(
    [1, 4],
    [2, FLOAT],
    [8, name],
    [13, entry('location', location)],
    [13, entry('offset', String(offset))],
    [13, entry('length', String(length))],
    [14, 1],
  )

const GRAPH = [
  [1, pb([1, 'x'], [1, 'w'], [2, 'y'], [4, 'MatMul'])],
  [1, pb([1, 'y'], [2, 'z'], [4, 'Gelu'], [7, 'com.microsoft'])],
  [2, 'main_graph'],
  [5, tensor('w', [3, 2])],
  [11, valueInfo('x', ['batch', 3])],
  [11, valueInfo('w', [3, 2])],
  [12, valueInfo('z', ['batch', 2])],
] as const

const model = (...graph: readonly (readonly [number, string | Uint8Array])[]): Uint8Array =>
  pb(
    [1, 8],
    [2, 'pytorch'],
    [3, '2.1'],
    [7, pb(...GRAPH, ...graph)],
    [8, pb([1, ''], [2, 17])],
    [8, pb([1, 'com.microsoft'], [2, 1])],
    [14, entry('author', 'me')],
  )

function inspect(bytes: Uint8Array, siblings: Files = {}): FormatResult {
  const subject = fileSubject('model.onnx', bytes, siblings)
  assert.equal(onnx.match(subject), true)
  return onnx.inspect(subject)
}

/** Models that real exporters wrote. */
const FIXTURES = [
  'dtypes',
  'functions',
  'quantized-dynamic',
  'quantized-qdq',
  'sklearn',
  'subgraphs',
  'tensorflow',
  'torch-dynamo',
  'torch-trace',
]

const rulesOf = (result: FormatResult): string[] => (result.findings ?? []).map(({ rule }) => rule)

describe('onnx', () => {
  it('reads inputs, outputs, operators, weights and who made it', () => {
    const bytes = model()
    const { summary, tensors, findings, partial } = inspect(bytes)
    assert.deepEqual(summary.inputs, [{ name: 'x', dtype: 'FLOAT', shape: ['batch', 3] }])
    assert.deepEqual(summary.outputs, [{ name: 'z', dtype: 'FLOAT', shape: ['batch', 2] }])
    assert.deepEqual([summary.producer, summary.producerVersion], ['pytorch', '2.1'])
    assert.deepEqual(summary.opset, { 'ai.onnx': 17, 'com.microsoft': 1 })
    assert.deepEqual(summary.layers, { MatMul: 1, 'com.microsoft.Gelu': 1 })
    assert.equal(summary.parameterCount, 6)
    assert.equal(summary.metadata?.['author'], 'me')
    const offset = tensors?.[0]?.offset ?? 0
    assert.deepEqual(tensors, [
      { name: 'w', dtype: 'FLOAT', shape: [3, 2], parameters: 6, bytes: 24, offset, length: 24 },
    ])
    assert.deepEqual(bytes.subarray(offset, offset + 24), Buffer.alloc(24))
    assert.deepEqual(findings, [])
    assert.equal(partial, false)
  })

  it('knows the same of a file as an independent decoder', () => {
    const bytes = model()
    const decoded = oracle.ModelProto.decode(bytes)
    const { summary, tensors } = inspect(bytes)
    assert.equal(summary.producer, decoded.producerName)
    assert.deepEqual(
      tensors?.map(({ name, shape }) => [name, shape]),
      decoded.graph?.initializer?.map(({ name, dims }) => [name, dims?.map(Number)]),
    )
    assert.deepEqual(
      summary.outputs?.map(({ name }) => name),
      decoded.graph?.output?.map(({ name }) => name),
    )
  })

  for (const name of FIXTURES) {
    it(`knows the same of ${name} as an independent decoder`, () => {
      const bytes = fixture(`onnx/${name}.onnx`)
      const { graph, ...model } = oracle.ModelProto.decode(bytes)
      const { summary, tensors } = inspect(bytes)
      assert.equal(summary.producer ?? '', model.producerName ?? '')
      assert.equal(summary.metadata?.['irVersion'], Number(model.irVersion))
      const own = new Map(tensors?.map((tensor) => [tensor.name, tensor]))
      for (const { name, dims, rawData } of graph?.initializer ?? []) {
        const tensor = own.get(name ?? '')
        assert.deepEqual(tensor?.shape, dims?.map(Number), name ?? '')
        if (!rawData?.length) continue
        const { offset = 0, length = 0 } = tensor ?? {}
        assert.deepEqual(Buffer.from(bytes.subarray(offset, offset + length)), Buffer.from(rawData))
      }
      const operators = (graph?.node ?? []).map(({ domain, opType }) =>
        domain && domain !== 'ai.onnx' ? `${domain}.${opType}` : opType,
      )
      for (const operator of operators) {
        const count = operators.filter((other) => other === operator).length
        assert.equal(summary.layers?.[operator ?? ''], count, operator ?? '')
      }
      assert.deepEqual(
        summary.outputs?.map(({ name }) => name),
        graph?.output?.map(({ name }) => name),
      )
    })
  }

  it('finds external data, present, missing, cut off and out of place', () => {
    const bytes = model(
      [5, external('a', 'model.onnx.data', 0, 16)],
      [5, external('b', 'model.onnx.data', 16, 16)],
      [5, external('c', 'other.data', 0, 16)],
      [5, external('d', '../../etc/passwd', 0, 16)],
    )
    const result = inspect(bytes, { 'model.onnx.data': new Uint8Array(24) })
    assert.deepEqual(result.parts, {
      present: ['model.onnx', 'model.onnx.data'],
      missing: ['other.data'],
    })
    assert.deepEqual(rulesOf(result).sort(), ['missing-part', 'truncated-part', 'unsafe-path'])
    const b = result.tensors?.find(({ name }) => name === 'b')
    assert.deepEqual([b?.file, b?.offset, b?.length], ['model.onnx.data', 16, 16])
  })

  it('finds external data in attributes of subgraphs', () => {
    const branch = pb([
      1,
      pb([4, 'Constant'], [5, pb([1, 'value'], [5, external('v', '/etc/passwd', 0, 4)])]),
    ])
    const result = inspect(model([1, pb([4, 'If'], [5, pb([1, 'then_branch'], [6, branch])])]))
    assert.deepEqual(rulesOf(result), ['unsafe-path'])
    assert.equal(result.summary.layers?.['Constant'], undefined)
    assert.equal(result.summary.layers?.['If'], 1)
    assert.equal(result.summary.metadata?.['subgraphs'], 1)
  })

  it('reads trees and classes of classical models', () => {
    const { summary } = inspect(
      model([
        1,
        pb(
          [4, 'TreeEnsembleClassifier'],
          [5, pb([1, 'nodes_treeids'], [8, Uint8Array.of(0, 0, 1, 2)])],
          [5, pb([1, 'classlabels_strings'], [9, 'no'], [9, 'yes'])],
          [7, 'ai.onnx.ml'],
        ),
      ]),
    )
    assert.equal(summary.treeCount, 3)
    assert.deepEqual(summary.classes, ['no', 'yes'])
  })

  it('keeps what stands before the damage, and tells where it is', () => {
    const { partial, summary, findings } = inspect(model().slice(0, 150))
    assert.equal(partial, true)
    assert.equal(summary.producer, 'pytorch')
    assert.deepEqual(summary.layers, { MatMul: 1, 'com.microsoft.Gelu': 1 })
    const offset = findings?.[0]?.offset ?? 0
    assert.ok(offset > 140 && offset <= 150)
  })

  it('does not match other protobuf', () => {
    for (const bytes of [
      pb([1, 1], [2, pb([1, 'a'])]),
      pb([1, 99], [7, pb()], [8, pb()]),
      new Uint8Array(0),
    ]) {
      assert.equal(onnx.match(fileSubject('x.onnx', bytes)), false)
    }
  })

  it('withstands damage', () => {
    assertHostile(onnx, model([5, external('a', 'model.onnx.data', 0, 16)]), {
      siblings: { 'model.onnx.data': new Uint8Array(8) },
    })
  })
})
