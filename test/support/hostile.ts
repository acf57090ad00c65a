import assert from 'node:assert/strict'
import { isAppError } from '../../src/base/errors'
import type { FileFormat, FileSubject } from '../../src/formats/format'
import { seededRandom } from './random'
import { type Files, fileSubject } from './subject'

/** More than a small file may cost: what is beyond it follows a number in the file. */
const MEMORY_LIMIT = 64 * 1024 * 1024
/** Of the processor: the clock on the wall also counts what others do. */
const TIME_LIMIT_MS = 1000
/** Values that lengths and counts are replaced with. */
const EXTREMES: readonly (readonly number[])[] = [
  [0xff, 0xff, 0xff, 0xff],
  [0xff, 0xff, 0xff, 0x7f],
  [0x00, 0x00, 0x00, 0x80],
  [0x00, 0x00, 0x00, 0x00],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
  [0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00],
  [0x01, 0x00, 0x00, 0x00],
]

/** Inputs that readers were given in this process; a long run says how many there were. */
let inputs = 0
if (process.env['FUZZ_RUNS']) {
  process.once('exit', () => console.log(`${inputs.toLocaleString('en-US')} damaged inputs`))
}

export interface HostileOptions {
  readonly name?: string
  readonly siblings?: Files
  /** Mutated inputs; `FUZZ_RUNS` wins. */
  readonly runs?: number
  /** `FUZZ_SEED` is added: another one makes other inputs. */
  readonly seed?: number
  /** Only every nth position is cut and flipped, for inputs of more than a few kilobytes; `HOSTILE_ALL` takes each. */
  readonly step?: number
}

/**
 * Asserts that a reader ends well on damaged files: in a result or in `AppError('corrupt')`, within a second, and
 * without memory that follows a number in the file. The file is cut at every byte, every byte is flipped, and seeded
 * mutations put extreme numbers, repetitions and gaps into it. `match` must never throw.
 */
export function assertHostile(
  format: Pick<FileFormat, 'match' | 'inspect'>,
  bytes: Uint8Array,
  options: HostileOptions = {},
): void {
  assertWithstands(
    (mutant) => {
      const subject = fileSubject(options.name ?? 'model.bin', mutant, options.siblings)
      return [() => format.match(subject), () => inspectOrCorrupt(format, subject)]
    },
    bytes,
    options,
  )
}

/** The same for any function of bytes: it may return, or throw `AppError('corrupt')`. */
export function assertHostileReader(
  read: (bytes: Uint8Array) => unknown,
  bytes: Uint8Array,
  options: HostileOptions = {},
): void {
  assertWithstands((mutant) => [() => corruptOnly(() => read(mutant))], bytes, options)
}

function assertWithstands(
  actions: (mutant: Uint8Array) => readonly (() => unknown)[],
  bytes: Uint8Array,
  options: HostileOptions,
): void {
  for (const [description, mutant] of mutants(bytes, options)) {
    inputs++
    const before = process.memoryUsage()
    const start = process.cpuUsage()
    for (const action of actions(mutant)) {
      try {
        action()
      } catch (error) {
        throw new Error(`The reader failed on the input ${description}.`, { cause: error })
      }
    }
    const { user, system } = process.cpuUsage(start)
    const milliseconds = (user + system) / 1000
    assert.ok(milliseconds < TIME_LIMIT_MS, `${milliseconds} ms on the input ${description}`)
    const after = process.memoryUsage()
    const grown = after.heapUsed + after.external - before.heapUsed - before.external
    assert.ok(grown < MEMORY_LIMIT, `${grown} bytes of memory on the input ${description}`)
  }
}

function inspectOrCorrupt(format: Pick<FileFormat, 'inspect'>, subject: FileSubject): void {
  corruptOnly(() => {
    const result = format.inspect(subject)
    assertPlain(result)
  })
}

function corruptOnly(action: () => unknown): void {
  try {
    action()
  } catch (error) {
    if (!isAppError(error) || error.code !== 'corrupt') throw error
  }
}

/** What is reported must survive JSON: counts are safe integers or at least finite. */
function assertPlain(value: unknown): void {
  if (typeof value === 'number') assert.ok(Number.isFinite(value), `${value} is reported`)
  assert.notEqual(typeof value, 'bigint')
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(assertPlain)
}

function* mutants(
  input: Uint8Array,
  options: HostileOptions,
): Generator<readonly [string, Uint8Array]> {
  // A `Buffer` would give views of itself where a `Uint8Array` gives copies.
  const bytes = Uint8Array.from(input)
  const step = process.env['HOSTILE_ALL'] ? 1 : (options.step ?? 1)
  yield ['as it is', bytes]
  for (let length = 0; length < bytes.length; length += step) {
    yield [`cut to ${length} bytes`, bytes.slice(0, length)]
  }
  for (let offset = 0; offset < bytes.length; offset += step) {
    for (const mask of [0xff, 0x01, 0x80]) {
      const mutant = bytes.slice()
      mutant[offset] = (mutant[offset] ?? 0) ^ mask
      yield [`with byte ${offset} xor ${mask}`, mutant]
    }
  }
  const seed = (options.seed ?? 1) + Number(process.env['FUZZ_SEED'] ?? 0)
  const runs = Number(process.env['FUZZ_RUNS'] ?? options.runs ?? 200)
  for (let run = 0; run < runs; run++) {
    yield [`of run ${run}, seed ${seed}`, mutate(bytes, seededRandom(seed * 1_000_003 + run))]
  }
}

function mutate(bytes: Uint8Array, random: () => number): Uint8Array {
  const pick = (limit: number): number => Math.floor(random() * limit)
  let mutant: Uint8Array = bytes.slice()
  for (let change = pick(4); change >= 0; change--) {
    const at = pick(mutant.length)
    switch (pick(5)) {
      case 0:
        mutant[at] = pick(256)
        break
      case 1: {
        const extreme = EXTREMES[pick(EXTREMES.length)] ?? []
        mutant.set(extreme.slice(0, mutant.length - at), at)
        break
      }
      case 2: {
        const length = Math.min(mutant.length - at, 1 + pick(64))
        mutant = join(mutant.subarray(0, at + length), mutant.subarray(at))
        break
      }
      case 3:
        mutant = join(mutant.subarray(0, at), mutant.subarray(at + 1 + pick(16)))
        break
      default: {
        const from = pick(mutant.length)
        const part = mutant.slice(from, from + 1 + pick(32))
        mutant.set(part.subarray(0, mutant.length - at), at)
      }
    }
  }
  return mutant
}

function join(before: Uint8Array, after: Uint8Array): Uint8Array {
  return Uint8Array.from(Buffer.concat([before, after]))
}
