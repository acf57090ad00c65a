/** Child processes that never outlive this one, whatever ends it. */
import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process'

const running = new Set<ChildProcess>()
let watching = false

/** Starts a program in a process group of its own, which `stopGroup` or the end of this process ends. */
export function spawnGroup(
  command: string,
  args: readonly string[],
  options: SpawnOptions,
): ChildProcess {
  watchOwnEnd()
  const child = spawn(command, args, { ...options, detached: process.platform !== 'win32' })
  running.add(child)
  return child
}

/** Ends the whole group, also what the child left running when it ended first; waits until the child is gone. */
export async function stopGroup(child: ChildProcess): Promise<void> {
  running.delete(child)
  const gone =
    child.exitCode !== null || child.signalCode !== null
      ? undefined
      : new Promise((resolve) => child.once('exit', resolve))
  killGroup(child)
  await gone
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return
  try {
    if (process.platform === 'win32') child.kill()
    else process.kill(-child.pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

function watchOwnEnd(): void {
  if (watching) return
  watching = true
  // First, so that what else happens at the end finds nobody at work.
  process.prependListener('exit', () => {
    for (const child of running) killGroup(child)
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => process.exit(signal === 'SIGINT' ? 130 : 143))
}
