import { Disposable, tasks, window, workspace, type Task } from 'vscode'
import { runShellCommand } from '../../base/shellCommand'
import { taskKey, type RequiredTask } from '../../registry/policy'
import type { TaskOutcome } from '../../registry/policyCheck'
import type { Host } from '../host'
import type { FolderRegistry } from '../registries'

/**
 * Runs what promotion rules want to have run, one after the other: tasks of the editor by their name, and commands once
 * a person has read and approved exactly their text. What may not be run says why.
 */
export async function runRuleTasks(
  host: Pick<Host, 'approvals' | 'log'>,
  required: readonly RequiredTask[],
  folder: FolderRegistry,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, TaskOutcome>> {
  const outcomes = new Map<string, TaskOutcome>()
  for (const task of required) {
    const outcome = await outcomeOf(host, task, folder, signal)
    if (outcome.kind === 'ended') {
      host.log.info(`${taskKey(task)} ended in ${outcome.exitCode}`)
      if (outcome.output) host.log.info(outcome.output.trimEnd())
    }
    outcomes.set(taskKey(task), outcome)
  }
  return outcomes
}

async function outcomeOf(
  host: Pick<Host, 'approvals'>,
  task: RequiredTask,
  folder: FolderRegistry,
  signal: AbortSignal | undefined,
): Promise<TaskOutcome> {
  if (!workspace.isTrusted) return { kind: 'notRun', reason: 'the workspace is not trusted' }
  if (signal?.aborted) return { kind: 'notRun', reason: 'it was cancelled' }
  if (task.kind === 'task') return runTask(task.name, folder, signal)
  if (!(await approve(host, task.command, folder))) {
    return { kind: 'notRun', reason: 'this exact command was not approved on this machine' }
  }
  return runShellCommand(task.command, folder.folder.uri.fsPath, signal)
}

async function approve(
  { approvals }: Pick<Host, 'approvals'>,
  command: string,
  { folder }: FolderRegistry,
): Promise<boolean> {
  if (approvals.has(command)) return true
  const run = 'Approve and Run'
  const answer = await window.showWarningMessage(
    `The promotion rules of ${folder.name} want to run a command on this machine.`,
    {
      modal: true,
      detail: `${visible(command)}\n\nIt runs in ${folder.uri.fsPath}, now and whenever the rules ask for exactly this command. Run only what you have read and trust.`,
    },
    run,
  )
  if (answer !== run) return false
  await approvals.add(command)
  return true
}

/** The command as it is, with what a dialog would hide or reorder made visible. */
export function visible(command: string): string {
  return command.replaceAll(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** Runs a task that the workspace or an extension provides, and waits for its process. */
async function runTask(
  name: string,
  { folder }: FolderRegistry,
  signal: AbortSignal | undefined,
): Promise<TaskOutcome> {
  const named = (await tasks.fetchTasks()).filter((task) => task.name === name)
  const isOfFolder = ({ scope }: Task): boolean =>
    typeof scope === 'object' && scope.uri.toString() === folder.uri.toString()
  const task = named.find(isOfFolder) ?? named.find(({ scope }) => typeof scope !== 'object')
  if (!task) return { kind: 'notRun', reason: `there is no task "${name}" in this workspace` }
  const listeners: Disposable[] = []
  try {
    return await new Promise<TaskOutcome>((resolve, reject) => {
      // Listening begins before the start: a task can be over before its start is answered.
      const ended = new Map<unknown, number | undefined>()
      let own: unknown
      const settle = (): void => {
        if (own === undefined || !ended.has(own)) return
        const exitCode = ended.get(own)
        resolve(
          exitCode === undefined
            ? { kind: 'notRun', reason: 'it ended without an exit code' }
            : { kind: 'ended', exitCode },
        )
      }
      listeners.push(
        tasks.onDidEndTaskProcess(({ execution, exitCode }) => {
          ended.set(execution, exitCode)
          settle()
        }),
        // A task without a process of its own only ever ends so.
        tasks.onDidEndTask(({ execution }) => {
          if (!ended.has(execution))
            setImmediate(() => {
              if (!ended.has(execution)) ended.set(execution, undefined)
              settle()
            })
        }),
      )
      tasks.executeTask(task).then((execution) => {
        own = execution
        signal?.addEventListener('abort', () => execution.terminate(), { once: true })
        settle()
      }, reject)
    })
  } finally {
    Disposable.from(...listeners).dispose()
  }
}
