import { CommanderError } from 'commander'
import { isAppError } from '../base/errors'
import { escapeText } from '../base/text'
import { QueryError } from '../registry/search/queryError'
import type { Answer, Style } from './answer'
import { exitCodeOf, UNEXPECTED } from './exitCodes'
import { createProgram } from './program'

const PLAIN: Style = { bold: (text) => text }
const EMPHASIS: Style = { bold: (text) => (text === '' ? '' : `\u001b[1m${text}\u001b[22m`) }

/** Runs one command line, prints its answer, and returns the exit code. */
export async function run(argv: readonly string[]): Promise<number> {
  // Known before the line is parsed, since errors of parsing are answered in the same form.
  const end = argv.indexOf('--')
  const json = argv.slice(0, end === -1 ? undefined : end).includes('--json')
  // Everything after `help` is the name of a command for commander.
  const line = argv[0] === 'help' ? argv.filter((word) => word !== '--json') : argv
  const { program, answers, help } = createProgram(process.cwd())
  try {
    await program.parseAsync(line, { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) {
      const text = help().trimEnd()
      const value = error.code === 'commander.version' ? { version: text } : { help: text }
      return print({ json: value, text: () => text }, json)
    }
    const command = program.commands.find((known) => argv.includes(known.name()))
    return report(error, json, help(), command?.name())
  }
  const [answer] = answers
  return answer ? print(answer, json) : 0
}

function print(answer: Answer, json: boolean): number {
  const style = process.stdout.isTTY && !process.env['NO_COLOR'] ? EMPHASIS : PLAIN
  const text = json ? JSON.stringify(answer.json, null, 2) : answer.text(style)
  if (text !== '') process.stdout.write(`${text}\n`)
  return answer.exitCode ?? 0
}

function report(error: unknown, json: boolean, help: string, command?: string): number {
  const { code, message, exitCode } = explained(error, command)
  const place = error instanceof QueryError ? error.details : undefined
  if (json) {
    const { offset, expected } = place ?? {}
    const told = { code, message, ...(place && { offset, expected }) }
    process.stdout.write(`${JSON.stringify({ error: told }, null, 2)}\n`)
  } else if (help !== '') process.stderr.write(help)
  else process.stderr.write(`${escapeText(message, 10_000)}\n${place ? `${place.excerpt}\n` : ''}`)
  return exitCode
}

/** What these errors mean by "a reason", at every command that they come from. */
const OVERRIDES: ReadonlyMap<string, string> = new Map([
  ['policy', '--override REASON'],
  ['unsafe', '--allow-unsafe REASON'],
])

function explained(
  error: unknown,
  command: string | undefined,
): { code: string; message: string; exitCode: number } {
  if (isAppError(error)) {
    const flag = OVERRIDES.get(error.code)
    const message = flag === undefined ? error.message : `${error.message} The flag is ${flag}.`
    return { code: error.code, message, exitCode: exitCodeOf(error.code) }
  }
  if (error instanceof CommanderError) {
    return {
      code: 'invalid',
      message: usageSentence(error, command),
      exitCode: exitCodeOf('invalid'),
    }
  }
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return { code: 'unexpected', message, exitCode: UNEXPECTED }
}

/** Commander says `error: unknown option '--x'`, with a suggestion on a line of its own. */
function usageSentence(error: CommanderError, command: string | undefined): string {
  if (error.code === 'commander.help')
    return 'No command is given; "model-registry --help" lists them.'
  const [first = '', ...rest] = error.message.replace(/^error: /, '').split('\n')
  const sentence = `${first.charAt(0).toUpperCase()}${first.slice(1).replace(/\.$/, '')}.`
  const asked = command === undefined ? 'model-registry' : `model-registry ${command}`
  return [sentence, ...rest, `See "${asked} --help".`].join(' ')
}
