import type { ByteReader } from '../../bytes/byteReader'
import { Budget } from '../../bytes/limits'
import { OPCODES } from '../../bytes/opcodes'
import { runPickle } from '../../bytes/pickle'
import type { PickleEvent } from '../../bytes/pickle'
import { isKind } from '../../bytes/pickleValues'

/** Opcodes that a probe follows. */
const PROBED = 20_000
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
  const result = runPickle(reader, { budget: new Budget({ steps: PROBED, milliseconds: 500 }) })
  const { events, opcodes, stopped, error, exhausted } = result
  if (opcode.name === 'PROTO' && second >= 2) return opcodes >= 2
  if (stopped && error === undefined) return opcodes >= 2
  if (events.some((event) => isNamedCall(event))) return true
  return opcodes >= CERTAIN && (exhausted || error === undefined)
}

/** A text can read as a few opcodes; hardly one calls something that has a name. */
function isNamedCall(event: PickleEvent): boolean {
  if (event.kind !== 'call' || event.afterError) return false
  const { callee } = event.call
  return isKind(callee, 'global') && /^[A-Za-z_][\w.]*$/.test(callee.path)
}
