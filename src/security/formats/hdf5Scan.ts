import { readHdf5 } from '../../bytes/hdf5'
import type { Attributes, Hdf5File, NamedDataset } from '../../bytes/hdf5'
import { BudgetExceeded } from '../../bytes/limits'
import type { Content, ScanContext } from '../context'
import { looksLikeContainer } from '../magic'
import { sweep } from '../pickle/sweep'
import { scanKerasText } from './kerasScan'

/** Keras' rule for refusing a dataset: more than 4 GiB, and a thousand times what the file has. */
const BOMB = { size: 2 ** 32, ratio: 1000 }
const CONFIGURATIONS = ['model_config', 'training_config', 'keras_config', 'layer_config'] as const

/** Scans an HDF5 file, most of which are models of Keras. */
export function scanHdf5(content: Content, context: ScanContext): void {
  context.markModel()
  context.guard('hdf5/damaged', content, () => {
    const file = readHdf5(content.reader, context.budget)
    checkPrefix(file, content, context)
    for (const { path, kind, target, file: other } of file.links) {
      if (kind !== 'external') continue
      context.add('hdf5/outside', content, { evidence: `${path} is ${target} of ${other ?? ''}` })
    }
    for (const dataset of file.datasets) checkDataset(dataset, content, context)
    for (const [path, attributes] of file.groups)
      checkAttributes(path, attributes, content, context)
    // PyTables keeps objects as pickles, in attributes and arrays, and loads them unasked.
    const isPyTables = [...file.groups.values()].some((attributes) =>
      attributes.has('PYTABLES_FORMAT_VERSION'),
    )
    if (isPyTables) sweep(content, context, 0)
    for (const problem of file.problems) {
      context.addDamage(
        problem instanceof BudgetExceeded ? 'scan/budget' : 'hdf5/damaged',
        content,
        problem,
      )
    }
  })
}

function checkPrefix({ userBlock }: Hdf5File, content: Content, context: ScanContext): void {
  if (userBlock === 0) return
  const prefix = content.reader.view(0, userBlock)
  context.add('hdf5/prefix', content, { offset: 0, evidence: `${userBlock} bytes` })
  if (looksLikeContainer(prefix)) {
    context.add('file/polyglot', content, { offset: 0 })
    context.scanInner(content, { reader: prefix, name: '', path: 'bytes at 0', within: 'pickle' })
  }
}

function checkDataset(dataset: NamedDataset, content: Content, context: ScanContext): void {
  const { path, storage, externalFiles, shape, type } = dataset
  if (externalFiles.length > 0) {
    context.add('hdf5/outside', content, { evidence: `${path} in ${externalFiles.join(', ')}` })
  }
  if (storage === 'virtual') context.add('hdf5/virtual', content, { evidence: path })
  const claimed = shape.reduce((product, size) => product * size, Math.max(1, type.size))
  if (claimed > BOMB.size && claimed > BOMB.ratio * content.reader.size) {
    context.add('hdf5/bomb', content, { evidence: `${path} claims ${claimed} bytes` })
  }
}

function checkAttributes(
  path: string,
  attributes: Attributes,
  content: Content,
  context: ScanContext,
): void {
  for (const name of CONFIGURATIONS) {
    const value = attributes.get(name)
    if (typeof value === 'string') {
      scanKerasText(value, path === '' ? name : `${path}@${name}`, content, context)
    } else if (attributes.has(name)) {
      context.add('hdf5/damaged', content, { evidence: `${name} can't be read` })
    }
  }
}
