import { readFileSync } from 'node:fs'
import { inspectPath } from '../../src/formats/inspect'

/**
 * Looks into one file in a process of its own, as the first thing that it does, and prints the time and the memory that
 * it took above what the process had.
 */
async function inspectOnce(path: string): Promise<void> {
  const idle = process.memoryUsage.rss()
  const start = performance.now()
  const { format, partial, tensors } = await inspectPath(path, { detailed: true })
  const milliseconds = performance.now() - start
  const peak = peakMemory()
  process.stdout.write(
    JSON.stringify({ format, partial, tensors: tensors.length, milliseconds, bytes: peak - idle }),
  )
}

/** The most memory that the process ever had, in bytes. What `getrusage` says on Linux is also that of the parent. */
function peakMemory(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024
  const kilobytes = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
  return Number(kilobytes) * 1024
}

void inspectOnce(process.argv[2] ?? '')
