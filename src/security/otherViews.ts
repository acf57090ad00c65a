import { findSuperblock } from '../bytes/hdf5'
import { isTar } from '../bytes/tar'
import { endOfTar } from './containers/tarScan'
import { endsAsZip, scanZip } from './containers/zipScan'
import type { Content, ScanContext } from './context'
import { looksLikeSafetensors } from './formats/safetensorsScan'
import type { Magic } from './magic'
import { latin1, magicOf } from './magic'
import { isHonestProgram, isModelName } from './modelNames'
import { startsAsPickle } from './pickle/probe'
import { scanPickleFile } from './pickle/pickleFile'

/**
 * What other loaders take the file for, whatever it begins as: an archive from behind, HDF5 behind a block of other data,
 * a pickle whose first opcodes spell another format's magic. Returns whether it is any of these.
 */
export function scanOtherViews(context: ScanContext, content: Content, head: Uint8Array): boolean {
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
