import { isCorrupt } from '../context'
import type { Content, ScanContext } from '../context'
import { Budget } from '../../bytes/limits'
import { runPickle } from '../../bytes/pickle'
import { latin1 } from '../magic'
import { judgeGlobal } from '../policy/judge'

/** Bytes outside of every pickle that are searched. */
const SWEPT = 64 * 1024 * 1024
const CHUNK = 1024 * 1024
/** Longer than any import that is searched for. */
const OVERLAP = 256
/** What one search may take: opcodes of all beginnings that are tried, and time. */
const STEPS = 2_000_000
const MILLISECONDS = 1000
/** An import of protocol 4: two short texts, with a memo between them or without. */
const STACKED =
  /\x8c.(os|posix|nt|subprocess|builtins|runpy|importlib|pty|commands)(?:\x94)?\x8c.(\w+)(?:\x94)?\x93/gs
/** PROTO, and an opcode that picklers write behind it. */
const PROTOCOL = /\x80[\x02-\x05][\x95(c\]}){KMJNXUCBTGIi\x88\x89\x8a-\x8f]/g

/** Where something in the swept bytes reads like the import of code. */
interface Import {
  readonly at: number
  readonly module: string
  readonly name: string
}

/**
 * Looks through bytes that no opcode accounts for: what stands behind damage, and what follows the end. A whole pickle
 * that imports what is denied is dangerous; the mere spelling of an import only says that something is odd.
 */
export function sweep(content: Content, context: ScanContext, from: number): void {
  const { reader } = content
  const end = Math.min(reader.size, from + SWEPT)
  const budget = new Budget({ steps: STEPS, milliseconds: MILLISECONDS })
  try {
    for (let at = from; at < end; at += CHUNK) {
      context.budget.step(CHUNK >> 8)
      const text = latin1(reader.bytes(at, Math.min(CHUNK + OVERLAP, end - at)))
      const imports = importsOf(text)
      const starts = Array.from(text.matchAll(PROTOCOL), ({ index }) => index).concat(
        // A mark, and what stands between it and the name, may come before the import.
        imports.flatMap((found) => [found.at - 1, found.at]),
      )
      for (const start of starts) {
        budget.step(16)
        if (start >= 0 && tryPickle(content, context, at + start, budget)) return
      }
      for (const { at: index, module, name } of imports) {
        const offset = at + index
        context.add('pickle/hidden', content, { offset, evidence: `${module}.${name}` })
      }
    }
  } catch (error) {
    if (!isCorrupt(error)) throw error
    context.addDamage('scan/budget', content, error)
  }
  if (end < reader.size) context.add('scan/budget', content, { offset: end })
}

/** The imports of denied names that a text spells: `c` or `i`, and two lines; or texts of protocol 4. */
function importsOf(text: string): Import[] {
  const imports: Import[] = []
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) {
    const line = /[ci][A-Za-z_][\w.]*$/.exec(text.slice(Math.max(0, end - 64), end))?.[0]
    if (line === undefined) continue
    const name = /^(\w[\w.]{0,63})\n/.exec(text.slice(end + 1, end + 66))?.[1]
    if (name === undefined) continue
    const found = deniedIn(line, name)
    if (found !== undefined) imports.push({ at: end - found.length - 1, module: found, name })
  }
  for (const { index, 1: module = '', 2: name = '' } of text.matchAll(STACKED)) {
    if (isDenied(module, name)) imports.push({ at: index, module, name })
  }
  return imports
}

/** The module at the end of a line of which a name is denied; other letters may stand before its opcode. */
function deniedIn(line: string, name: string): string | undefined {
  for (let at = 0; at < line.length - 1; at++) {
    if (line[at] !== 'c' && line[at] !== 'i') continue
    const module = line.slice(at + 1)
    if (isDenied(module, name)) return module
  }
  return undefined
}

function isDenied(module: string, name: string): boolean {
  return judgeGlobal(module, name).kind === 'denied'
}

/** Whether a pickle at an offset imports and calls what is denied; it is reported then. */
function tryPickle(
  content: Content,
  context: ScanContext,
  offset: number,
  budget: Budget,
): boolean {
  const { events, exhausted } = runPickle(content.reader, { offset, budget })
  const isCalled = events.some(({ kind, afterError }) => kind === 'call' && !afterError)
  for (const event of events) {
    if (!isCalled || event.kind !== 'global' || event.afterError) continue
    const { global } = event
    if (!isDenied(global.module, global.name)) continue
    context.add('pickle/hidden-pickle', content, { offset, evidence: global.path })
    return true
  }
  // What is used up is used up for the next one, too.
  if (exhausted) budget.step()
  return false
}
