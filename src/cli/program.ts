import { Command } from 'commander'
import { version } from '../../package.json'
import type { Answer } from './answer'
import { addAlias } from './commands/alias'
import { addDelete } from './commands/delete'
import { addHistory } from './commands/history'
import { addList } from './commands/list'
import { addPath } from './commands/path'
import { addRegister } from './commands/register'
import { addRename } from './commands/rename'
import { addRestore } from './commands/restore'
import { addShow } from './commands/show'
import { addTransition } from './commands/transition'
import { addUpdate } from './commands/update'
import { addGc } from './commands/gc'
import { addMerge } from './commands/merge'
import { addRepair } from './commands/repair'
import { addRollback } from './commands/rollback'
import { addUndo } from './commands/undo'
import { addVerify } from './commands/verify'
import { addCheck } from './commands/check'
import { addCompare } from './commands/compare'
import { addInspect } from './commands/inspect'
import { addSearch } from './commands/search'
import { addScan } from './commands/scan'
import { CommandContext, type CommonFlags } from './context'

/** Runs a command in its context, and keeps what it answers. */
export type Answering = (command: (context: CommandContext) => Promise<Answer>) => Promise<void>

type AddCommand = (program: Command, answering: Answering) => void

/** Every command, in the order of the help. */
const GROUPS: readonly (readonly [heading: string, commands: readonly AddCommand[]])[] = [
  ['Versions:', [addRegister, addList, addShow, addPath, addUpdate, addAlias, addRename]],
  ['Stages:', [addTransition, addCheck, addRollback, addUndo]],
  ['Finding out:', [addSearch, addCompare, addInspect, addScan, addHistory]],
  ['Keeping it sound:', [addVerify, addRepair, addDelete, addRestore, addGc, addMerge]],
]

const EXAMPLES = `
Examples:
  model-registry register model.onnx --name churn --metric accuracy=0.94
  model-registry transition churn:1.0.0 production --note "better recall"
  model-registry path churn@production

A reference is model:version, model@stage, model@alias, model@latest, or a model alone for its latest version.
Exit codes: 0 done, 1 the answer is no, 2 wrong usage or not found, 3 anything else.`

export interface Program {
  readonly program: Command
  /** What the command that ran has answered. */
  readonly answers: readonly Answer[]
  /** The help that was asked for, or is given where no command is. */
  readonly help: () => string
}

/** The command line as commander sees it; nothing is printed and the process does not end. */
export function createProgram(folder: string): Program {
  const answers: Answer[] = []
  let help = ''
  const program = new Command('model-registry')
    .description('Versions, metrics, stages and history of your models, in the workspace.')
    .version(version, '-V, --version', 'print the version of this program')
    .configureOutput({
      writeOut: (text) => {
        help += text
      },
      writeErr: (text) => {
        help += text
      },
      outputError: () => {},
    })
    .exitOverride()
    // Without it commander would take `register --version 1.0.0` for the program's own --version.
    .enablePositionalOptions()
  let flags: CommonFlags = {}
  program.hook('preAction', (_, command) => {
    flags = { ...program.opts<CommonFlags>(), ...command.opts<CommonFlags>() }
  })
  const answering: Answering = async (command) => {
    const context = new CommandContext(flags, folder)
    try {
      answers.push(await command(context))
    } finally {
      context.dispose()
    }
  }
  for (const [heading, commands] of GROUPS) {
    program.commandsGroup(heading)
    for (const add of commands) add(program, answering)
  }
  program.addHelpCommand(
    new Command('help')
      .argument('[command]')
      .description('Print the help of a command.')
      .helpGroup('Finding out:'),
  )
  program.addHelpText('after', EXAMPLES)
  for (const command of [program, ...program.commands]) addCommonOptions(command)
  return { program, answers, help: () => help }
}

/** On the program and on each command: people write them before the command, after it, or at the end. */
function addCommonOptions(command: Command): void {
  command
    .option('--root <folder>', 'the .models folder; the nearest one upwards by default')
    .option('--actor <name>', 'who is named in the history')
    .option('--json', 'print one JSON value on stdout and nothing else')
}
