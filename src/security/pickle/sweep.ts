import { isCorrupt } from '../context'
import type { Content, ScanContext } from '../context'
import { runPickle } from '../../bytes/pickle'
import { latin1 } from '../magic'
import { judgeGlobal } from '../policy/judge'

/** Bytes outside of every pickle that are searched. */
const SWEPT = 64 * 1024 * 1024
const CHUNK = 1024 * 1024
/** Longer than any import that is searched for. */
const OVERLAP = 256
/** Beginnings of pickles that are tried in what no pickle accounts for. */
const MAX_TRIED = 2000
const IMPORT =
  /[ci]((?:os|posix|nt|subprocess|builtins|__builtin__|sys|runpy|importlib|pty|socket|shutil|pickle|commands|webbrowser)[\w.]*)\n(\w[\w.]*)\n|\x8c.(os|posix|nt|subprocess|builtins|runpy|importlib|pty|commands)(?:\x94)?\x8c.(\w+)(?:\x94)?\x93/gs
const PICKLE = /\x80[\x02-\x05]|[(cip]?c[a-z_]\w{1,30}(?:\.\w{1,30})*\n\w{1,40}\n/g

/**
 * Looks through bytes that no opcode accounts for: what stands behind damage, and what follows the end. A whole pickle
 * that imports what is denied is dangerous; the mere spelling of an import only says that something is odd.
 */
export function sweep(content: Content, context: ScanContext, from: number): void {
  const { reader } = content
  const end = Math.min(reader.size, from + SWEPT)
  let tried = 0
  for (let at = from; at < end; at += CHUNK) {
    context.budget.step(64)
    const length = Math.min(CHUNK + OVERLAP, end - at)
    const text = latin1(reader.bytes(at, length))
    for (const match of text.matchAll(PICKLE)) {
      if (tried++ >= MAX_TRIED) break
      if (tryPickle(content, context, at + match.index)) return
    }
    for (const match of text.matchAll(IMPORT)) {
      const [, module = match[3] ?? '', name = match[4] ?? ''] = match
      if (judgeGlobal(module, name).kind !== 'denied') continue
      const offset = at + match.index
      context.add('pickle/hidden', content, { offset, evidence: `${module}.${name}` })
    }
  }
  if (end < reader.size) context.add('scan/budget', content, { offset: end })
}

function tryPickle(content: Content, context: ScanContext, offset: number): boolean {
  try {
    const { events } = runPickle(content.reader, { offset, budget: context.budget })
    const isCalled = events.some(({ kind, afterError }) => kind === 'call' && !afterError)
    if (!isCalled) return false
    for (const event of events) {
      if (event.kind !== 'global' || event.afterError) continue
      const { global } = event
      const { kind } = judgeGlobal(global.module, global.name)
      if (kind !== 'denied') continue
      context.add('pickle/hidden-pickle', content, { offset, evidence: global.path })
      return true
    }
  } catch (error) {
    if (!isCorrupt(error)) throw error
  }
  return false
}
