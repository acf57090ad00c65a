import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { systemCode } from '../base/errors'
import { runShellCommand } from '../base/shellCommand'
import { taskKey, type RequiredTask } from '../registry/policy'
import type { TaskOutcome } from '../registry/policyCheck'

/**
 * The rules arrive with a clone, so a command in them runs only when somebody on this machine has approved exactly this
 * text: the digests of what was approved lie in the user's own configuration, where no repository can write.
 */
function approvalsFile(): string {
  const base = process.env['XDG_CONFIG_HOME'] || join(homedir(), '.config')
  return join(base, 'model-registry', 'approved-commands.json')
}

function digestOf(task: RequiredTask): string {
  return createHash('sha256').update(taskKey(task)).digest('hex')
}

async function readApprovals(): Promise<Set<string>> {
  try {
    const value: unknown = JSON.parse(await readFile(approvalsFile(), 'utf8'))
    return new Set(Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [])
  } catch (error) {
    // Nothing was approved yet, or the file is damaged: then nothing counts as approved.
    if (error instanceof SyntaxError || systemCode(error) === 'ENOENT') return new Set()
    throw error
  }
}

/** Approves the commands, by their exact text, on this machine. */
export async function approveTasks(tasks: readonly RequiredTask[]): Promise<void> {
  const approvals = await readApprovals()
  for (const task of tasks) if (task.kind === 'command') approvals.add(digestOf(task))
  const file = approvalsFile()
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, `${JSON.stringify([...approvals], null, 2)}\n`, { mode: 0o600 })
}

export interface RunTasksOptions {
  /** False where `--run-tasks` was not given. */
  readonly run: boolean
  readonly folder: string
  readonly signal?: AbortSignal
}

/** Runs what may be run, and says why the rest was not. */
export async function runTasks(
  tasks: readonly RequiredTask[],
  { run, folder, signal }: RunTasksOptions,
): Promise<ReadonlyMap<string, TaskOutcome>> {
  const approvals = run ? await readApprovals() : new Set<string>()
  const outcomes = new Map<string, TaskOutcome>()
  for (const task of tasks) {
    outcomes.set(
      taskKey(task),
      await outcomeOf(task, { run, folder, approvals, ...(signal ? { signal } : {}) }),
    )
  }
  return outcomes
}

async function outcomeOf(
  task: RequiredTask,
  { run, folder, approvals, signal }: RunTasksOptions & { readonly approvals: ReadonlySet<string> },
): Promise<TaskOutcome> {
  if (task.kind === 'task') {
    return {
      kind: 'notRun',
      reason: 'it is a task of the editor, which runs it before a promotion there',
    }
  }
  if (!run) return { kind: 'notRun', reason: 'commands run only with --run-tasks' }
  if (!approvals.has(digestOf(task))) {
    return {
      kind: 'notRun',
      reason:
        'this exact command was not approved on this machine; read it, then run "model-registry check --approve-tasks"',
    }
  }
  return runShellCommand(task.command, folder, signal)
}
