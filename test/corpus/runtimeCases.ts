import { pb } from '../support/protobuf'
import { safetensorsFile } from '../support/safetensors'
import { zip } from '../support/zipWriter'
import type { CorpusCase, Expectation } from './case'
import { file, folder } from './case'
import { callPickle } from './gadgets'

const system = callPickle('os', 'system')

/** Core ML, TensorFlow Lite, OpenVINO and PMML. */
export function runtimeCases(): CorpusCase[] {
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
    file(
      'openvino entity behind a long comment',
      'model.xml',
      `<?xml version="1.0"?><!--${'x'.repeat(100_000)}--><!DOCTYPE net [<!ENTITY x SYSTEM "file:///etc/passwd">]>${net('&x;').slice(21)}`,
    ),
    file(
      'pmml that includes a file',
      'model.pmml',
      '<PMML xmlns:xi="http://www.w3.org/2001/XInclude" version="4.4"><xi:include href="file:///etc/passwd"/></PMML>',
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

/** Safetensors files that are more, or less, than they should be. */
export function safetensorsCases(): CorpusCase[] {
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
