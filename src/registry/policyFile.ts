import { parseTree, printParseErrorCode } from 'jsonc-parser'
import type { Node, ParseError } from 'jsonc-parser'
import { AppError } from '../base/errors'
import { escapeText } from '../base/text'
import type { Policy, PromotionRule, RequiredTag, RequiredTask, RuleExpression } from './policy'
import { VERDICTS } from './scan'
import type { Verdict } from './scan'
import { fieldsOf } from './search/query'
import { parseCondition } from './search/parser'
import { printField } from './search/print'
import { QueryError } from './search/queryError'
import { isStage, STAGES } from './stage'
import type { ModelStage } from './stage'

// A rule file is nested five deep; the reader beneath goes down by recursion.
const MAX_DEPTH = 50
const MAX_LENGTH = 1_000_000

/**
 * Reads a rule file. Anything in it that is not understood is an error: a misspelt rule must not silently let a version
 * through.
 * @param file Its path, for the messages.
 * @throws AppError `corrupt`, which names the line and what to write there, and holds promotion back.
 */
export function parsePolicy(text: string, file: string): Policy {
  return new PolicyReader(text, file).read()
}

const RULE_KEYS = ['when', 'require', 'scan', 'verified', 'card', 'signature', 'tags', 'tasks']

class PolicyReader {
  constructor(
    private readonly text: string,
    private readonly file: string,
  ) {}

  read(): Policy {
    const { text } = this
    if (text.length > MAX_LENGTH || isDeep(text)) {
      throw this.problem(0, 'it is too large or too deep to be a rule file')
    }
    const errors: ParseError[] = []
    const root = parseTree(text.replace(/^\ufeff/, ' '), errors, { disallowComments: true })
    const [error] = errors
    if (error)
      throw this.problem(error.offset, `it is no JSON (${printParseErrorCode(error.error)})`)
    if (!root) throw this.problem(0, `it is empty; write {} for no rules`)
    const policy = new Map<ModelStage, PromotionRule[]>()
    for (const [key, value] of this.members(root)) {
      if (key.value === '$schema') continue
      const stage: unknown = key.value
      if (!isStage(stage)) {
        throw this.problem(key.offset, `${show(key)} is not a stage; use ${STAGES.join(', ')}`)
      }
      const rules = value.type === 'array' ? (value.children ?? []) : [value]
      policy.set(
        stage,
        rules.map((rule) => this.rule(rule)),
      )
    }
    return policy
  }

  private rule(node: Node): PromotionRule {
    const members = new Map<string, Node>()
    for (const [key, value] of this.members(node)) {
      if (!RULE_KEYS.includes(String(key.value))) {
        throw this.problem(key.offset, `${show(key)} is not a rule; use ${RULE_KEYS.join(', ')}`)
      }
      members.set(String(key.value), value)
    }
    const list = (key: string): Node[] => {
      const value = members.get(key)
      return value ? this.items(value) : []
    }
    const when = members.get('when')
    const scan = members.get('scan')
    const tags = members.get('tags')
    return {
      ...(when && { when: this.when(when) }),
      require: list('require').map((item) => this.expression(item)),
      ...(scan && { scan: this.verdicts(scan) }),
      verified: this.flag(members.get('verified')),
      card: this.flag(members.get('card')),
      signature: this.flag(members.get('signature')),
      tags: tags ? this.tags(tags) : [],
      tasks: list('tasks').map((item) => this.task(item)),
    }
  }

  private expression(node: Node): RuleExpression {
    const text = this.string(node, 'an expression in quotes such as "metrics.accuracy >= 0.9"')
    try {
      return { text, condition: parseCondition(text) }
    } catch (error) {
      if (!(error instanceof QueryError)) throw error
      // One further for the quote; an escape before the place shifts it, which a person will forgive.
      throw this.problem(node.offset + 1 + error.details.offset, error.message.replace(/\.$/, ''))
    }
  }

  private when(node: Node): RuleExpression {
    const when = this.expression(node)
    const other = fieldsOf(when.condition).find(({ of }) => of)
    if (!other) return when
    throw this.problem(
      node.offset,
      `"when" chooses by the version's own fields, not by ${printField(other)}; put it into "require"`,
    )
  }

  private verdicts(node: Node): Verdict[] {
    const nodes = node.type === 'array' ? this.items(node) : [node]
    return nodes.map((item) => {
      const verdict = VERDICTS.find((known) => known === item.value)
      if (verdict) return verdict
      throw this.problem(item.offset, `${show(item)} is not a verdict; use ${VERDICTS.join(', ')}`)
    })
  }

  private tags(node: Node): RequiredTag[] {
    if (node.type !== 'object') {
      return this.items(node).map((item) => ({ name: this.string(item, 'the name of a tag') }))
    }
    return this.members(node).map(([key, value]) => ({
      name: String(key.value),
      value: this.string(value, 'the value of the tag, a text'),
    }))
  }

  private task(node: Node): RequiredTask {
    if (node.type === 'string') return { kind: 'task', name: this.string(node, 'a name of a task') }
    const [member, ...others] = this.members(node)
    const [key, value] = member ?? []
    if (key && value && others.length === 0) {
      if (key.value === 'task') {
        return { kind: 'task', name: this.string(value, 'the name of a task') }
      }
      if (key.value === 'command') {
        return { kind: 'command', command: this.string(value, 'a command line') }
      }
    }
    throw this.problem(node.offset, 'a task is its name, {"task": name} or {"command": line}')
  }

  private flag(node: Node | undefined): boolean {
    if (!node) return false
    if (node.type === 'boolean') return node.value === true
    throw this.problem(node.offset, `${show(node)} must be true or false`)
  }

  private string(node: Node, wanted: string): string {
    const value: unknown = node.value
    if (typeof value === 'string' && value.trim() !== '') return value
    throw this.problem(node.offset, `${show(node)} must be ${wanted}`)
  }

  private items(node: Node): Node[] {
    if (node.type === 'array') return node.children ?? []
    throw this.problem(node.offset, `${show(node)} must be a list in [ ]`)
  }

  /** Key and value of each property, every key once. */
  private members(node: Node): (readonly [key: Node, value: Node])[] {
    if (node.type !== 'object') {
      throw this.problem(node.offset, `${show(node)} must be an object in { }`)
    }
    const seen = new Set<unknown>()
    return (node.children ?? []).flatMap(({ children }) => {
      const [key, value] = children ?? []
      if (!key || !value) return []
      if (seen.has(key.value))
        throw this.problem(key.offset, `${show(key)} stands twice; join them`)
      seen.add(key.value)
      return [[key, value] as const]
    })
  }

  private problem(offset: number, what: string): AppError {
    const before = this.text.slice(0, offset).split('\n')
    const line = before.length
    const column = (before.at(-1) ?? '').length + 1
    return new AppError(
      'corrupt',
      `The promotion rules in ${this.file} can't be read at line ${line}: ${what}. Nothing is promoted until the file is repaired.`,
      { location: { file: this.file, line, column } },
    )
  }
}

function show(node: Node): string {
  if (node.type === 'object' || node.type === 'array') return `The ${node.type}`
  return escapeText(JSON.stringify(node.value) ?? 'The value', 60)
}

/** True where brackets outside of texts are nested deeper than any rule file. */
function isDeep(text: string): boolean {
  let depth = 0
  let inText = false
  for (let index = 0; index < text.length; index++) {
    const character = text[index]
    if (inText) {
      if (character === '\\') index++
      else if (character === '"' || character === '\n') inText = false
    } else if (character === '"') inText = true
    else if (character === '{' || character === '[') {
      if (++depth > MAX_DEPTH) return true
    } else if (character === '}' || character === ']') depth--
  }
  return false
}
