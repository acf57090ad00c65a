import { PickleWriter } from '../support/pickleWriter'
import { callPickle, textPickle } from './gadgets'
import type { Add } from './tricks'
import { frame } from './tricks'

const pickle = (): PickleWriter => new PickleWriter()
const system = callPickle('os', 'system')
const clean = pickle().proto(2).ops('}.').bytes()

/** States and items of what should have none. */
export function addStates(add: Add): void {
  add(
    'BUILD on a class',
    pickle()
      .proto(2)
      .global('collections', 'OrderedDict')
      .ops('N}')
      .text4('x')
      .ops('K\x01s\x86b.')
      .bytes(),
  )
  add(
    'BUILD with __class__',
    pickle()
      .proto(2)
      .global('argparse', 'Namespace')
      .ops(')R}')
      .text4('__class__')
      .ops('K\x01sb.')
      .bytes(),
  )
  add(
    'BUILD with __setstate__',
    pickle()
      .proto(2)
      .global('argparse', 'Namespace')
      .ops(')R}')
      .text4('__setstate__')
      .ops('K\x01sb.')
      .bytes(),
  )
  add(
    'BUILD with slots',
    pickle()
      .proto(2)
      .global('argparse', 'Namespace')
      .ops(')RN}')
      .text4('__dict__')
      .ops('}s\x86b.')
      .bytes(),
  )
  add(
    'items of a class',
    pickle().proto(2).global('collections', 'OrderedDict').text4('x').ops('K\x01s.').bytes(),
  )
  add(
    'items of a date',
    pickle()
      .proto(2)
      .global('datetime', 'date')
      .ops('(K\x01K\x01K\x01tR')
      .text4('x')
      .ops('K\x01s.')
      .bytes(),
  )
  add(
    'source in a distribution',
    pickle()
      .proto(2)
      .global('scipy.stats._continuous_distns', 'norm_gen')
      .ops(')\x81}')
      .text4('_parse_arg_template')
      .text4('import os')
      .ops('sb.')
      .bytes(),
  )
}

/** Frames, protocols, damage and bombs. */
export function addStructure(add: Add, odd: Add): void {
  add('EXT1', pickle().proto(2).raw(0x82, 7).ops(')R.').bytes())
  add('EXT4', pickle().proto(2).raw(0x84, 1, 0, 0, 0).ops('.').bytes())
  odd('PERSID', pickle().line('P', 'x').ops('.').bytes())
  odd('PROTO in the middle', pickle().proto(2).ops('N0').proto(2).ops('}.').bytes())
  add('PROTO raised in the middle', pickle().proto(2).ops('N0').proto(4).ops('}.').bytes())
  const inner = pickle().global('os', 'system').ops(')R.').bytes()
  add(
    'a frame inside a frame',
    pickle().proto(4).raw(frame(30)).ops('N0').raw(frame(2)).ops('N0N0}').raw(inner).bytes(),
  )
  add(
    'a literal across a frame',
    pickle().proto(4).raw(frame(3), 0x8c, 30).raw(Buffer.alloc(30, 0x4e)).ops('.').bytes(),
  )
  add('no STOP', system.subarray(0, -1))
  add('no STOP in protocol 0', textPickle('os', 'system').subarray(0, -1))
  add(
    'an unknown opcode behind the call',
    Buffer.concat([system.subarray(0, -1), Buffer.from([0xff, 0xff])]),
  )
  add(
    'an underflow behind the call',
    Buffer.concat([system.subarray(0, -1), Buffer.from('00000R.')]),
  )
  add(
    'an underflow before the call',
    Buffer.concat([Buffer.from('\x80\x0400', 'latin1'), system.subarray(2)]),
  )
  add('a second pickle', Buffer.concat([clean, system]))
  add('a seventh pickle', Buffer.concat([clean, clean, clean, clean, clean, clean, system]))
  add('a hundredth pickle', Buffer.concat([...Array.from({ length: 100 }, () => clean), system]))
  add('padding before the second pickle', Buffer.concat([clean, Buffer.alloc(100), system]))
  add(
    'a long literal before the call',
    pickle()
      .proto(2)
      .data(Buffer.alloc(3_000_000, 0x41))
      .ops('0')
      .raw(textPickle('os', 'system'))
      .bytes(),
  )
  const rest = system.subarray(2)
  add('a frame beyond the end', Buffer.concat([pickle().proto(4).raw(frame(1000)).bytes(), rest]))
  add(
    'a frame beyond all files',
    Buffer.concat([
      pickle()
        .proto(4)
        .raw(frame(2 ** 60))
        .bytes(),
      rest,
    ]),
  )
  add(
    'a frame beyond the end, without a name',
    Buffer.concat([Buffer.from('N0'), frame(1000), textPickle('os', 'system')]),
    'weights.dat',
  )
  add(
    'a second pickle of protocol 1',
    Buffer.concat([clean, Buffer.from([0x80, 1]), textPickle('os', 'system')]),
  )
  add(
    'a second pickle that begins with a frame',
    Buffer.concat([clean, frame(0), textPickle('os', 'system')]),
  )
  odd(
    'a second pickle of unknown code',
    Buffer.concat([clean, frame(0), textPickle('some.package', 'run')]),
  )
  odd('a truncated header', pickle().proto(4).raw(frame(1000)).bytes())
  odd('a truncated literal', pickle().proto(2).raw(0x58, 0xff, 0xff, 0, 0).bytes())
  odd('a protocol of the future', pickle().proto(9).ops('}.').bytes())
  odd(
    'a huge memo index',
    pickle().proto(2).ops('}').raw(0x72, 0xff, 0xff, 0xff, 0x7f).ops('.').bytes(),
  )
  odd('a bomb of lists', bomb())
  odd('a number of too many digits', pickle().line('I', '9'.repeat(6000)).ops('.').bytes())
  odd('an empty file', Buffer.alloc(0))
  odd('zeros', Buffer.alloc(4096))
  odd('noise', Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 7919 + 131) % 251)))
  odd('a text', Buffer.from('<html>404: the model is gone</html>'))
}

/** Each list holds the one before it thirty times. */
function bomb(): Buffer {
  const writer = pickle().proto(2).ops(']q\x00')
  for (let depth = 1; depth < 20; depth++) {
    writer
      .ops('](')
      .ops(`h${String.fromCharCode(depth - 1)}`.repeat(30))
      .ops(`eq${String.fromCharCode(depth)}`)
  }
  return writer.ops('.').bytes()
}
