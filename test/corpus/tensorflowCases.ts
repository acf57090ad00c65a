import { pb } from '../support/protobuf'
import type { CorpusCase, Expectation } from './case'
import { file, folder } from './case'

/** A node of a graph: name, operator, and texts as attributes. */
function node(operator: string, ...texts: string[]): Uint8Array {
  return pb(
    [1, operator.toLowerCase()],
    [2, operator],
    ...texts.map((text) => [5, pb([1, 'value'], [2, pb([2, text])])] as const),
  )
}

function constant(text: string): Uint8Array {
  return pb([1, 'path'], [2, 'Const'], [5, pb([1, 'value'], [2, pb([8, pb([1, 7], [8, text])])])])
}

function graph(...nodes: Uint8Array[]): Uint8Array {
  return pb(...nodes.map((item) => [1, item] as const), [4, pb([1, 27])])
}

function savedModel(content: Uint8Array, ...more: (readonly [number, Uint8Array])[]): Uint8Array {
  return pb([1, 1], [2, pb([1, pb([4, 'serve'])], [2, content], ...more)])
}

/** Graphs of TensorFlow with operators that run Python, or reach files and machines. */
export function tensorflowCases(): CorpusCase[] {
  const library = (...nodes: Uint8Array[]): Uint8Array =>
    pb(
      [1, node('Placeholder')],
      [2, pb([1, pb([1, pb([1, 'f'])], ...nodes.map((item) => [3, item] as const))])],
      [4, pb([1, 27])],
    )
  const add = (name: string, content: Uint8Array, expected?: Expectation): CorpusCase =>
    file(`tensorflow ${name}`, 'saved_model.pb', savedModel(content), expected)
  return [
    ...['PyFunc', 'EagerPyFunc', 'PyFuncStateless', 'WriteFile', 'ReadFile'].map((operator) =>
      add(operator, graph(node(operator))),
    ),
    add('PyFunc in a function', library(node('PyFunc'))),
    add('WriteFile in a function', library(constant('/tmp/x'), node('WriteFile'))),
    ...[
      'MatchingFiles',
      'ImmutableConst',
      'DebugIdentityV3',
      'RegisterDataset',
      'DataServiceDatasetV4',
      'WholeFileReaderV2',
      'TFRecordDataset',
      'SqlDataset',
      'SaveDataset',
      'RpcServer',
      'CreateSummaryFileWriter',
    ].map((operator) => add(operator, graph(node(operator)), 'suspicious')),
    add('MatchingFiles of a path', graph(constant('/etc/*'), node('MatchingFiles'))),
    add('a reader of a path out of the model', graph(constant('../../x'), node('TextLineDataset'))),
    add('a print into a file', graph(node('PrintV2', 'file:///tmp/x'))),
    add('a debugger elsewhere', graph(node('DebugIdentity', 'grpc://localhost:1'))),
    add('an operator of a library', graph(node('MyOwnOperator')), 'suspicious'),
    add(
      'a body that is an operator',
      graph(pb([1, 'w'], [2, 'While'], [5, pb([1, 'body'], [2, pb([10, pb([1, 'PyFunc'])])])])),
    ),
    add(
      'branches that are operators',
      graph(
        pb(
          [1, 'c'],
          [2, 'Case'],
          [5, pb([1, 'branches'], [2, pb([1, pb([9, pb([1, 'WriteFile'])])])])],
        ),
      ),
    ),
    ...['SaveV2', 'RestoreV2', 'MergeV2Checkpoints', 'InitializeTableFromTextFileV2'].map(
      (operator) =>
        add(
          `${operator} out of the model`,
          graph(constant('/etc/passwd'), pb([1, 'x'], [2, operator], [3, 'path'])),
        ),
    ),
    add(
      'a path that is handed on',
      graph(
        constant('/etc/passwd'),
        pb([1, 'i'], [2, 'Identity'], [3, 'path:0']),
        pb([1, 'x'], [2, 'SaveV2'], [3, '^other'], [3, 'i']),
      ),
    ),
    file('tensorflow frozen graph', 'frozen.pb', graph(node('PyFunc'))),
    file('tensorflow frozen graph named model.bin', 'model.bin', graph(node('PyFunc'))),
    file(
      'tensorflow frozen graph with an unknown field',
      'frozen.pb',
      Buffer.concat([graph(node('PyFunc')), pb([99, 'x'])]),
    ),
    file(
      'tensorflow meta graph',
      'model.ckpt.meta',
      pb([1, pb([4, 'serve'])], [2, graph(node('PyFunc'))]),
    ),
    file(
      'tensorflow model as text',
      'saved_model.pbtxt',
      'saved_model_schema_version: 1\nmeta_graphs { graph_def { node { name: "x" op: "PyFunc" } } }\n',
    ),
    file(
      'tensorflow asset out of the model',
      'saved_model.pb',
      savedModel(graph(node('Placeholder')), [6, pb([2, '../../x'])]),
    ),
    file(
      'tensorflow that is cut off',
      'saved_model.pb',
      savedModel(graph(node('Placeholder'), node('Placeholder'))).subarray(0, 20),
      'suspicious',
    ),
    folder('tensorflow folder', {
      'saved_model.pb': savedModel(graph(node('PyFunc'))),
      'variables/variables.index': 'x',
    }),
  ]
}
