import { isAppError } from '../../base/errors'
import type { ByteReader } from '../../bytes/byteReader'
import { crc32 } from '../../bytes/crc32'
import { LIMITS } from '../../bytes/limits'
import type { ZipAnomaly, ZipEntry } from '../../bytes/zip'
import { openZip, ZipArchive } from '../../bytes/zip'
import { READ_METHODS } from '../../bytes/zipAnomalies'
import type { Content, ScanContext } from '../context'
import { baseName, isCorrupt } from '../context'
import type { RuleId } from '../rules'
import { isBomb } from './expansion'
import { checkTorchArchive, torchLayout } from './torchScan'
import type { TorchLayout } from './torchScan'
import { sweep } from '../pickle/sweep'
import { checkPackagedCode } from './packagedCode'

const ANOMALIES: Readonly<Record<ZipAnomaly['rule'], RuleId | undefined>> = {
  'directory-damaged': 'zip/damaged',
  // Told here, by which of the directories some loader would take.
  'several-directories': undefined,
  'prefix-data': 'zip/hidden',
  'trailing-data': 'zip/trailing',
  'duplicate-name': 'zip/duplicate',
  'duplicate-name-case': 'zip/duplicate',
  'unsafe-name': 'archive/path',
  'symbolic-link': 'archive/link',
  flags: 'zip/flags',
  method: 'zip/method',
  expansion: 'zip/bomb',
  overlap: 'zip/ambiguous',
  'local-missing': 'zip/header',
  'local-name': 'zip/header',
  'local-flags': 'zip/flags',
  'local-method': 'zip/header',
  'local-size': 'zip/header',
  'local-crc': 'zip/header',
  'hidden-member': 'zip/hidden',
}
/** Members whose checksum is verified: what holds code is small, tensors are not. */
const CHECKED = 16 * 1024 * 1024

/** Scans a ZIP archive as every loader reads it. Returns false where there is none. */
export function scanZip(
  content: Content,
  context: ScanContext,
  options: { readonly isTailOnly?: boolean } = {},
): boolean {
  const opened = openZip(content.reader, context.budget)
  if (!opened) {
    if (!options.isTailOnly) {
      context.add('zip/damaged', content, { evidence: 'no directory' })
      sweep(content, context, 0)
    }
    return false
  }
  const archive = withoutInner(opened)
  const isPrefixKnown = options.isTailOnly ?? false
  for (const anomaly of [...archive.anomalies, ...archive.checkLocalHeaders(context.budget)]) {
    if (isPrefixKnown && anomaly.rule === 'prefix-data') continue
    reportAnomaly(anomaly, content, context)
  }
  if (archive.interpretations.length > 1 && !isPrefixKnown) {
    const [first] = archive.interpretations
    context.add('zip/ambiguous', content, { ...(first && { offset: first.endOffset }) })
  }
  new ZipScan(archive, content, context).run()
  return true
}

/**
 * The directories that some loader takes: that of the last end record, read in two ways, and another whose comment ends
 * with the file, which loaders that check the comment take. Those of archives that are members belong to the member.
 */
function withoutInner(archive: ZipArchive): ZipArchive {
  const { reader } = archive
  const taken = archive.interpretations.filter(
    ({ loaders, endOffset }) =>
      loaders.some((loader) => loader !== 'other') ||
      endOffset + 22 + reader.u16(endOffset + 20) === reader.size,
  )
  return new ZipArchive(reader, taken.length === 0 ? archive.interpretations : taken)
}

function reportAnomaly(anomaly: ZipAnomaly, content: Content, context: ScanContext): void {
  const rule = ANOMALIES[anomaly.rule]
  if (!rule) return
  const member = anomaly.member === undefined ? content : inside(content, anomaly.member)
  context.add(rule, member, { offset: anomaly.offset, evidence: anomaly.message })
}

/** The same content, as what findings in a member name. */
function inside(content: Content, name: string): Content {
  return { ...content, member: content.member === undefined ? name : `${content.member}!${name}` }
}

class ZipScan {
  readonly #archive: ZipArchive
  readonly #content: Content
  readonly #context: ScanContext
  readonly #torch: TorchLayout | undefined
  readonly #within: NonNullable<Content['within']>
  #inflated = 0

  constructor(archive: ZipArchive, content: Content, context: ScanContext) {
    this.#archive = archive
    this.#content = content
    this.#context = context
    this.#torch = torchLayout(archive)
    this.#within = this.#kind()
  }

  #kind(): NonNullable<Content['within']> {
    if (this.#torch) return this.#torch.hasCode ? 'torchscript' : 'torch'
    const has = (name: string): boolean => this.#archive.get(name) !== undefined
    // torch.package has pickles of any name, with storages as PyTorch writes them.
    if (this.#archive.entries.some(({ name }) => name.endsWith('.data/extern_modules')))
      return 'torch'
    if (has('schema.json')) return 'skops'
    return has('config.json') && has('metadata.json') ? 'keras' : 'zip'
  }

  run(): void {
    if (
      this.#within !== 'zip' ||
      this.#archive.entries.every(({ name }) => name.endsWith('.npy'))
    ) {
      this.#context.markModel()
    }
    const seen = new Set<string>()
    for (const { entries } of this.#archive.interpretations) {
      for (const entry of entries) {
        const key = `${entry.localOffset} ${entry.name}`
        if (seen.has(key) || entry.isFolder || entry.isSymbolicLink) continue
        seen.add(key)
        this.#context.budget.step(16)
        if (this.#isBomb(entry)) continue
        // Tensors are numbers: no loader reads them as anything else.
        const isTensor = this.#torch?.isTensor(entry.name) && !this.#content.name.endsWith('.npz')
        if (!isTensor) this.#member(entry)
      }
    }
    if (this.#torch) checkTorchArchive(this.#torch, this.#archive, this.#content, this.#context)
    checkPackagedCode(this.#archive, this.#content, this.#context)
  }

  #member(entry: ZipEntry): void {
    const reader = this.#open(entry)
    if (!reader) return
    const { name: path } = entry
    const member = inside(this.#content, path)
    if (reader.size !== entry.size) {
      this.#context.add('zip/size', member, {
        offset: entry.offset,
        evidence: `${reader.size} bytes instead of ${entry.size}`,
      })
    }
    if (reader.size <= CHECKED && crc32(reader.bytes(0, reader.size)) !== entry.crc32) {
      this.#context.add('zip/checksum', member, { offset: entry.offset })
    }
    this.#context.scanInner(this.#content, {
      reader,
      name: baseName(path),
      path,
      within: this.#within,
      sibling: this.#sibling(path),
    })
  }

  #isBomb(entry: ZipEntry): boolean {
    if (!isBomb(entry)) return false
    const { size, compressedSize, name } = entry
    const evidence = `${compressedSize} to ${size} bytes`
    this.#context.add('zip/bomb', inside(this.#content, name), { evidence })
    return true
  }

  #open(entry: ZipEntry): ByteReader | undefined {
    const member = inside(this.#content, entry.name)
    this.#inflated += entry.method === 0 ? 0 : entry.size
    if (this.#inflated > 4 * LIMITS.inflated) {
      this.#context.add('scan/budget', member, { offset: entry.offset })
      return undefined
    }
    try {
      return this.#archive.open(entry, { ignoreFlags: true })
    } catch (error) {
      if (!isCorrupt(error)) throw error
      const isMethod = !READ_METHODS.has(entry.method)
      this.#context.addDamage(isMethod ? 'zip/method' : 'zip/damaged', member, error)
      return undefined
    }
  }

  /** Files beside a member are the archive's other members. */
  #sibling(path: string): NonNullable<Content['sibling']> {
    const folder = path.slice(0, path.lastIndexOf('/') + 1)
    return (relative) => {
      const entry = this.#archive.get(folder + relative)
      return entry && { size: entry.size, isLink: entry.isSymbolicLink, links: 1 }
    }
  }
}

/**
 * Whether a file that does not begin as an archive ends as one, so that loaders which look at its end take it for one.
 * They do not mind bytes behind it. `behind` is where the archive has to end at least, in what may hold others.
 */
export function endsAsZip(reader: ByteReader, context: ScanContext, behind: number): boolean {
  try {
    const archive = openZip(reader, context.budget)
    const first = archive?.interpretations[0]
    if (!archive || !first || archive.entries.length === 0) return false
    const [entry] = archive.entries
    const end = first.endOffset + 22 + reader.u16(first.endOffset + 20)
    if (end < behind) return false
    return entry !== undefined && archive.local(entry).name.length > 0
  } catch (error) {
    if (isAppError(error) && error.code === 'corrupt') return false
    throw error
  }
}
