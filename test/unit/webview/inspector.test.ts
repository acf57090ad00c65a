import assert from 'node:assert/strict'
import type { InspectionSummary } from '../../../src/registry/inspection'
import { factsOf, kindOf } from '../../../src/webview/inspector/facts'
import { FIRST_QUERY, restoreQuery, sortedBy, toggled } from '../../../src/webview/inspector/state'
import type { Overview } from '../../../src/webview/protocol'

function overview(summary: InspectionSummary, more: Partial<Overview> = {}): Overview {
  return {
    name: 'model.onnx',
    path: '/home/ada/model.onnx',
    location: 'model.onnx',
    kind: 'file',
    size: 548_118_077,
    format: 'onnx',
    framework: 'onnx',
    summary,
    findings: [],
    partial: false,
    ...more,
  }
}

describe('what is known at a glance', () => {
  it('is rounded for people, with the exact number beside it', () => {
    const [parameters, size] = factsOf(overview({ parameterCount: 124_439_808 }))
    assert.deepEqual(parameters, { label: 'Parameters', value: '124 M', exact: '124,439,808' })
    assert.deepEqual(size, { label: 'Size', value: '548 MB', exact: '548,118,077 bytes' })
  })

  it('names the class and not its modules, the default operator set by its number', () => {
    const facts = factsOf(
      overview({
        modelClass: 'sklearn.pipeline.Pipeline',
        opset: { 'ai.onnx': 20, 'ai.onnx.ml': 3 },
        producer: 'skl2onnx',
        producerVersion: '1.19',
      }),
    )
    const values = Object.fromEntries(facts.map(({ label, value }) => [label, value]))
    assert.equal(values['Class'], 'Pipeline')
    assert.equal(values['Opset'], '20, ai.onnx.ml 3')
    assert.equal(values['Made by'], 'skl2onnx 1.19')
  })

  it('leaves out what the format does not say, and counts of nothing', () => {
    const facts = factsOf(overview({ tensorCount: 0, parameterCount: 0 }, { size: undefined }))
    assert.deepEqual(facts, [])
  })

  it('shows text from the file with what could mislead written out', () => {
    const [, producer] = factsOf(overview({ producer: 'torch\u202e' }))
    assert.equal(producer?.value, 'torch\\u202e')
  })

  it('says format and framework, and neither twice', () => {
    const kind = (format: string, framework: string) => kindOf(overview({}, { format, framework }))
    assert.equal(kind('onnx', 'onnx'), 'ONNX')
    assert.equal(kind('safetensors', 'pytorch'), 'Safetensors · PyTorch')
    assert.equal(kind('unknown', 'custom'), 'Unknown format')
    assert.equal(kind('saved-model', 'tensorflow'), 'TensorFlow SavedModel')
  })
})

describe('the state of the page', () => {
  it('is restored, and begins anew where it is of no use', () => {
    const query = { ...FIRST_QUERY, text: 'bias' }
    assert.deepEqual(restoreQuery({ path: '/x', query }), query)
    for (const state of [undefined, null, 7, {}, { query: {} }, { query: { ...query, sort: {} } }])
      assert.deepEqual(restoreQuery(state), FIRST_QUERY)
  })

  it('turns the order round at the second click', () => {
    const largest = sortedBy(FIRST_QUERY, 'parameters')
    assert.deepEqual(largest.sort, { by: 'parameters', descending: true })
    assert.deepEqual(sortedBy(largest, 'parameters').sort, { by: 'parameters', descending: false })
    assert.deepEqual(sortedBy(largest, 'name').sort, { by: 'name', descending: false })
  })

  it('remembers which modules were opened or closed by hand', () => {
    const once = toggled(toggled(FIRST_QUERY, 'a'), 'b')
    assert.deepEqual(once.toggled, ['a', 'b'])
    assert.deepEqual(toggled(once, 'a').toggled, ['b'])
  })
})
