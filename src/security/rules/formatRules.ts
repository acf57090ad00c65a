import { REMEDY } from './remedies'
import { critical, high, info, medium, unfinished } from './rule'

/** Formats that have a description of a model, and what can be wrong with it. */
export const FORMAT_RULES = {
  'keras/lambda': critical(
    'A layer of the model is Python code',
    'Lambda layers store byte code, which Keras executes when it loads or runs the model.',
    REMEDY.refuse,
    [
      'https://nvd.nist.gov/vuln/detail/CVE-2024-3660',
      'https://nvd.nist.gov/vuln/detail/CVE-2025-9905',
    ],
  ),
  'keras/dangerous-object': critical(
    'The model names a function that runs code or reads files',
    'Keras imports what the description names and calls it with arguments from the file.',
    REMEDY.refuse,
    ['https://nvd.nist.gov/vuln/detail/CVE-2025-1550'],
  ),
  'keras/loader-layer': high(
    'A layer loads another model',
    'Such layers load a file, or a pickle inside of the description, without the checks of Keras.',
    REMEDY.refuse,
    [
      'https://nvd.nist.gov/vuln/detail/CVE-2025-49655',
      'https://nvd.nist.gov/vuln/detail/CVE-2026-1462',
    ],
  ),
  'keras/outside-file': high(
    'The model reads a file or address while it is loaded',
    'A vocabulary given as a path is read from wherever it says, and can be sent elsewhere.',
    REMEDY.paths,
    ['https://nvd.nist.gov/vuln/detail/CVE-2025-12058'],
  ),
  'keras/custom-object': medium(
    'The model names a class of its own',
    'Keras loads it from the installed package that the model names.',
    REMEDY.vet,
  ),
  'hdf5/outside': high(
    'Data of the file lie in other files',
    'HDF5 opens the named file, wherever it is, with the rights of whoever loads the model.',
    REMEDY.paths,
  ),
  'hdf5/virtual': high(
    'A dataset is put together from other files',
    'HDF5 opens the files that a virtual dataset names.',
    REMEDY.paths,
  ),
  'hdf5/prefix': high(
    'Other data stand before the HDF5 file',
    'What one loader takes for a model is another file for the next.',
    REMEDY.refuse,
  ),
  'hdf5/bomb': medium(
    'A dataset claims far more than the file holds',
    'Loading it takes all of the memory (CVE-2026-0897).',
    REMEDY.again,
    ['https://nvd.nist.gov/vuln/detail/CVE-2026-0897'],
  ),
  'hdf5/damaged': unfinished(
    'The HDF5 file is damaged or cut off',
    'Not all of it could be read.',
    REMEDY.again,
  ),
  'tf/dangerous-operator': critical(
    'The graph has an operator that runs Python code or writes files',
    'Operators of a graph run when the model is called, some of them when it is loaded.',
    REMEDY.refuse,
  ),
  'tf/file-operator': medium(
    'The graph has an operator that reaches files or the network',
    'Operators of a graph run with the rights of whoever calls the model.',
    REMEDY.vet,
  ),
  'tf/file-path': high(
    'The graph reaches a file or address outside of the model',
    'An operator reads or writes at a place that the file names.',
    REMEDY.paths,
  ),
  'tf/unknown-operator': medium(
    'The graph has an operator that TensorFlow does not have',
    'It needs a library of native code that has to be loaded first.',
    REMEDY.vet,
  ),
  'tf/asset-path': high(
    'An asset of the model lies outside of it',
    'Loading the model opens the named file.',
    REMEDY.paths,
  ),
  'tf/damaged': unfinished(
    'The graph is damaged or cut off',
    'Not all of it could be read.',
    REMEDY.again,
  ),
  'onnx/outside-path': critical(
    'Weights are read from a place outside of the model',
    'Loaders open the named file with the rights of whoever loads the model, and some write to it.',
    REMEDY.paths,
    [
      'https://nvd.nist.gov/vuln/detail/CVE-2022-25882',
      'https://nvd.nist.gov/vuln/detail/CVE-2024-27318',
    ],
  ),
  'onnx/data-range': high(
    'Weights lie beyond the end of their file',
    'Loaders that do not check read foreign memory or fill the disk.',
    REMEDY.again,
  ),
  'onnx/data-link': high(
    'The file of the weights is a link',
    'Loaders follow it to wherever it leads.',
    REMEDY.paths,
    ['https://nvd.nist.gov/vuln/detail/CVE-2026-27489'],
  ),
  'onnx/data-missing': info(
    'A file of weights is not beside the model',
    'Weights of large models lie in files of their own.',
    'Keep the files together.',
  ),
  'onnx/data-key': medium(
    'The place of the weights is described by an unknown property',
    'Loaders set what they do not know as attributes (GHSA-538c).',
    REMEDY.vet,
  ),
  'onnx/script-operator': high(
    'An operator of the model is Python code',
    'The operator calls a Python function by its name.',
    REMEDY.refuse,
  ),
  'onnx/custom-operator': medium(
    'The model needs operators of a library',
    'Custom operators are native code that has to be loaded first.',
    REMEDY.vet,
  ),
  'onnx/damaged': unfinished(
    'The ONNX model is damaged or cut off',
    'Not all of it could be read.',
    REMEDY.again,
  ),
  'gguf/damaged': unfinished(
    'The GGUF file is damaged or cut off',
    'Its header contradicts its size, or can not be read.',
    REMEDY.again,
  ),
  'safetensors/damaged': unfinished(
    'The safetensors file is damaged',
    'Its header is not what the format asks for; loaders differ in what they accept.',
    REMEDY.again,
  ),
  'safetensors/hidden': high(
    'The file has bytes that no tensor takes',
    'The format forbids them, because another file can hide there.',
    REMEDY.refuse,
  ),
  'flatbuffer/damaged': unfinished(
    'The model is damaged or cut off',
    'Its offsets lead out of the file.',
    REMEDY.again,
  ),
  'tflite/custom-operator': medium(
    'The model needs operators of a library',
    'Custom operators are native code that has to be linked to the interpreter.',
    REMEDY.vet,
  ),
  'xml/document-type': high(
    'The XML declares a document type or an entity',
    'Entities read other files and addresses, or grow without end, when the file is parsed.',
    REMEDY.refuse,
    ['https://owasp.org/www-community/vulnerabilities/XML_External_Entity_(XXE)_Processing'],
  ),
  'xml/library': high(
    'The model names a library to load',
    'The named file is native code that runs when it is loaded.',
    REMEDY.refuse,
  ),
  'xml/custom-layer': medium(
    'The model needs a layer of a library',
    'Custom layers are native code.',
    REMEDY.vet,
  ),
  'xml/damaged': unfinished('The XML is damaged', 'Not all of it could be read.', REMEDY.again),
  'coreml/custom': medium(
    'The model needs code of the app',
    'Custom models and layers are classes that Core ML looks up in the app.',
    REMEDY.vet,
  ),
  'coreml/linked': medium(
    'The model is a reference to another one',
    'Core ML loads the model that is named.',
    REMEDY.vet,
  ),
  'coreml/path': high(
    'The package names a file outside of it',
    'Core ML opens what the manifest names.',
    REMEDY.paths,
  ),
  'coreml/damaged': unfinished(
    'The Core ML model is damaged or cut off',
    'Not all of it could be read.',
    REMEDY.again,
  ),
  'skops/unsafe-node': high(
    'The model has a node that calls functions by name',
    'skops has executed such nodes without asking (CVE-2025-54412, CVE-2025-54413, CVE-2025-54886).',
    REMEDY.refuse,
    [
      'https://nvd.nist.gov/vuln/detail/CVE-2025-54412',
      'https://nvd.nist.gov/vuln/detail/CVE-2025-54413',
    ],
  ),
  'skops/dangerous-type': critical(
    'The model names a type that runs code',
    'skops imports what the schema names.',
    REMEDY.refuse,
  ),
  'skops/unknown-type': medium(
    'The model names a type that is not vetted',
    'skops asks for trust before it loads such a type.',
    REMEDY.vet,
  ),
  'skops/damaged': unfinished(
    'The schema of the model is damaged',
    'Not all of it could be read.',
    REMEDY.again,
  ),
} as const
