import { detectCodec } from '../bytes/compressed'
import { findSuperblock } from '../bytes/hdf5'
import { isNpy } from '../bytes/npyHeader'
import { looksLikePickle } from '../bytes/pickleStream'
import { hasTarMagic, isTar } from '../bytes/tar'
import { scanCompressed } from './containers/compressedScan'
import { scanShard } from './containers/shardScan'
import { scanTar } from './containers/tarScan'
import { scanZip } from './containers/zipScan'
import type { Content, ScanContext } from './context'
import { extensionOf, isCorrupt } from './context'
import { scanExecutable, scanForeignArchive } from './foreignFiles'
import { scanGguf } from './formats/ggufScan'
import { scanHdf5 } from './formats/hdf5Scan'
import { scanNpy } from './formats/numpyScan'
import { scanProtobuf } from './formats/protobufScan'
import { scanRuntimeModel } from './formats/runtimeScan'
import { looksLikeSafetensors, scanSafetensors } from './formats/safetensorsScan'
import { scanText } from './formats/textScan'
import { latin1, magicOf } from './magic'
import { isModelName, isPickleName } from './modelNames'
import { scanOtherViews } from './otherViews'
import { checkPickleName, isPickle, scanPickleFile } from './pickle/pickleFile'
import { sweep } from './pickle/sweep'
import { isTorchLegacy, scanTorchLegacy } from './pickle/torchLegacy'

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
  const isEmptyArchive = content.depth === 0 && isModelName(name) && !context.isModel
  if ((isKnown || isOther) && !isEmptyArchive) return
  if (isModelName(name)) {
    context.add('file/unrecognized', content, { evidence: latin1(head.subarray(0, 16)) })
    if (isPickleName(name)) sweep(content, context, 0)
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

function scanByStructure(context: ScanContext, content: Content, head: Uint8Array): boolean {
  const { reader, name } = content
  if (isNpy(head)) {
    scanNpy(content, context)
    return true
  }
  if (isTar(head) || hasTarMagic(head)) {
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
