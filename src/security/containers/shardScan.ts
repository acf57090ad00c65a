import type { Content, ScanContext } from '../context'

/** Bytes of one shard that are searched for archives. */
const SEARCHED = 1024 * 1024 * 1024
const END_SIZE = 22

/**
 * Scans a file of a distributed checkpoint (`*.distcp`): what `torch.save` wrote for each tensor, one archive behind the
 * other. The index beside it says where each begins, and may say so of any place, so that every archive is scanned.
 */
export function scanShard(content: Content, context: ScanContext): boolean {
  const { reader } = content
  let start = 0
  const end = Math.min(reader.size, SEARCHED)
  for (let at = 0; at < end; at++) {
    at = reader.indexOf(0x50, at, end)
    if (at < 0 || at + END_SIZE > end) break
    context.budget.step()
    if (reader.u32(at) !== 0x06054b50) continue
    const close = at + END_SIZE + reader.u16(at + 20)
    const directory = reader.u32(at + 12) + reader.u32(at + 16)
    // The end record of this archive, and not of one that is a tensor's content: its directory lies right before it.
    const is64 = at - start >= 20 && reader.u32(at - 20) === 0x07064b50
    if (close > reader.size || (!is64 && directory !== at - start)) continue
    const inner = reader.view(start, close - start)
    context.scanInner(content, {
      reader: inner,
      name: '',
      path: `archive at ${start}`,
      within: 'torch',
    })
    start = close
    at = close - 1
  }
  if (start === 0) return false
  context.markModel()
  if (start < reader.size) {
    const rest = reader.view(start)
    context.scanInner(content, {
      reader: rest,
      name: '',
      path: `bytes at ${start}`,
      within: 'torch',
    })
  }
  if (reader.size > SEARCHED) context.add('scan/budget', content, { offset: SEARCHED })
  return true
}
