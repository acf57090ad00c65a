import { REMEDY } from './remedies'
import { high, info, low, medium, unfinished } from './rule'

/** Archives, files and folders. */
export const CONTAINER_RULES = {
  'zip/ambiguous': high(
    'The archive can be read in several ways',
    'Python, PyTorch and scanners would see different members.',
    REMEDY.refuse,
    ['https://nvd.nist.gov/vuln/detail/CVE-2025-1944'],
  ),
  'zip/flags': high(
    'Members have flags that some loaders refuse and others ignore',
    'The flags hide members from scanners; PyTorch loads them all the same.',
    REMEDY.refuse,
    ['https://nvd.nist.gov/vuln/detail/CVE-2025-1945'],
  ),
  'zip/header': high(
    'The header of a member contradicts the directory',
    'Loaders that trust the one read something else than those that trust the other.',
    REMEDY.refuse,
    ['https://nvd.nist.gov/vuln/detail/CVE-2025-1944'],
  ),
  'zip/duplicate': high(
    'Two members have the same name',
    'Loaders differ in which of them they take.',
    REMEDY.refuse,
  ),
  'zip/hidden': high(
    'The archive has bytes or members that no directory lists',
    'Some loaders find them, others do not.',
    REMEDY.refuse,
  ),
  'zip/checksum': high(
    'A member does not have its checksum',
    'Python refuses such a member, PyTorch loads it: a way past scanners.',
    REMEDY.refuse,
    ['https://nvd.nist.gov/vuln/detail/CVE-2025-10156'],
  ),
  'zip/size': high(
    'A member does not have its size',
    'Loaders differ in whether they trust the size or the content.',
    REMEDY.refuse,
  ),
  'zip/damaged': unfinished(
    'The archive is damaged',
    'What its directory does not list can not be looked at.',
    REMEDY.again,
  ),
  'zip/method': unfinished(
    'A member is compressed or encrypted in a way that is not read',
    'What it holds is not known.',
    REMEDY.inspect,
  ),
  'zip/bomb': high(
    'A member expands to far more than it takes',
    'Loading it exhausts memory or disk.',
    REMEDY.refuse,
    ['https://cwe.mitre.org/data/definitions/409.html'],
  ),
  'zip/trailing': low('Bytes follow the archive', 'No loader reads them.', 'Nothing to do.'),
  'archive/path': high(
    'A member would be written outside of its folder',
    'Extracting the archive overwrites files elsewhere.',
    REMEDY.refuse,
    ['https://cwe.mitre.org/data/definitions/22.html'],
  ),
  'archive/link': high(
    'The archive has a link or device',
    'Extracting it makes later members, or the loader, write or read elsewhere.',
    REMEDY.refuse,
    ['https://cwe.mitre.org/data/definitions/59.html'],
  ),
  'archive/damaged': unfinished(
    'The archive is damaged or cut off',
    'Not every member could be looked at.',
    REMEDY.again,
  ),
  'archive/unread': unfinished(
    'The archive is of a kind that is not looked into',
    'What it holds is not known.',
    REMEDY.inspect,
  ),
  'archive/disguised': high(
    'The file is named as a model and is an archive that no framework reads',
    'A loader fails on it, or a modified one extracts it: this is a known way past scanners.',
    REMEDY.refuse,
    ['https://www.reversinglabs.com/blog/rl-identifies-malware-ml-model-hosted-on-hugging-face'],
  ),
  'archive/nesting': unfinished(
    'Archives lie in archives, deeper than is looked at',
    'What the innermost hold is not known.',
    REMEDY.inspect,
  ),
  'compressed/damaged': unfinished(
    'The compressed data are damaged, cut off or too large',
    'Only a part could be looked at.',
    REMEDY.inspect,
  ),
  'file/polyglot': high(
    'The file is of two formats at once',
    'What one loader takes for data is a program for another.',
    REMEDY.refuse,
  ),
  'file/executable': high(
    'The file is a program',
    'It is named as a model, or lies in one, and runs when it is opened.',
    REMEDY.refuse,
  ),
  'file/llamafile': medium(
    'The file is a llamafile: a program with a model inside',
    'Running it runs native code of whoever made it.',
    'Take the GGUF model without the program, or verify where the file comes from.',
  ),
  'file/native-library': medium(
    'A native library lies beside the model',
    'Frameworks load custom operators from such files, and they run when they are loaded.',
    REMEDY.vet,
  ),
  'file/unrecognized': unfinished(
    'The file is named as a model, but its content is none that is known',
    'It may be cut off, damaged, encrypted, or something else than its name says.',
    REMEDY.again,
  ),
  'file/pickle-extension': medium(
    'The file is a pickle, and its name hides that',
    'Whoever trusts the name does not expect that loading can execute code.',
    REMEDY.vet,
  ),
  'file/unreadable': unfinished(
    'The file can not be read',
    'What it holds is not known.',
    'Check its permissions and scan it again.',
  ),
  'file/special': unfinished(
    'The path is a device, pipe or socket',
    'Such files are never opened.',
    'Remove it from the folder.',
  ),
  'file/changed': unfinished(
    'The file changed while it was scanned',
    'The verdict would be of neither state.',
    'Scan it again.',
  ),
  'folder/link': medium(
    'A link leads out of the folder',
    'What it leads to is not part of the model and was not looked at.',
    'Put the file itself in its place.',
  ),
  'folder/inner-link': info(
    'A link leads to another place of the folder',
    'The target is scanned by itself.',
    'Nothing to do.',
  ),
  'folder/size': unfinished(
    'The folder has more files than are looked at',
    'Only a part was scanned.',
    'Scan a smaller folder.',
  ),
  'scan/budget': unfinished(
    'The file has more structure than is looked at',
    'The scan ended before the file did.',
    'Scan its parts by themselves.',
  ),
  'scan/failed': unfinished(
    'The scan could not be finished',
    'Something in the file was not foreseen by the scanner.',
    'Report the file to the authors of this extension, and do not trust it until then.',
  ),
} as const
