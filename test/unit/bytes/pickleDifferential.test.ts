import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { ByteReader } from '../../../src/bytes/byteReader'
import { Budget } from '../../../src/bytes/limits'
import { OPCODES } from '../../../src/bytes/opcodes'
import { runPickle } from '../../../src/bytes/pickle'
import { PickleWriter } from '../../support/pickleWriter'
import { seededRandom } from '../../support/random'

interface Loaded {
  readonly raw: readonly (readonly [string, string])[]
  readonly mapped: readonly (readonly [string, string])[]
  readonly error: string | null
}

const ORACLE = join(__dirname, 'pickleOracle.py')
const PROGRAMS = Number(process.env['PICKLE_PROGRAMS'] ?? 4000)
const GLOBALS = [
  ['os', 'system'],
  ['__builtin__', 'eval'],
  ['__builtin__', 'reduce'],
  ['commands', 'getoutput'],
  ['collections', 'OrderedDict'],
  ['urllib', 'urlopen'],
  ['exceptions', 'OSError'],
] as const

function loadWithPython(pickles: readonly Buffer[]): readonly Loaded[] | string {
  const input = JSON.stringify(pickles.map((bytes) => bytes.toString('base64')))
  const { stdout, status, error, stderr } = spawnSync('python3', ['-I', ORACLE], {
    input,
    encoding: 'utf8',
    maxBuffer: 1e9,
  })
  if (error) return `python3 is not here (${error.message})`
  assert.equal(status, 0, stderr)
  return JSON.parse(stdout) as Loaded[]
}

/** A pickle that mostly obeys the stack: opcodes are chosen by how many values and marks there are. */
function randomPickle(random: () => number): Buffer {
  const writer = new PickleWriter()
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T
  const protocol = Math.floor(random() * 6)
  if (random() < 0.8) writer.proto(protocol)
  let height = 0
  const marks: number[] = []
  let memoized = 0
  const length = 5 + Math.floor(random() * 60)
  for (let count = 0; count < length; count++) {
    const free = height - (marks.at(-1) ?? 0)
    const roll = random()
    const [module, name] = pick(GLOBALS)
    if (roll < 0.3) {
      pick([
        () => writer.text(pick(['os', 'system', 'posix', 'a', 'ü'])),
        () => writer.text4(name),
        () => writer.line('S', `'${name.replace('s', String.raw`\x73`)}'`),
        () => writer.line('V', module.replace('o', String.raw`\u006f`)),
        () => writer.int(count),
        () => writer.ops('N'),
        () => writer.ops(']'),
        () => writer.ops('}'),
        () => writer.ops(')'),
        () => writer.raw(0x8f),
        () => writer.line('I', pick(['1', '01', '00', '0x10', '0b1', '007', ' 5', '1_0', '1L'])),
        () => writer.line('L', pick(['12L', '-3', '99999999999999999999L'])),
        () => writer.line('F', pick(['1.5', 'nan', '-inf', '1e5'])),
      ])()
      height++
    } else if (roll < 0.4) {
      writer.global(module, name)
      height++
    } else if (roll < 0.46) {
      marks.push(height)
      writer.ops('(')
    } else if (roll < 0.5 && free >= 2) {
      writer.raw(0x93)
      height--
    } else if (roll < 0.53) {
      writer.text(module).text(name).raw(0x93)
      height++
    } else if (roll < 0.58 && free >= 1) {
      pick([() => writer.raw(0x94), () => writer.line('p', pick(['0', '1', ' 2', '0_3', '7']))])()
      memoized++
    } else if (roll < 0.64 && memoized > 0) {
      pick([
        () => writer.raw(0x68, Math.floor(random() * memoized)),
        () => writer.line('g', `${Math.floor(random() * memoized)}`),
      ])()
      height++
    } else if (roll < 0.7 && free >= 1) {
      writer.raw(0x85)
    } else if (roll < 0.76 && free >= 2) {
      pick([
        () => writer.ops('R'),
        () => writer.raw(0x81),
        () => writer.ops('b'),
        () => writer.ops('a'),
        () => writer.raw(0x86),
      ])()
      height--
    } else if (roll < 0.84 && marks.length > 0) {
      const mark = marks.pop() ?? 0
      const [opcode, change] = pick([
        [0x74, 1],
        [0x6c, 1],
        [0x64, 1],
        [0x91, 1],
        [0x31, 0],
        [0x6f, 1],
        [0x65, 0],
        [0x75, 0],
        [0x90, 0],
      ] as const)
      writer.raw(opcode)
      height = mark + change
    } else if (roll < 0.86) {
      writer.ops('(').line('i', module, name)
      height++
    } else if (roll < 0.9 && free >= 1) {
      pick([
        () => {
          writer.ops('0')
          height--
        },
        () => {
          writer.ops('2')
          height++
        },
        () => writer.raw(0x51),
      ])()
    } else if (roll < 0.91) {
      writer.proto(Math.floor(random() * 6))
    } else if (roll < 0.92) {
      const code = Math.floor(random() * 256)
      // A memo index of four bytes would have CPython allocate gigabytes.
      if (OPCODES[code]?.name !== 'LONG_BINPUT') writer.raw(code)
    }
  }
  return writer.ops('.').bytes()
}

describe('pickle machine against CPython', () => {
  it('reports every global that CPython resolves, in its order and by its Python 3 name', function () {
    const random = seededRandom(20261123)
    const pickles = Array.from({ length: PROGRAMS }, () => randomPickle(random))
    const loaded = loadWithPython(pickles)
    if (typeof loaded === 'string') {
      console.log(`      skipped: ${loaded}`)
      this.skip()
    }
    let resolved = 0
    let succeeded = 0
    for (const [index, bytes] of pickles.entries()) {
      const expected: Loaded | undefined = loaded[index]
      assert.ok(expected)
      const { events, error, stopped } = runPickle(ByteReader.of(bytes), { budget: new Budget() })
      const globals = events.flatMap((event) => (event.kind === 'global' ? [event.global] : []))
      const shown: string = `${bytes.toString('base64')}: ${expected.error}`
      const raw = globals.map(({ rawModule, rawName }) => [rawModule, rawName])
      assert.deepEqual(raw.slice(0, expected.raw.length), expected.raw, shown)
      const mapped = globals.map(({ module, name }) => [module, name])
      assert.deepEqual(mapped.slice(0, expected.mapped.length), expected.mapped, shown)
      resolved += expected.raw.length
      if (expected.error === null) {
        succeeded++
        assert.equal(error, undefined, shown)
        assert.ok(stopped, shown)
        assert.equal(globals.length, expected.raw.length, shown)
      }
    }
    assert.ok(resolved > PROGRAMS, `only ${resolved} globals were resolved`)
    assert.ok(succeeded > PROGRAMS / 50, `only ${succeeded} pickles loaded`)
  })
})
