import assert from 'node:assert/strict'
import { AppError } from '../../../src/base/errors'
import { ByteReader } from '../../../src/bytes/byteReader'
import { Budget, LIMITS } from '../../../src/bytes/limits'
import type { PickleOptions, PickleResult } from '../../../src/bytes/pickle'
import { runPickle } from '../../../src/bytes/pickle'
import { attributesOf, calleeOf, isKind, lookUp } from '../../../src/bytes/pickleValues'
import { assertHostileReader } from '../../support/hostile'
import { PickleWriter } from '../../support/pickleWriter'

function run(bytes: Uint8Array, options: Partial<PickleOptions> = {}): PickleResult {
  return runPickle(ByteReader.of(bytes), { budget: new Budget(), ...options })
}

/** The names of the globals and anomalies that a pickle causes, in order. */
function trace({ events }: PickleResult): string[] {
  return events.map((event) => {
    const marker = event.afterError ? '!' : ''
    switch (event.kind) {
      case 'global':
        return `${marker}global ${event.global.path}`
      case 'call':
        return `${marker}call ${calleeOf(event.call)?.path ?? '?'}`
      case 'anomaly':
        return `${marker}${event.rule}`
      default:
        return `${marker}${event.kind}`
    }
  })
}

const pickle = (): PickleWriter => new PickleWriter()

describe('runPickle', () => {
  it('gives constants and containers as they are', () => {
    const bytes = pickle()
      .proto(2)
      .ops('}(')
      .text4('a')
      .int(-5)
      .text4('b')
      .ops('](')
      .ops('N\x88\x89')
      .ops('eu.')
      .bytes()
    const { value, error, stopped } = run(bytes)
    assert.equal(error, undefined)
    assert.ok(stopped)
    assert.equal(lookUp(value, 'a'), -5)
    const list = lookUp(value, 'b')
    assert.deepEqual(isKind(list, 'list') && list.items, [null, true, false])
  })

  it('maps the names of Python 2 up to protocol 2 only', () => {
    const two = run(pickle().proto(2).global('__builtin__', 'reduce').ops('.').bytes())
    assert.deepEqual(trace(two), ['global functools.reduce'])
    assert.equal(two.globals[0]?.rawModule, '__builtin__')
    const four = run(pickle().proto(4).global('__builtin__', 'reduce').ops('.').bytes())
    assert.deepEqual(trace(four), ['global __builtin__.reduce'])
  })

  it('decodes the escapes of texts that name globals', () => {
    const bytes = pickle()
      .proto(4)
      .line('V', String.raw`\u006fs`)
      .line('S', String.raw`'\x73ystem'`)
      .raw(0x93)
      .ops('.')
      .bytes()
    assert.deepEqual(trace(run(bytes)), ['global os.system'])
  })

  it('records a call although its result is dropped', () => {
    const bytes = pickle().ops('(').global('os', 'system').line('S', "'id'").ops('o0N.').bytes()
    assert.deepEqual(trace(run(bytes)), ['global os.system', 'call os.system'])
  })

  it('keeps what happened before damage, and goes on behind what only CPython refuses', () => {
    const damaged = run(
      pickle().global('os', 'system').line('S', "'id'").ops('\x85R').raw(0xff).bytes(),
    )
    assert.deepEqual(trace(damaged), ['global os.system', 'call os.system'])
    assert.equal(damaged.stopped, false)
    assert.ok(damaged.error)
    // POP on an empty stack raises in CPython, but the next opcode can be read.
    const beyond = run(pickle().ops('0').global('os', 'system').ops('.').bytes())
    assert.deepEqual(trace(beyond), ['!global os.system'])
    assert.match(beyond.error?.message ?? '', /not there/)
  })

  it('uses the memo as CPython does: MEMOIZE takes the next place, PUT overwrites', () => {
    const bytes = pickle()
      .proto(4)
      .text('os')
      .raw(0x94)
      .text('harmless')
      .raw(0x71, 1)
      .text('system')
      .raw(0x71, 1)
      .raw(0x68, 0, 0x68, 1, 0x93)
      .ops('.')
      .bytes()
    assert.deepEqual(trace(run(bytes)), ['global os.system'])
  })

  it('says when what is imported can not be told', () => {
    const bytes = pickle().proto(4).int(1).text('system').raw(0x93).ops('.').bytes()
    const result = run(bytes)
    assert.deepEqual(trace(result), ['global-unresolved'])
    assert.ok(result.error)
  })

  it('notices frames that are crossed or nested', () => {
    const frame = (length: number): number[] => [0x95, length, 0, 0, 0, 0, 0, 0, 0]
    const crossed = pickle()
      .proto(4)
      .raw(...frame(3))
      .text('abcdef')
      .ops('.')
      .bytes()
    assert.deepEqual(trace(run(crossed)), ['frame-crossed'])
    const nested = pickle()
      .proto(4)
      .raw(...frame(11))
      .raw(...frame(2))
      .ops('N.')
      .bytes()
    assert.deepEqual(trace(run(nested)), ['frame-nested'])
    const whole = pickle()
      .proto(4)
      .raw(...frame(10))
      .text('abcdef')
      .ops('0N.')
      .bytes()
    assert.deepEqual(trace(run(whole)), [])
  })

  it('notices a protocol that is set again, and one that does not exist', () => {
    assert.deepEqual(trace(run(pickle().proto(2).ops('N0').proto(4).ops('N.').bytes())), [
      'protocol-raised',
    ])
    assert.deepEqual(trace(run(pickle().proto(2).proto(2).ops('N.').bytes())), [
      'protocol-position',
    ])
    const unknown = run(pickle().proto(9).ops('N.').bytes())
    assert.deepEqual(trace(unknown), ['protocol-unknown'])
    assert.ok(unknown.error)
  })

  it('notices names with characters that no name has', () => {
    const bytes = pickle().global('os ', 'system').ops('.').bytes()
    assert.deepEqual(trace(run(bytes)), ['global-characters', 'global os .system'])
  })

  it('tells calls of what is not named, and BUILD on a class', () => {
    assert.deepEqual(trace(run(pickle().proto(2).int(1).ops(')R.').bytes())), [
      'call-unknown',
      'call ?',
    ])
    assert.deepEqual(trace(run(pickle().global('a', 'B').ops('}b.').bytes())), [
      'global a.B',
      'build',
      'build-on-global',
    ])
  })

  it('records items that are given to something other than a plain container, once for each', () => {
    const bytes = pickle().global('a', 'B').ops(')R').int(1).ops('a').int(2).ops('a.').bytes()
    assert.deepEqual(trace(run(bytes)), ['global a.B', 'call a.B', 'items'])
  })

  it('records extension codes and persistent ids', () => {
    const bytes = pickle().raw(0x82, 7).ops('0').line('P', 'id').ops('.').bytes()
    const result = run(bytes)
    assert.deepEqual(trace(result), ['extension', 'persistent-id'])
    assert.ok(isKind(result.value, 'persistent-id'))
  })

  it('follows BUILD, and finds the class through copyreg', () => {
    const bytes = pickle()
      .global('copy_reg', '_reconstructor')
      .ops('(')
      .global('shop', 'Model')
      .global('__builtin__', 'object')
      .ops('NtR}')
      .line('S', "'alpha'")
      .line('F', '0.5')
      .ops('sb.')
      .bytes()
    const { value } = run(bytes)
    assert.equal(calleeOf(value)?.path, 'shop.Model')
    assert.equal(attributesOf(value).get('alpha'), 0.5)
  })

  it('leaves large literals where they are', () => {
    const large = Buffer.alloc(1_000_000, 'x')
    const { value } = run(pickle().proto(3).data(large).ops('.').bytes())
    assert.deepEqual(isKind(value, 'bytes') && value.literal, { offset: 7, length: 1_000_000 })
  })

  it('lets the caller go past bytes in the middle', () => {
    const raw = Buffer.from([0xff, 0xff, 0xff])
    const bytes = pickle().global('a', 'Array').ops(')R}b').raw(raw).ops('.').bytes()
    const { value, error } = run(bytes, {
      afterBuild: (_target, offset) => ({ offset: offset + raw.length, value: 'array' }),
    })
    assert.equal(error, undefined)
    assert.equal(value, 'array')
  })

  it('ends at the caps instead of filling the memory', () => {
    const marks = Buffer.alloc(LIMITS.pickleStack + 10, '(')
    assert.ok(run(marks).exhausted)
    const tuples = Buffer.alloc(LIMITS.pickleValues + 10, ')')
    assert.ok(run(tuples).exhausted)
  })

  it('is ended by its budget and by a cancellation', () => {
    const bytes = pickle().ops('N0'.repeat(10_000)).ops('N.').bytes()
    assert.ok(run(bytes, { budget: new Budget({ steps: 100 }) }).exhausted)
    const signal = AbortSignal.abort()
    assert.throws(
      () => run(bytes, { budget: new Budget({ signal }) }),
      (error) => error instanceof AppError && error.code === 'cancelled',
    )
  })

  it('ends well on damaged pickles', function () {
    this.timeout(60_000)
    const bytes = pickle()
      .proto(4)
      .raw(0x95, 40, 0, 0, 0, 0, 0, 0, 0)
      .text('os')
      .raw(0x94)
      .text('system')
      .raw(0x93)
      .ops('(')
      .line('V', String.raw`\u0061`)
      .line('I', '12')
      .line('L', '99L')
      .line('F', '1.5')
      .ops('t\x85R}')
      .text('k')
      .data(Buffer.from('bytes'))
      .ops('sb.')
      .bytes()
    assertHostileReader((mutant) => run(mutant), bytes)
  })
})
