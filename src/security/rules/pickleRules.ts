import { REMEDY } from './remedies'
import { critical, high, info, low, medium, unfinished } from './rule'

const PICKLE = 'https://docs.python.org/3/library/pickle.html#restricting-globals'
const CWE_502 = 'https://cwe.mitre.org/data/definitions/502.html'

/** Pickles, and the formats that are made of them. */
export const PICKLE_RULES = {
  'pickle/dangerous-global': critical(
    'The pickle reaches for code that runs commands or loads other code',
    'Loading a pickle imports what it names and may call it. Nothing in a model needs this name.',
    REMEDY.refuse,
    [PICKLE, CWE_502],
  ),
  'pickle/library-global': high(
    "The pickle names a part of Python's library that no model needs",
    'The named module can reach files, the network, processes or other code.',
    REMEDY.refuse,
    [PICKLE],
  ),
  'pickle/unknown-global': medium(
    'The pickle names code that is not vetted',
    'Loading imports and may call it. Whether that is harmless depends on the installed package.',
    REMEDY.vet,
    [PICKLE],
  ),
  'pickle/allowed-by-workspace': info(
    "The pickle names code that this workspace's list allows",
    'Somebody who keeps this workspace vetted the name.',
    'Nothing to do.',
  ),
  'pickle/dotted-global': high(
    'The pickle reaches through one name to another',
    'A dotted name walks from a harmless module to anything that it has imported, such as os.system.',
    REMEDY.refuse,
    ['https://github.com/mmaitre314/picklescan/security/advisories'],
  ),
  'pickle/nested-class': medium(
    'The pickle names a class inside a class',
    'A dotted name is looked up step by step; the class is not vetted.',
    REMEDY.vet,
  ),
  'pickle/odd-global': high(
    'The pickle has a name that no Python program has',
    'Spaces, controls and letters outside ASCII in a name are a way past scanners that compare texts.',
    REMEDY.refuse,
  ),
  'pickle/unresolved-global': critical(
    'What the pickle imports is computed and can not be told',
    'Picklers write the names of what they import as they are. Only evasion hides them.',
    REMEDY.refuse,
  ),
  'pickle/unknown-call': critical(
    'The pickle calls something that it has not named',
    'Picklers call named classes and functions only.',
    REMEDY.refuse,
  ),
  'pickle/unvetted-call': medium(
    'The pickle calls a vetted class or function in a way that picklers do not',
    'The arguments are chosen by whoever wrote the file.',
    REMEDY.vet,
  ),
  'pickle/attribute': medium(
    'The pickle takes an attribute by name',
    'Bound methods and old enumerations are written this way, and so are ways to other code.',
    REMEDY.vet,
  ),
  'pickle/attribute-escape': critical(
    'The pickle reaches through an attribute to other code',
    'getattr with such a name leads from any object to every function of the process.',
    REMEDY.refuse,
  ),
  'pickle/partial': medium(
    'The pickle keeps a function with its arguments',
    'A partial function runs when the model is used.',
    REMEDY.vet,
  ),
  'pickle/new-type': high(
    'The pickle makes a new class',
    'A class that is made while loading can carry any code.',
    REMEDY.refuse,
  ),
  'pickle/embedded-code': critical(
    'The pickle contains code of functions',
    'cloudpickle and dill store the byte code of functions, which runs when the model is loaded or used.',
    REMEDY.refuse,
  ),
  'pickle/executed-template': critical(
    'The state of a SciPy distribution holds foreign source code',
    'SciPy executes this text when the distribution is loaded, and it is not the one that SciPy writes.',
    REMEDY.refuse,
  ),
  'pickle/state-on-global': high(
    'The pickle changes a class, function or module',
    'BUILD on something imported replaces its attributes for the whole process.',
    REMEDY.refuse,
  ),
  'pickle/state-keys': high(
    'The pickle sets attributes that change how an object behaves',
    'Names such as __class__ or __setstate__ in a state are not written by picklers.',
    REMEDY.refuse,
  ),
  'pickle/items-target': high(
    'The pickle puts items into something that is no container',
    'Past vulnerabilities of restricted loaders (CVE-2026-24747) were reached this way.',
    REMEDY.refuse,
  ),
  'pickle/extension': high(
    'The pickle uses extension codes',
    'The code stands for a name that only a registry inside the process knows; no framework uses them.',
    REMEDY.refuse,
  ),
  'pickle/persistent-id': medium(
    'The pickle asks the loader for outside objects',
    'Only PyTorch does this, and the file is not one of PyTorch.',
    REMEDY.vet,
  ),
  'pickle/frames': critical(
    'The frames of the pickle contradict its opcodes',
    "CPython's unpickler executes other opcodes here than a scanner that reads from front to back sees.",
    REMEDY.refuse,
    ['https://github.com/python/cpython/issues/154848'],
  ),
  'pickle/protocol': medium(
    'The pickle changes its protocol on the way',
    'Picklers write the protocol once, at the beginning.',
    REMEDY.vet,
  ),
  'pickle/protocol-raised': high(
    'The pickle raises its protocol on the way',
    'From protocol 4 on names may be dotted; switching in the middle hides that.',
    REMEDY.refuse,
  ),
  'pickle/bomb': medium(
    'The pickle expands to more than memory holds',
    'Small files of nested references or huge indices exhaust the memory of whoever loads or prints them.',
    REMEDY.again,
  ),
  'pickle/nested': info(
    'The pickle carries another file',
    'The inner file was scanned as well.',
    'Nothing to do.',
  ),
  'pickle/nested-unreadable': high(
    'The pickle loads an inner file that can not be read',
    'torch.storage._load_from_bytes loads its argument as another file, and what is there is none.',
    REMEDY.refuse,
  ),
  'pickle/damaged': unfinished(
    'The pickle is damaged or cut off',
    'What stands before the damage runs anyway when it is loaded; what stands after it is not known.',
    REMEDY.again,
  ),
  'pickle/contradiction': medium(
    "The pickle does what Python's unpickler refuses",
    'Loaders differ in what they do with it, and everything before it has run by then.',
    REMEDY.again,
  ),
  'pickle/hidden': unfinished(
    'Bytes that are not part of the pickle spell the import of code',
    'The loader does not read them where they stand, but something else may.',
    REMEDY.inspect,
  ),
  'pickle/hidden-pickle': high(
    'Another pickle stands behind damage or padding',
    'Its names are those of code that runs commands; a loader that begins there executes it.',
    REMEDY.refuse,
  ),
  'pickle/trailing': low(
    'Bytes follow the end of the pickle',
    'The unpickler does not read them.',
    'Nothing to do, unless you expected the file to end there.',
  ),
  'pickle/array-type': high(
    'The type of an array contradicts itself',
    "How many of the following bytes are the array's can not be told, so code may hide in them.",
    REMEDY.refuse,
  ),
  'pickle/old-joblib': medium(
    'The pickle names other files that are loaded with it',
    'Old versions of joblib kept arrays in files of their own, which are pickles too.',
    REMEDY.vet,
  ),
  'joblib/linear': high(
    'Loaders disagree on where an array of the file ends',
    'A plain unpickler executes bytes that joblib takes for numbers.',
    REMEDY.refuse,
  ),
  'numpy/objects': low(
    'The array holds Python objects',
    'NumPy loads such an array as a pickle, if it is told to (allow_pickle).',
    'Save numbers only, where that is possible.',
  ),
  'torch/storage': high(
    'A storage does not fit its record',
    'PyTorch trusts the sizes in the pickle; where they contradict the archive it reads or writes beyond its memory.',
    REMEDY.refuse,
    ['https://nvd.nist.gov/vuln/detail/CVE-2026-24747'],
  ),
  'torch/storage-missing': unfinished(
    'A storage has no record in the archive',
    'The archive is incomplete.',
    REMEDY.again,
  ),
  'torch/script-operator': medium(
    'The TorchScript code calls an operator of an unknown library',
    'Custom operators are native code that has to be installed.',
    REMEDY.vet,
  ),
  'torch/script-files': high(
    'The TorchScript code reads or writes files',
    'TorchScript can open files by name while the model runs.',
    REMEDY.refuse,
  ),
  'torch/script-weights': medium(
    'The file of weights is a TorchScript program',
    'Loaders that promise to load weights only have executed such archives (CVE-2025-32434).',
    REMEDY.vet,
    ['https://nvd.nist.gov/vuln/detail/CVE-2025-32434'],
  ),
  'torch/package': medium(
    'The archive carries Python modules',
    'torch.package and TorchServe import the source code in the archive when the model is loaded.',
    'Read the source code in the archive before you load it.',
  ),
} as const
