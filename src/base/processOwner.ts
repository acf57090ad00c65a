import { createHash, randomBytes } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname, uptime } from 'node:os'

/** Which process owns something in flight, precisely enough to tell a dead owner from a recycled process id. */
export interface ProcessOwner {
  readonly host: string
  /** Changes with every start of the machine; empty where the system does not tell. */
  readonly boot: string
  /** Process ids of another namespace (a container) mean nothing here; empty where there are none. */
  readonly namespace: string
  readonly pid: number
  /** Start of the process in the system's own unit; empty where it does not tell. */
  readonly started: string
}

function readOr(read: () => string, fallback: string): string {
  try {
    return read()
  } catch {
    // Only Linux tells this; the other systems are told apart by host and process id alone.
    return fallback
  }
}

/** Field 22 of /proc/PID/stat (proc_pid_stat(5)): clock ticks after boot. Field 2 may hold spaces and parentheses. */
function startOf(pid: number): string {
  return readOr(() => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    // A zombie holds nothing any more, though its entry is there until its parent asks for it.
    return fields[0] === 'Z' || fields[0] === 'X' ? 'ended' : (fields[19] ?? '')
  }, '')
}

let own: ProcessOwner | undefined

export function currentOwner(): ProcessOwner {
  own ??= {
    host: hostname(),
    boot: readOr(() => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim(), ''),
    namespace: readOr(() => readlinkSync('/proc/self/ns/pid'), ''),
    pid: process.pid,
    started: startOf(process.pid),
  }
  return own
}

/** `foreign` owners are of another machine or container: nobody here can tell whether they live. */
export type OwnerState = 'alive' | 'dead' | 'foreign'

export function ownerState(owner: ProcessOwner): OwnerState {
  const here = currentOwner()
  if (owner.host !== here.host) return 'foreign'
  if (owner.boot !== here.boot) return 'dead'
  if (owner.namespace !== here.namespace) return 'foreign'
  try {
    process.kill(owner.pid, 0)
  } catch (error) {
    // EPERM: it lives, under another user.
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return 'dead'
  }
  const started = startOf(owner.pid)
  return owner.started !== '' && started !== '' && started !== owner.started ? 'dead' : 'alive'
}

/** Tells this copy of the code from another one in the same process: two extensions may both bundle it. */
const instance = randomBytes(4).toString('hex')
/** Names that this copy of the code has in flight now. */
const inFlight = new Set<string>()

/**
 * A unique name for something in flight that tells its owner by itself, so that even a name whose record was never
 * written can be cleared: `<machine>-<boot>-<pid>-<start>-<instance>-<random>`. A suffix with a dot may be added to it.
 * What it names is the owner's until `endFlight`.
 */
export function flightName(): string {
  const owner = currentOwner()
  const random = randomBytes(6).toString('hex')
  const name = [
    hashed(owner.host),
    hashed(owner.boot, owner.namespace),
    owner.pid,
    owner.started || '0',
    instance,
    random,
  ].join('-')
  inFlight.add(name)
  return name
}

export function endFlight(name: string): void {
  inFlight.delete(name)
}

function hashed(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 12)
}

const FLIGHT_NAME =
  /^(([0-9a-f]{12})-([0-9a-f]{12})-([0-9]+)-([0-9]+)-([0-9a-f]{8})-[0-9a-f]{12})(\.[a-z]+)?$/

/** Since when this machine runs, in milliseconds; what is older was left by an earlier start of it. */
function bootTime(): number {
  return Date.now() - uptime() * 1000
}

/**
 * Whether the owner of a name (of `flightName`, with or without a suffix) still has it in flight. Another machine's
 * names are `foreign`, and so are another container's, unless the machine was started since: nobody survives that. A
 * name of this copy of the code that has ended was left over by a failure.
 * @param modified When what it names was last written, in milliseconds.
 */
export function flightState(name: string, modified = Infinity): OwnerState {
  const match = FLIGHT_NAME.exec(name)
  const here = currentOwner()
  if (!match || match[2] !== hashed(here.host)) return 'foreign'
  if (match[3] !== hashed(here.boot, here.namespace)) {
    return here.boot !== '' && modified < bootTime() - BOOT_SLACK ? 'dead' : 'foreign'
  }
  if (Number(match[4]) === here.pid && match[6] === instance) {
    return inFlight.has(match[1] ?? '') ? 'alive' : 'dead'
  }
  const started = match[5] === '0' ? '' : (match[5] ?? '')
  return ownerState({ ...here, pid: Number(match[4]), started })
}

/** A clock may have been set since the start of the machine, in milliseconds. */
const BOOT_SLACK = 60_000
