import { decompress, detectCodec } from '../bytes/compressed'
import type { Codec } from '../bytes/compressed'
import { ByteReader } from '../bytes/byteReader'
import { findSuperblock } from '../bytes/hdf5'
import { LIMITS } from '../bytes/limits'
import { isNpy } from '../bytes/npyHeader'
import { looksLikePickle } from '../bytes/pickleStream'
import { isTar } from '../bytes/tar'
import { scanShard } from './containers/shardScan'
import { endOfTar, scanTar } from './containers/tarScan'
import { endsAsZip, scanZip } from './containers/zipScan'
import type { Content, ScanContext } from './context'
import { extensionOf, isCorrupt } from './context'
import { scanGguf } from './formats/ggufScan'
import { scanHdf5 } from './formats/hdf5Scan'
import { scanNpy } from './formats/numpyScan'
import { looksLikeSafetensors, scanSafetensors } from './formats/safetensorsScan'
import { scanProtobuf } from './formats/protobufScan'
import { scanRuntimeModel } from './formats/runtimeScan'
import { scanText } from './formats/textScan'
import type { Magic } from './magic'
import { latin1, magicOf } from './magic'
import {
  isHonestArchive,
  isHonestProgram,
  isModelName,
  isNativeLibrary,
  promisesNoCode,
} from './modelNames'
import { scanTorchLegacy, isTorchLegacy } from './pickle/torchLegacy'
import { scanPickles } from './pickle/pickleScan'
import { startsAsPickle } from './pickle/probe'
import { sweep } from './pickle/sweep'

const PICKLE_NAME = new Set('.pkl .pickle .pck .dill .joblib .pt .pth .ckpt .bin'.split(' '))

/** Scans one file, member or inner file by what its bytes are; what it is called decides nothing but what is odd. */
export function scanContent(context: ScanContext, content: Content): void {
  try {
    scanAny(context, content)
  } catch (error) {
    if (!isCorrupt(error)) throw error
    context.addDamage('archive/damaged', content, error)
  }
}

function scanAny(context: ScanContext, content: Content): void {
  const { reader, name } = content
  if (reader.size === 0) {
    if (isModelName(name) && content.within === undefined) {
      context.add('file/unrecognized', content, { evidence: 'the file is empty' })
    }
    return
  }
  const head = reader.head(0, 4096)
  const isKnown = scanByMagic(context, content, head) || scanByStructure(context, content, head)
  const isOther = scanOtherViews(context, content, head)
  if (isKnown || isOther) return
  if (isModelName(name)) {
    context.add('file/unrecognized', content, { evidence: latin1(head.subarray(0, 16)) })
    if (PICKLE_NAME.has(extensionOf(name))) sweep(content, context, 0)
  }
}

function scanByMagic(context: ScanContext, content: Content, head: Uint8Array): boolean {
  const { name } = content
  switch (magicOf(head)) {
    case 'zip':
      if (extensionOf(name) === '.distcp' && scanShard(content, context)) return true
      scanZip(content, context)
      return true
    case 'hdf5':
      scanHdf5(content, context)
      return true
    case 'gguf':
      scanGguf(content, context)
      return true
    case 'archive':
    case 'zstd':
      scanForeignArchive(context, content)
      return true
    case 'llamafile':
      context.markModel()
      context.add('file/llamafile', content)
      return true
    case 'executable':
      return scanExecutable(context, content, name)
    default:
      break
  }
  const old = /^ZF0x[\da-fA-F]+\s*/.exec(latin1(head.subarray(0, 21)))
  if (old) {
    // joblib before 0.10: the length in hexadecimal digits, padded to a fixed width, and a zlib stream.
    const at = head.indexOf(0x78, old[0].length > 19 ? 19 : old[0].length)
    const reader = content.reader.view(Math.max(0, at))
    return scanCompressed(context, { ...content, reader }, 'zlib')
  }
  const codec = detectCodec(head)
  if (codec === undefined || !scanCompressed(context, content, codec)) return false
  return codec !== 'zlib' || !looksLikePickle(head, context.budget)
}

function scanForeignArchive(context: ScanContext, content: Content): void {
  const isHonest = isHonestArchive(content.name) || content.name === ''
  context.add(
    isHonest || !isModelName(content.name) ? 'archive/unread' : 'archive/disguised',
    content,
    {
      evidence: latin1(content.reader.head(0, 8)),
    },
  )
}

function scanExecutable(context: ScanContext, content: Content, name: string): boolean {
  if (isHonestProgram(name)) {
    if (content.within !== undefined && isNativeLibrary(name)) {
      context.add('file/native-library', content)
    }
    return true
  }
  // Scripts and programs without an extension are ordinary, unless they lie in a model.
  if (extensionOf(name) === '' && content.within === undefined) return true
  context.add('file/executable', content, { evidence: latin1(content.reader.head(0, 32)) })
  return true
}

/** A stream that is compressed as a whole, as joblib and tar have it. */
function scanCompressed(context: ScanContext, content: Content, codec: Codec): boolean {
  let bytes: Uint8Array
  let isWhole: boolean
  try {
    const result = decompress(codec, content.reader, LIMITS.inflated)
    ;({ bytes, complete: isWhole } = result)
  } catch (error) {
    if (!isCorrupt(error)) throw error
    // Two bytes are no proof of a zlib stream: they are also how some pickles begin.
    if (codec === 'zlib') return false
    context.addDamage('compressed/damaged', content, error)
    return true
  }
  if (codec === 'zlib' && !isWhole && bytes.length < 64) return false
  const inner = ByteReader.of(bytes)
  const name = content.name.replace(/\.(?:gz|bz2|xz|lzma|lz4|z|zlib)$/i, '')
  if (!isWhole) {
    const isNoModel =
      !looksLikePickle(bytes.subarray(0, 4096), context.budget) &&
      !isTar(bytes) &&
      !isModelName(name)
    if (!isNoModel) {
      context.add('compressed/damaged', content, { evidence: `${bytes.length} bytes of ${codec}` })
    }
  }
  const path = content.member === undefined ? codec : `(${codec})`
  context.scanInner(content, { reader: inner, name, path, within: content.within ?? 'zip' })
  return true
}

function scanByStructure(context: ScanContext, content: Content, head: Uint8Array): boolean {
  const { reader, name } = content
  if (isNpy(head)) {
    scanNpy(content, context)
    return true
  }
  if (isTar(head)) {
    scanTar(content, context)
    return true
  }
  if (isTorchLegacy(head)) {
    scanTorchLegacy(content, context)
    checkPickleName(context, content)
    return true
  }
  if (looksLikeSafetensors(reader)) {
    scanSafetensors(content, context)
    return true
  }
  if (isPickle(content, head)) {
    scanPickleFile(context, content)
    return true
  }
  const userBlock = findSuperblock(reader)
  if (userBlock !== undefined) {
    scanHdf5(content, context)
    return true
  }
  return (
    scanRuntimeModel(content, context, head) ||
    scanText(content, context, head) ||
    scanProtobuf(content, context, name)
  )
}

function isPickle(content: Content, head: Uint8Array): boolean {
  const [first, protocol = 0] = head
  const isBinary = first === 0x80 && protocol >= 2 && protocol <= 5
  // Under the name of a pickle two bytes are enough; anything else has to read like one.
  if (isBinary && PICKLE_NAME.has(extensionOf(content.name))) return true
  return startsAsPickle(content.reader)
}

function scanPickleFile(context: ScanContext, content: Content): void {
  const { within } = content
  const flavor = within === 'torch' || within === 'torchscript' ? within : 'plain'
  const { end, isWhole } = scanPickles(content, context, {
    flavor: within === 'tar' ? 'torch' : flavor,
  })
  checkPickleName(context, content)
  const { reader } = content
  if (!isWhole || end >= reader.size) return
  const rest = reader.view(end)
  if (latin1(rest.head(0, 4)) === 'PK\x03\x04') {
    context.add('file/polyglot', content, { offset: end })
    const path = `bytes at ${end}`
    context.scanInner(content, { reader: rest, name: '', path, within: 'pickle' })
  }
}

function checkPickleName(context: ScanContext, content: Content): void {
  if (promisesNoCode(content.name)) {
    context.add('file/pickle-extension', content, { evidence: content.name })
  }
}

/**
 * What other loaders take the file for, whatever it begins as: an archive from behind, HDF5 behind a block of other data,
 * a pickle whose first opcodes spell another format's magic. Returns whether it is any of these.
 */
function scanOtherViews(context: ScanContext, content: Content, head: Uint8Array): boolean {
  const magic = magicOf(head)
  const views = [
    magic !== 'zip' && magic !== 'llamafile' && scanTailArchive(context, content, head),
    magic !== 'hdf5' && magic !== undefined && scanInnerHdf5(context, content, magic),
    scanDisguisedPickle(context, content, head),
  ]
  return views.includes(true)
}

/** Python's zipfile looks for the end of an archive in the last 64 KiB, and takes whatever stands before and behind. */
function scanTailArchive(context: ScanContext, content: Content, head: Uint8Array): boolean {
  const { reader } = content
  // Bytes in a pickle or tar archive are scanned where they stand; only behind them they are an archive of their own.
  const behind = isTar(head) ? endOfTar(content, context) : startsAsPickle(reader) ? reader.size : 0
  if (!endsAsZip(reader, context, behind)) return false
  const isAnnotated = /^....TFL3/s.test(latin1(head.subarray(0, 8)))
  // TensorFlow Lite keeps labels in an archive behind the model; programs may carry one as well.
  const isModel = context.isModel || isModelName(content.name)
  if (!isAnnotated && isModel && !isHonestProgram(content.name)) {
    context.add('file/polyglot', content, { evidence: 'the file ends as a ZIP archive' })
  }
  return scanZip(content, context, { isTailOnly: true })
}

/** HDF5 may begin at 512 bytes times a power of two, behind anything. */
function scanInnerHdf5(context: ScanContext, content: Content, magic: Magic): boolean {
  const superblock = findSuperblock(content.reader)
  if (superblock === undefined || superblock === 0) return false
  if (magic !== 'zip') context.add('file/polyglot', content, { offset: superblock })
  // A member of an archive that is stored may begin at such a place by chance.
  const path = `bytes at ${superblock}`
  context.scanInner(content, {
    reader: content.reader.view(superblock),
    name: '',
    path,
    within: 'zip',
  })
  return true
}

/** What was taken for something else by its first bytes, and executes as a pickle all the same. */
function scanDisguisedPickle(context: ScanContext, content: Content, head: Uint8Array): boolean {
  const { reader } = content
  const isElse =
    magicOf(head) !== undefined ||
    isTar(head) ||
    looksLikeSafetensors(reader) ||
    latin1(head).startsWith('CBM1')
  if (!isElse || magicOf(head) === 'zip' || !startsAsPickle(reader)) return false
  scanPickleFile(context, content)
  return true
}
