import type { ZipArchive } from '../../bytes/zip'
import type { Content, ScanContext } from '../context'

/** Reports Python modules that an archive brings along and its loader imports. */
export function checkPackagedCode(
  archive: ZipArchive,
  content: Content,
  context: ScanContext,
): void {
  const names = archive.entries.map(({ name }) => name)
  const isPackage = names.some((name) => /(?:^|\/)\.data\/extern_modules$/.test(name))
  const isServed = names.some((name) => /^MAR-INF\/MANIFEST\.json$/i.test(name))
  if (isPackage || isServed) context.markModel()
  const modules = names.filter((name) => /\.py[co]?$/.test(name) && !/(?:^|\/)code\//.test(name))
  if (modules.length === 0) return
  if (!isPackage && !isServed && !context.isModel) return
  context.add('torch/package', content, { evidence: modules.slice(0, 5).join(', ') })
}
