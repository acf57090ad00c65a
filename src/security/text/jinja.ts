import type { RuleId } from '../rules'
import type { Block, Token } from './jinjaTokens'
import { blocksOf, tokenize } from './jinjaTokens'

/** What is wrong with a template, with the text that shows it. */
export interface TemplateProblem {
  readonly rule: RuleId
  readonly offset: number
  readonly evidence: string
}

/** Expressions and statements of one template that are read. */
const MAX_BLOCKS = 50_000
/** Tokens of one block: what is longer is no expression that anybody wrote. */
const MAX_TOKENS = 50_000
const MAX_TEMPLATE = 4 * 1024 * 1024

/** Attributes through which objects of Python lead to its interpreter, or that run commands. */
const ESCAPES: ReadonlySet<string> = new Set(
  'mro subclasses globals builtins popen system eval exec execfile import os sys subprocess getattr setattr open compile breakpoint func_globals func_code gi_frame gi_code cr_frame cr_code f_globals f_locals f_builtins f_back tb_frame ag_frame im_func im_self im_class from_pyfile from_object from_envvar __import__ pickle marshal ctypes socket importlib'.split(
    ' ',
  ),
)
/** Objects of Jinja and of web frameworks whose attributes lead to Python's. */
const GATEWAYS: ReadonlySet<string> = new Set(
  'self cycler joiner lipsum request config application get_flashed_messages url_for g session environ'.split(
    ' ',
  ),
)
const STATEMENTS: ReadonlySet<string> = new Set(['include', 'import', 'from', 'extends'])

/**
 * Looks for ways out of a template's sandbox. Only what stands in `{{ }}` and `{% %}` is code; comments, raw blocks and
 * the text around are not. Nothing is rendered.
 */
export function checkTemplate(template: string): TemplateProblem[] {
  const problems: TemplateProblem[] = []
  if (template.length > MAX_TEMPLATE) {
    return [{ rule: 'template/damaged', offset: MAX_TEMPLATE, evidence: 'too large' }]
  }
  let count = 0
  const tokens: Token[] = []
  for (const block of blocksOf(template)) {
    if (++count > MAX_BLOCKS) {
      problems.push({ rule: 'template/damaged', offset: block.offset, evidence: 'too many blocks' })
      break
    }
    if (!block.isClosed) {
      problems.push({
        rule: 'template/damaged',
        offset: block.offset,
        evidence: 'a block is not closed',
      })
    }
    const own = tokenize(block.code, block.offset)
    if (own.length > MAX_TOKENS) {
      problems.push({ rule: 'template/damaged', offset: block.offset, evidence: 'too many tokens' })
      continue
    }
    for (const problem of checkBlock(block, own)) problems.push(problem)
    for (const token of own) tokens.push(token)
  }
  // Names may be put together over several blocks.
  if (problems.length === 0 && foldsToEscape(tokens)) {
    problems.push({ rule: 'template/code', offset: 0, evidence: 'a name that is put together' })
  }
  return problems
}

function checkBlock(
  { code, offset, isStatement }: Block,
  tokens: readonly Token[],
): TemplateProblem[] {
  const problems: TemplateProblem[] = []
  const add = (rule: RuleId, at: number): void => {
    problems.push({ rule, offset: at, evidence: code.trim() })
  }
  const [first] = tokens
  if (isStatement && first?.kind === 'name' && STATEMENTS.has(first.text)) {
    add('template/include', first.offset)
  }
  for (const [index, token] of tokens.entries()) {
    const before = tokens[index - 1]
    const after = tokens[index + 1]
    if (token.kind === 'name' && isEscape(token.text, before, after, isStatement)) {
      add('template/code', token.offset)
    } else if (token.kind === 'text' && isAccess(token, tokens, index)) {
      add('template/code', token.offset)
    }
  }
  if (foldsToEscape(tokens)) add('template/code', offset)
  return problems
}

function isEscape(
  name: string,
  before: Token | undefined,
  after: Token | undefined,
  isStatement: boolean,
): boolean {
  if (isDunder(name)) return true
  const isAttribute = before?.kind === 'operator' && before.text === '.'
  const isFilter = before?.kind === 'operator' && before.text === '|'
  if (isFilter) return name === 'attr' || name === 'map_attr'
  if (isAttribute) {
    const isCalled = after?.kind === 'operator' && after.text === '('
    return ESCAPES.has(name) && (isCalled || !HARMLESS_ATTRIBUTES.has(name))
  }
  // `set self = …` and keyword arguments give names, they take nothing.
  const isAssigned = after?.kind === 'operator' && after.text === '='
  if (isStatement && isAssigned) return false
  const isTaken = after?.kind === 'operator' && (after.text === '.' || after.text === '[')
  return GATEWAYS.has(name) && isTaken && name !== 'config' && name !== 'g' && name !== 'session'
    ? true
    : after?.kind === 'operator' && after.text === '(' && CALLED.has(name)
}

/** Keys of messages that templates read as attributes, and that are also names of modules. */
const HARMLESS_ATTRIBUTES: ReadonlySet<string> = new Set([
  'system',
  'import',
  'open',
  'compile',
  'os',
  'globals',
])
/** Functions of Python that no template has, called by their names. */
const CALLED: ReadonlySet<string> = new Set([
  'eval',
  'exec',
  'getattr',
  'setattr',
  'open',
  'compile',
  'breakpoint',
  'popen',
])

function isDunder(text: string): boolean {
  return /__\w+__/.test(text)
}

/** Names of Python's own attributes that lead to its interpreter. */
const KNOWN =
  /__(?:class|mro|base|bases|globals|builtins|subclasses|init|import|getattribute|getattr|getitem|setattr|code|closure|dict|reduce|reduce_ex|loader|spec|self|func|module|call|new|wrapped|enter|exit|del)__/i
/** A part of such a name, to be joined with others. */
const PART = /(?:^|[^_])__[a-z]|[a-z]__(?:$|[^_])/i

/** A text that names what no message has: `x['__class__']`, `x|attr('…')`, `'{0.__class__}'.format(x)`. */
function isAccess(token: Token, tokens: readonly Token[], index: number): boolean {
  // A name alone is looked up; in a sentence it is only mentioned.
  if (KNOWN.test(token.text) && !/\s/.test(token.text)) return true
  const before = tokens[index - 1]
  const owner = tokens[index - 2]
  const isKey = isOperator(before, '[')
  const isArgument =
    isOperator(before, '(') && owner?.kind === 'name' && /^(?:attr|map)$/.test(owner.text)
  return (isKey && /__/.test(token.text)) || (isArgument && ESCAPES.has(token.text))
}

function isOperator(token: Token | undefined, text: string): boolean {
  return token?.kind === 'operator' && token.text === text
}

/**
 * Whether the texts of some blocks, put together in order or backwards, or characters by their numbers, make a name with
 * two underscores: what a template has to do to hide one.
 */
function foldsToEscape(tokens: readonly Token[]): boolean {
  const texts = tokens
    .filter(({ kind, text }) => kind === 'text' && !/\s\S+\s/.test(text))
    .map(({ text }) => text)
  const isJoined = tokens.some(
    (token) =>
      (token.kind === 'operator' && /^[~+%*]$/.test(token.text)) ||
      (token.kind === 'name' &&
        /^(?:join|format|replace|reverse|lower|upper|list)$/.test(token.text)),
  )
  if (!isJoined) return false
  const joined = texts.join('')
  if (KNOWN.test(joined) || KNOWN.test(Array.from(joined).toReversed().join(''))) return true
  const takesByName = tokens.some(
    (token, index) =>
      isOperator(token, '[') &&
      (isOperator(tokens[index + 1], '(') || /^(?:name|text)$/.test(tokens[index + 1]?.kind ?? '')),
  )
  return (
    takesByName &&
    (texts.some((text) => PART.test(text) || /^_{1,2}$/.test(text)) || /%c/.test(joined))
  )
}
