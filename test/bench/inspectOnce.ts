import { readFileSync } from 'node:fs'
import { isMainThread, Worker } from 'node:worker_threads'
import { inspectPath } from '../../src/formats/inspect'

/**
 * Looks into one file as the first thing that a worker of a new process does, as the hosts do, and prints the time and
 * the memory that it took above what the process had.
 */
async function inspectOnce(path: string): Promise<void> {
  const idle = process.memoryUsage.rss()
  const used = process.cpuUsage()
  const start = performance.now()
  const { format, partial, tensors } = await inspectPath(path, { detailed: true })
  const milliseconds = performance.now() - start
  const { user, system } = process.cpuUsage(used)
  const processor = (user + system) / 1000
  const bytes = peakMemory() - idle
  process.stdout.write(
    JSON.stringify({ format, partial, tensors: tensors.length, milliseconds, processor, bytes }),
  )
}

/** The most memory that the process ever had, in bytes. What `getrusage` says on Linux is also that of the parent. */
function peakMemory(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024
  const kilobytes = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
  return Number(kilobytes) * 1024
}

/** Room for young objects, as small as lists of tensors need it: V8 would take 48 MB of it before it tidies up. */
const resourceLimits = { maxYoungGenerationSizeMb: 2 }

if (isMainThread) void new Worker(__filename, { argv: process.argv.slice(2), resourceLimits })
else void inspectOnce(process.argv[2] ?? '')
