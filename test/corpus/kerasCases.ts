import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ggufFile } from '../support/gguf'
import { pb } from '../support/protobuf'
import { zip } from '../support/zipWriter'
import { tar } from './builders'
import type { CorpusCase, Expectation } from './case'
import { file } from './case'
import { callPickle } from './gadgets'
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

/** Descriptions of Keras models that make code, name functions or read files. */
export function kerasCases(): CorpusCase[] {
  const lambda = layer('Lambda', { function: { class_name: '__lambda__', config: { code: CODE } } })
  const add = (name: string, config: object | string, expected?: Expectation): CorpusCase =>
    file(`keras ${name}`, 'model.keras', keras(config), expected)
  return [
    add('lambda', sequential(lambda)),
    add(
      'a pickle in Base64',
      sequential(
        layer('Dense', {
          x: { class_name: '__bytes__', config: { value: system.toString('base64') } },
        }),
      ),
    ),
    add(
      'a function of tensorflow.io',
      sequential(layer('function', {}, 'tensorflow.io', { config: 'read_file' })),
    ),
    add(
      'a class of no module',
      sequential({ ...layer('Net', {}), module: null, registered_name: 'Net' }),
      'suspicious',
    ),
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

/** HDF5 files that reach outside, and models of Keras 2 in them. */
export function hdf5Cases(): CorpusCase[] {
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
