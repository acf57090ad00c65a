import type { ByteReader } from '../../bytes/byteReader'
import { Budget } from '../../bytes/limits'
import { OpcodeReader, OPCODES } from '../../bytes/opcodes'
import { runPickle } from '../../bytes/pickle'
import type { PickleEvent } from '../../bytes/pickle'
import { isKind } from '../../bytes/pickleValues'
import { isCorrupt } from '../context'
import { judgeGlobal } from '../policy/judge'

/** Opcodes that a probe follows. */
const PROBED = 20_000
/** Bytes behind the first literals that are looked at. */
const SHOWN = 16 * 1024 * 1024
/** Literals longer than this are passed by before. */
const LONG = 65_536
/** So many opcodes in a row are no accident. */
const CERTAIN = 400
/** Opcodes that need something before them. */
const NOT_FIRST: ReadonlySet<string> = new Set(
  'STOP APPEND APPENDS LIST TUPLE TUPLE1 TUPLE2 TUPLE3 DICT SETITEM SETITEMS ADDITEMS FROZENSET POP DUP POP_MARK GET BINGET LONG_BINGET PUT BINPUT LONG_BINPUT MEMOIZE STACK_GLOBAL REDUCE BUILD OBJ NEWOBJ NEWOBJ_EX READONLY_BUFFER BINPERSID'.split(
    ' ',
  ),
)

/**
 * Whether an unpickler would get anywhere with these bytes. Unlike a reader of metadata it takes every opcode that can
 * stand first for a beginning, and follows literals of any length: what executes is what counts, not what is usual.
 */
export function startsAsPickle(reader: ByteReader): boolean {
  const [first = 0, second = 0] = reader.head(0, 2)
  const opcode = OPCODES[first]
  if (!opcode || NOT_FIRST.has(opcode.name)) return false
  if (opcode.name === 'PROTO' && second > 5) return false
  // A line is searched to its end, which in numbers may be far: only literals with a length may go on for longer.
  const start = skipLiterals(reader)
  const shown = reader.view(start, Math.min(reader.size - start, SHOWN))
  const result = runPickle(shown, { budget: new Budget({ steps: PROBED, milliseconds: 500 }) })
  const { events, opcodes, stopped, error, exhausted } = result
  if (opcode.name === 'PROTO' && second >= 2) return opcodes >= 2
  if (stopped && error === undefined) return opcodes >= 2
  // What was put in front is dropped by opcodes that have nothing to drop here.
  const isBehind = start > 0
  const counts = (event: PickleEvent): boolean => isBehind || !event.afterError
  if (events.some((event) => counts(event) && (isNamedCall(event) || importsDenied(event))))
    return true
  return opcodes >= CERTAIN && (exhausted || error === undefined)
}

/** Where the opcodes go on behind long literals with a length, which anybody may put in front. */
function skipLiterals(reader: ByteReader): number {
  const opcode = new OpcodeReader(reader)
  let start = 0
  for (let at = 0, count = 0; at < reader.size && count < 64; count++) {
    const { argument } = OPCODES[reader.u8(at)] ?? { argument: 'none' }
    if (argument !== 'none' && !/^(?:data|text|string|uint|int|long)\d/.test(argument)) break
    try {
      opcode.read(at)
    } catch (error) {
      if (!isCorrupt(error)) throw error
      break
    }
    at = opcode.end
    if (opcode.dataLength > LONG) start = at
  }
  return start
}

/** An import alone runs a module, and no text begins by accident with one that is denied. */
function importsDenied(event: PickleEvent): boolean {
  if (event.kind !== 'global') return false
  const { module, name } = event.global
  const { kind } = judgeGlobal(module, name)
  return kind === 'denied' || kind === 'library'
}

/** A text can read as a few opcodes; hardly one calls something that has a name. */
function isNamedCall(event: PickleEvent): boolean {
  if (event.kind !== 'call') return false
  const { callee } = event.call
  return isKind(callee, 'global') && /^[A-Za-z_][\w.]*$/.test(callee.path)
}
