import { pb } from '../support/protobuf'
import { zip } from '../support/zipWriter'
import type { CorpusCase, Expectation } from './case'
import { file, folder } from './case'
import { callPickle } from './gadgets'
import { external, onnx } from './onnxBuilders'

const system = callPickle('os', 'system')

/** ONNX models whose data lie elsewhere, and operators of libraries. */
export function onnxCases(): CorpusCase[] {
  const add = (name: string, content: Uint8Array, expected?: Expectation): CorpusCase =>
    file(`onnx ${name}`, 'model.onnx', content, expected)
  const outside = [
    '../x',
    '/etc/passwd',
    String.raw`..\x`,
    String.raw`C:\x`,
    String.raw`\\host\x`,
    'file:///x',
    'a/../../x',
    '.. /x',
    '',
    '~/.ssh/id_rsa',
    'x\0y',
  ]
  const operator = (name: string, domain: string): Uint8Array => pb([1, pb([4, name], [7, domain])])
  const weights = Buffer.alloc(16)
  return [
    ...outside.map((path) =>
      add(`location ${JSON.stringify(path)}`, onnx(pb([5, external(path)]))),
    ),
    file(
      'onnx location in JSON',
      'model.onnxjson',
      JSON.stringify({
        irVersion: 8,
        graph: { initializer: [{ externalData: [{ key: 'location', value: '../x' }] }] },
      }),
    ),
    add(
      'location in an attribute',
      onnx(pb([1, pb([4, 'Constant'], [5, pb([1, 'value'], [5, external('../x')])])])),
    ),
    add(
      'location in a list of an attribute',
      onnx(pb([1, pb([4, 'X'], [5, pb([1, 'value'], [10, external('../x')])])])),
    ),
    add(
      'location in a graph of an attribute',
      onnx(pb([1, pb([4, 'If'], [5, pb([1, 'then_branch'], [6, pb([5, external('../x')])])])])),
    ),
    add('location in a sparse tensor', onnx(pb([15, pb([1, external('../x')])]))),
    add(
      'location in a function',
      onnx(pb([2, 'g']), [
        25,
        pb([1, 'f'], [7, pb([4, 'Constant'], [5, pb([5, external('../x')])])]),
      ]),
    ),
    add('location in training', onnx(pb([2, 'g']), [20, pb([1, pb([5, external('../x')])])])),
    add(
      'location without being external',
      onnx(pb([5, pb([1, 4], [13, pb([1, 'location'], [2, '../x'])])])),
    ),
    add('location twice', onnx(pb([5, external('w', ['location', '../x'])]))),
    add('base path', onnx(pb([5, external('w', ['basepath', '/etc'])]))),
    add('a property of its own', onnx(pb([5, external('w', ['__class__', 'x'])])), 'suspicious'),
    folder('onnx data that is too short', {
      'model.onnx': onnx(pb([5, external('w', ['offset', '0'], ['length', '1000'])])),
      w: weights,
    }),
    folder('onnx data before the beginning', {
      'model.onnx': onnx(pb([5, external('w', ['offset', '-8'])])),
      w: weights,
    }),
    folder(
      'onnx data that is a link',
      { 'model.onnx': onnx(pb([5, external('w')])) },
      'dangerous',
      { w: '/etc/passwd' },
    ),
    add('an operator of Python', onnx(operator('PyOp', 'ai.onnx.contrib'))),
    add('an operator of a library', onnx(operator('Thing', 'com.example')), 'suspicious'),
    add(
      'an operator of a library in a subgraph',
      onnx(pb([1, pb([4, 'If'], [5, pb([6, operator('Thing', 'com.example')])])])),
      'suspicious',
    ),
    add(
      'that is cut off',
      onnx(pb([5, pb([1, 4], [9, 'x'.repeat(500)])])).subarray(0, 200),
      'suspicious',
    ),
    add(
      'with fields that nobody knows',
      Buffer.concat([onnx(pb([5, external('../x')])), pb([99, 'x'])]),
    ),
    file('onnx named model.bin', 'model.bin', onnx(pb([5, external('../x')]))),
    file(
      'onnx with an archive behind',
      'model.onnx',
      Buffer.concat([onnx(pb([2, 'g'])), zip([{ name: 'x/data.pkl', data: system }])]),
    ),
  ]
}
