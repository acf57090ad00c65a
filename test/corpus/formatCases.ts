import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ggufFile } from '../support/gguf'
import { pb } from '../support/protobuf'
import { safetensorsFile } from '../support/safetensors'
import { zip } from '../support/zipWriter'
import type { CorpusCase, Expectation } from './case'
import { file, folder } from './case'
import { callPickle } from './gadgets'
import { tar } from './builders'
import { hdf5Sample } from './hdf5Samples'

const FIXTURES = join(__dirname, '..', 'fixtures')
const system = callPickle('os', 'system')
/** Byte code begins with this in Base64. */
const CODE = `4w${'A'.repeat(60)}==`

const fixture = (...path: string[]): Buffer => readFileSync(join(FIXTURES, ...path))

/** A fixture with some bytes replaced by as many others. */
function patched(bytes: Buffer, from: string, to: string): Buffer {
  const at = bytes.indexOf(from)
  if (at < 0 || from.length !== to.length) throw new Error(`The fixture has no ${from}.`)
  const copy = Buffer.from(bytes)
  copy.write(to, at, 'latin1')
  return copy
}

export function formatCases(): CorpusCase[] {
  return [
    ...kerasCases(),
    ...hdf5Cases(),
    ...tensorflowCases(),
    ...onnxCases(),
    ...runtimeCases(),
    ...safetensorsCases(),
    ...skopsCases(),
  ]
}

function layer(
  className: string,
  config: object,
  module = 'keras.layers',
  extra: object = {},
): object {
  return { module, class_name: className, config, registered_name: null, ...extra }
}

function sequential(...layers: object[]): object {
  return { ...layer('Sequential', { name: 'model', layers }, 'keras'), compile_config: {} }
}

function keras(config: object | string, more: Readonly<Record<string, Uint8Array>> = {}): Buffer {
  const text = typeof config === 'string' ? config : JSON.stringify(config)
  return zip([
    { name: 'metadata.json', data: '{"keras_version": "3.8.0"}' },
    { name: 'config.json', data: text },
    ...Object.entries(more).map(([name, data]) => ({ name, data })),
  ])
}

function kerasCases(): CorpusCase[] {
  const lambda = layer('Lambda', { function: { class_name: '__lambda__', config: { code: CODE } } })
  const add = (name: string, config: object | string, expected?: Expectation): CorpusCase =>
    file(`keras ${name}`, 'model.keras', keras(config), expected)
  return [
    add('lambda', sequential(lambda)),
    add('lambda in a model in a model', sequential(sequential(sequential(lambda)))),
    add(
      'lambda as an activation',
      sequential(layer('Dense', { activation: { class_name: '__lambda__', config: CODE } })),
    ),
    add('lambda as a wrapped layer', sequential(layer('TimeDistributed', { layer: lambda }))),
    add(
      'lambda in the old form',
      sequential({
        class_name: 'Lambda',
        config: { function: [CODE, null, null], function_type: 'lambda' },
      }),
    ),
    add(
      'byte code under another name',
      sequential(layer('Dense', { kernel_initializer: [CODE, null, null] })),
    ),
    add('lambda in the compile configuration', {
      ...sequential(),
      compile_config: { loss: lambda },
    }),
    add(
      'lambda in the build configuration',
      sequential(layer('Dense', {}, 'keras.layers', { build_config: lambda })),
    ),
    add('lambda among the custom objects', { ...sequential(), custom_objects: { x: lambda } }),
    add('a function of os', sequential(layer('function', 'system' as unknown as object, 'os'))),
    add('a class of subprocess', sequential(layer('Popen', {}, 'subprocess'))),
    add('a builtin', sequential(layer('function', 'eval' as unknown as object, 'builtins'))),
    add(
      'a download',
      sequential(layer('function', 'get_file' as unknown as object, 'keras.utils')),
    ),
    add('another model', sequential(layer('load_model', {}, 'keras.models'))),
    add(
      'unsafe deserialization',
      sequential(
        layer('function', 'enable_unsafe_deserialization' as unknown as object, 'keras.config'),
      ),
    ),
    add('a module of Torch', sequential(layer('TorchModuleWrapper', { module: 'gAR9lC4=' }))),
    add('a SavedModel', sequential(layer('TFSMLayer', { filepath: '/tmp/x' }))),
    add('a vocabulary of a path', sequential(layer('StringLookup', { vocabulary: '/etc/passwd' }))),
    add(
      'a vocabulary of an address',
      sequential(layer('TextVectorization', { vocabulary: 'http://localhost/x' })),
    ),
    add(
      'a key twice',
      '{"module":"keras","class_name":"Sequential","config":{"layers":[]},"config":{"layers":[]}}',
    ),
    add(
      'an escaped key',
      JSON.stringify(sequential(lambda)).replaceAll('"class_name"', String.raw`"\u0063lass_name"`),
    ),
    add('a class of its own', sequential(layer('Net', {}, 'mypackage.layers')), 'suspicious'),
    add('a damaged description', '{"module": "keras", "class_name"', 'suspicious'),
    file('keras with a pickle', 'model.keras', keras(sequential(), { 'assets/x.bin': system })),
    file(
      'keras with weights of objects',
      'model.keras',
      keras(sequential(), { 'model.weights.npz': zip([{ name: 'x.npy', data: system }]) }),
    ),
    file(
      'keras in UTF-16',
      'model.keras',
      zip([
        { name: 'metadata.json', data: '{}' },
        { name: 'config.json', data: Buffer.from(JSON.stringify(sequential(lambda)), 'utf16le') },
      ]),
    ),
    file(
      'keras with a byte order mark',
      'model.keras',
      zip([
        { name: 'metadata.json', data: '{}' },
        { name: 'config.json', data: `\ufeff${JSON.stringify(sequential(lambda))}` },
      ]),
    ),
    file(
      'keras disguised as PyTorch',
      'model.keras',
      zip([
        { name: 'data.pkl', data: Buffer.from('}.') },
        { name: 'metadata.json', data: '{}' },
        { name: 'config.json', data: JSON.stringify(sequential(lambda)) },
      ]),
    ),
    file(
      'keras behind a GGUF header',
      'model.keras',
      Buffer.concat([ggufFile({}, []), keras(sequential(lambda))]),
    ),
    file(
      'keras behind a GGUF header, before a byte',
      'model.keras',
      Buffer.concat([ggufFile({}, []), keras(sequential(lambda)), Buffer.from('x')]),
    ),
    file(
      'keras behind a script',
      'model.keras',
      Buffer.concat([Buffer.from('#!/bin/true\n'), keras(sequential(lambda))]),
    ),
    file(
      'keras behind a tar',
      'model.keras',
      Buffer.concat([tar({ x: Buffer.from('x') }), keras(sequential(lambda)), Buffer.from('x')]),
    ),
    file(
      'keras behind an image',
      'model.keras',
      Buffer.concat([
        Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
        Buffer.alloc(99),
        keras(sequential(lambda)),
      ]),
    ),
    add(
      'a function of TensorFlow',
      sequential({ class_name: 'TFOpLambda', config: { function: 'io.write_file' } }),
    ),
    file('keras description alone', 'model.json', JSON.stringify(sequential(lambda))),
    file('keras description under another name', 'x.txt', JSON.stringify(sequential(lambda))),
    file(
      'keras metadata of a SavedModel',
      'keras_metadata.pb',
      pb([
        1,
        pb(
          [2, 1],
          [3, 'root'],
          [4, '_tf_keras_layer'],
          [5, JSON.stringify({ class_name: 'Lambda', config: {} })],
        ),
      ]),
    ),
  ]
}

function hdf5Cases(): CorpusCase[] {
  const model = fixture('benign', 'keras', 'keras-2.h5')
  return [
    file(
      'hdf5 lambda',
      'model.h5',
      patched(model, '"class_name": "Dense"', '"class_name":"Lambda"'),
    ),
    file(
      'hdf5 lambda named model.bin',
      'model.bin',
      patched(model, '"class_name": "Dense"', '"class_name":"Lambda"'),
    ),
    file('hdf5 links to another file', 'model.h5', fixture('formats', 'hdf5', 'links.h5')),
    file('hdf5 virtual dataset', 'model.h5', hdf5Sample('virtual')),
    file('hdf5 external storage', 'model.h5', hdf5Sample('external')),
    file('hdf5 external link', 'model.h5', hdf5Sample('link')),
    file('hdf5 bomb', 'model.h5', hdf5Sample('bomb'), 'suspicious'),
    file('hdf5 behind other data', 'model.h5', fixture('formats', 'hdf5', 'user-block.h5')),
    file(
      'hdf5 behind a pickle',
      'model.h5',
      Buffer.concat([system, Buffer.alloc(512 - system.length), model]),
    ),
    file('hdf5 that is cut off', 'model.h5', model.subarray(0, 3000), 'suspicious'),
    file(
      'hdf5 in an archive',
      'model.zip',
      zip([
        {
          name: 'model.h5',
          data: patched(model, '"class_name": "Dense"', '"class_name":"Lambda"'),
        },
      ]),
    ),
  ]
}

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

function tensorflowCases(): CorpusCase[] {
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

function onnx(content: Uint8Array, ...more: (readonly [number, Uint8Array])[]): Uint8Array {
  return pb([1, 8], [2, 'test'], [7, content], [8, pb([2, 17])], ...more)
}

function external(location: string, ...more: (readonly [string, string])[]): Uint8Array {
  const entries = [['location', location] as const, ...more]
  return pb(
    [1, 4],
    [2, 1],
    [8, 'w'],
    ...entries.map(([key, value]) => [13, pb([1, key], [2, value])] as const),
    [14, 1],
  )
}

function onnxCases(): CorpusCase[] {
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

function runtimeCases(): CorpusCase[] {
  const coreml = (...fields: readonly (readonly [number, Uint8Array])[]): Uint8Array =>
    pb([1, 4], [2, pb([1, pb([1, 'x'])])], ...fields)
  const net = (body: string): string =>
    `<?xml version="1.0"?><net name="x" version="11"><layers>${body}</layers></net>`
  return [
    file('coreml custom model', 'model.mlmodel', coreml([555, pb([10, 'Cls'])]), 'suspicious'),
    file('coreml linked model', 'model.mlmodel', coreml([556, pb([1, 'x'])]), 'suspicious'),
    file(
      'coreml custom layer',
      'model.mlmodel',
      coreml([500, pb([1, pb([1, 'l'], [500, pb([10, 'Cls'])])])]),
      'suspicious',
    ),
    file(
      'coreml custom layer in a pipeline',
      'model.mlmodel',
      coreml([202, pb([1, coreml([555, pb([10, 'Cls'])])])]),
      'suspicious',
    ),
    folder('coreml manifest', {
      'Manifest.json': JSON.stringify({
        itemInfoEntries: { a: { path: '../../x' } },
        rootModelIdentifier: 'a',
      }),
    }),
    file('tflite custom operator', 'model.tflite', tflite('MyOperator'), 'suspicious'),
    file('tflite file operator', 'model.tflite', tflite('FlexMatchingFiles'), 'suspicious'),
    file('tflite Python operator', 'model.tflite', tflite('FlexPyFunc')),
    file(
      'tflite that is cut off',
      'model.tflite',
      tflite('MyOperator').subarray(0, 30),
      'suspicious',
    ),
    file(
      'openvino entity',
      'model.xml',
      `<?xml version="1.0"?><!DOCTYPE net [<!ENTITY x SYSTEM "file:///etc/passwd">]>${net('&x;').slice(21)}`,
    ),
    file(
      'openvino library',
      'model.xml',
      net('<layer id="0" name="x" type="Custom" version="extension" library="x.so"/>'),
    ),
    file(
      'openvino custom layer',
      'model.xml',
      net('<layer id="0" name="x" type="Custom" version="extension"/>'),
      'suspicious',
    ),
    file('openvino that is damaged', 'model.xml', net('<layer id="0"'), 'suspicious'),
    file(
      'pmml bomb',
      'model.pmml',
      '<?xml version="1.0"?><!DOCTYPE PMML [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><PMML version="4.4">&b;</PMML>',
    ),
    file(
      'pmml entity in UTF-16',
      'model.pmml',
      Buffer.from(
        '\ufeff<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE PMML [<!ENTITY a SYSTEM "file:///etc/passwd">]><PMML>&a;</PMML>',
        'utf16le',
      ),
    ),
  ]
}

/** The smallest TFLite model with one operator code of this name. */
function tflite(name: string): Buffer {
  const text = Buffer.from(name)
  const bytes = Buffer.alloc(64 + text.length)
  bytes.writeUInt32LE(20, 0)
  bytes.write('TFL3', 4)
  // The root's fields: version and operator codes.
  bytes.writeUInt16LE(8, 8)
  bytes.writeUInt16LE(12, 10)
  bytes.writeUInt16LE(4, 12)
  bytes.writeUInt16LE(8, 14)
  bytes.writeInt32LE(12, 20)
  bytes.writeUInt32LE(3, 24)
  bytes.writeUInt32LE(4, 28)
  bytes.writeUInt32LE(1, 32)
  bytes.writeUInt32LE(12, 36)
  // The operator code's fields: the first is left out, the second is its name.
  bytes.writeUInt16LE(8, 40)
  bytes.writeUInt16LE(8, 42)
  bytes.writeUInt16LE(0, 44)
  bytes.writeUInt16LE(4, 46)
  bytes.writeInt32LE(8, 48)
  bytes.writeUInt32LE(4, 52)
  bytes.writeUInt32LE(text.length, 56)
  text.copy(bytes, 60)
  return bytes
}

function safetensorsCases(): CorpusCase[] {
  const entry = (begin: number, end: number): object => ({
    dtype: 'F32',
    shape: [(end - begin) / 4],
    data_offsets: [begin, end],
  })
  const add = (name: string, content: Uint8Array, expected?: Expectation): CorpusCase =>
    file(`safetensors ${name}`, 'model.safetensors', content, expected)
  const good = safetensorsFile({ a: entry(0, 8) }, 8)
  return [
    add('with a pickle behind', Buffer.concat([good, system])),
    add(
      'with an archive behind',
      Buffer.concat([good, zip([{ name: 'x/data.pkl', data: system }])]),
    ),
    add('with a hole', safetensorsFile({ a: entry(0, 8), b: entry(64, 72) }, 72)),
    add(
      'with a key twice',
      safetensorsFile(
        '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}',
        4,
      ),
    ),
    add(
      'with tensors that overlap',
      safetensorsFile({ a: entry(0, 8), b: entry(4, 12) }, 12),
      'suspicious',
    ),
    add(
      'with a wrong size',
      safetensorsFile({ a: { dtype: 'F32', shape: [100], data_offsets: [0, 8] } }, 8),
      'suspicious',
    ),
    add('that is cut off', good.subarray(0, good.length - 4), 'suspicious'),
    add(
      'with a header beyond its end',
      safetensorsFile({ a: entry(0, 8) }, 8, 1_000_000),
      'suspicious',
    ),
    add(
      'with a negative place',
      safetensorsFile({ a: { dtype: 'F32', shape: [2], data_offsets: [-8, 0] } }, 8),
      'suspicious',
    ),
    add(
      'with metadata that is no text',
      safetensorsFile({ __metadata__: { a: { b: 1 } }, a: entry(0, 8) }, 8),
      'suspicious',
    ),
    add('with a damaged header', safetensorsFile('{"a": ', 8), 'suspicious'),
    add('that is a pickle', system),
  ]
}

function skopsCases(): CorpusCase[] {
  const schema = (node: object): string =>
    JSON.stringify({ _skops_version: '0.16', protocol: 2, ...node })
  const add = (
    name: string,
    node: object,
    expected?: Expectation,
    more: Readonly<Record<string, Uint8Array>> = {},
  ): CorpusCase =>
    file(
      `skops ${name}`,
      'model.skops',
      zip([
        { name: 'schema.json', data: schema(node) },
        ...Object.entries(more).map(([key, data]) => ({ name: key, data })),
      ]),
      expected,
    )
  const type = (module: string, name: string, loader = 'ObjectNode'): object => ({
    __class__: name,
    __module__: module,
    __loader__: loader,
    content: {},
  })
  return [
    add('OperatorFuncNode', type('operator', 'methodcaller', 'OperatorFuncNode')),
    add('MethodNode', type('builtins', 'method', 'MethodNode')),
    add('PartialNode', type('functools', 'partial', 'PartialNode')),
    add('LossNode', type('os', 'system', 'LossNode')),
    add('a type of os', type('os', 'system', 'TypeNode')),
    add('a function of subprocess', {
      ...type('builtins', 'function', 'FunctionNode'),
      content: { module_path: 'subprocess', function: 'call' },
    }),
    add('deep inside', { content: { a: [{ content: { b: type('posix', 'system') } }] } }),
    add('disguised as PyTorch', type('os', 'system', 'TypeNode'), 'dangerous', {
      'data.pkl': Buffer.from('}.'),
    }),
    add('an unknown type', type('mypackage', 'Net'), 'suspicious'),
    add(
      'with a pickle',
      type('sklearn.linear_model._logistic', 'LogisticRegression'),
      'dangerous',
      { 'x.bin': system },
    ),
    add(
      'with an array of objects',
      type('sklearn.linear_model._logistic', 'LogisticRegression'),
      'dangerous',
      { 'x.npy': system },
    ),
    file(
      'skops with a damaged schema',
      'model.skops',
      zip([{ name: 'schema.json', data: '{"__class__":' }]),
      'suspicious',
    ),
    file(
      'nemo target',
      'model.nemo',
      tar({
        'model_config.yaml': Buffer.from('model:\n  _target_: os.system\n  command: "true"\n'),
      }),
    ),
    file(
      'nemo target of a framework',
      'model.nemo',
      tar({ './model_config.yaml': Buffer.from('a:\n  - _target_: subprocess.run\n') }),
    ),
    file(
      'nemo target in flow style',
      'model.nemo',
      tar({ 'model_config.yaml': Buffer.from('{a: {"_target_": "builtins.exec"}}\n') }),
    ),
    file(
      'nemo unknown target',
      'model.nemo',
      tar({ 'model_config.yaml': Buffer.from('a:\n  _target_: mypackage.Net\n') }),
      'suspicious',
    ),
    file(
      'nemo with a pickle',
      'model.nemo',
      tar({ 'model_config.yaml': Buffer.from('a: 1\n'), 'model_weights.ckpt': system }),
    ),
    file(
      'nemo with YAML objects',
      'model.nemo',
      tar({ 'model_config.yaml': Buffer.from('a: !!python/object/apply:os.system ["true"]\n') }),
    ),
  ]
}
