import { readTar } from '../../bytes/tar'
import type { Content, ScanContext } from '../context'
import { baseName } from '../context'
import { sweep } from '../pickle/sweep'

const UNSAFE_NAME = /^[/\\]|^[A-Za-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)|\0/

/** Scans a tar archive: PyTorch's oldest format, NeMo's, or just an archive with a model. */
export function scanTar(content: Content, context: ScanContext): void {
  const { reader } = content
  const { entries, complete, end } = readTar(reader, context.budget)
  const names = new Set(entries.map(({ name }) => name.replace(/^\.\//, '')))
  const isNemo = names.has('model_config.yaml')
  if (isNemo || names.has('pickle')) context.markModel()
  const seen = new Set<string>()
  for (const { name, offset, size, isFile } of entries) {
    context.budget.step()
    const member = {
      ...content,
      member: content.member === undefined ? name : `${content.member}!${name}`,
    }
    if (UNSAFE_NAME.test(name)) context.add('archive/path', member, { offset, evidence: name })
    if (!isFile && name.endsWith('/')) continue
    if (!isFile) {
      context.add('archive/link', member, { offset, evidence: name })
      continue
    }
    if (seen.has(name)) context.add('zip/duplicate', member, { offset, evidence: name })
    seen.add(name)
    context.scanInner(content, {
      reader: reader.view(offset, size),
      name: baseName(name),
      path: name,
      within: isNemo ? 'nemo' : 'tar',
    })
  }
  if (!complete) {
    context.add('archive/damaged', content, { evidence: `after ${entries.length} members` })
  }
  // Readers that go on behind the end mark, or begin there, find what is hidden from the others.
  sweep(content, context, end)
}

/** Where an archive behind the last member has to end at least. */
export function endOfTar({ reader }: Content, context: ScanContext): number {
  const { entries } = readTar(reader, context.budget)
  return entries.reduce((end, { offset, size }) => Math.max(end, offset + size), 0) + 1
}
