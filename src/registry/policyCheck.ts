import { AppError } from '../base/errors'
import { escapeText, formatBytes, listing, plural } from '../base/text'
import type { ModelVersion } from './model'
import { rulesFor, taskKey } from './policy'
import type { Policy, PromotionRule, RequiredTag, RequiredTask, RuleExpression } from './policy'
import { signatureOf, signatureProblems } from './policySignature'
import { readField } from './search/fields'
import { compileCondition } from './search/evaluate'
import { printField } from './search/print'
import { fieldsOf } from './search/query'
import type { Field, ReferenceName } from './search/query'
import type { References } from './search/references'
import { ModelStage } from './stage'

/** How a task went. One that was not run says why, as a clause: `the workspace is not trusted`. */
export type TaskOutcome =
  | { readonly kind: 'ended'; readonly exitCode: number; readonly output?: string }
  | { readonly kind: 'notRun'; readonly reason: string }

/** What the host has found out; what is absent was not looked at and counts as unmet. */
export interface PolicyEvidence {
  /** The version of the model that is in production now. */
  readonly production?: ModelVersion
  /** The version goes back to where it was, in the place of one that it is not compared with. */
  readonly isRollback?: boolean
  /** The version of the model that was registered before this one. */
  readonly previous?: ModelVersion
  /** Whether the artifact has its registered digest. */
  readonly verified?: boolean
  readonly card?: boolean
  /** By `taskKey`. */
  readonly tasks?: ReadonlyMap<string, TaskOutcome>
}

export type ConditionKind =
  | 'expression'
  | 'scan'
  | 'verified'
  | 'card'
  | 'signature'
  | 'tag'
  | 'task'

export interface ConditionResult {
  readonly kind: ConditionKind
  /** The condition as a person reads it; for an expression, as it was written. */
  readonly text: string
  readonly ok: boolean
  /** What was found: `metrics.accuracy = 0.93`. */
  readonly value?: string
  /** Why it is met or not, where the value does not say it. */
  readonly reason?: string
  /** What a task wrote. */
  readonly output?: string
}

export interface PolicyResult {
  /** `churn:1.2.0` */
  readonly reference: string
  readonly stage: ModelStage
  readonly ok: boolean
  /** Every condition, the met ones too; none where no rule speaks of this version and stage. */
  readonly conditions: readonly ConditionResult[]
}

/** Checks a version against the rules of its target stage, all of them, so that a person sees everything at once. */
export function evaluatePolicy(
  policy: Policy,
  stage: ModelStage,
  version: ModelVersion,
  evidence: PolicyEvidence,
): PolicyResult {
  const conditions = rulesFor(policy, stage, version).flatMap((rule) =>
    checkRule(rule, version, evidence),
  )
  const ok = conditions.every((condition) => condition.ok)
  return { reference: version.fullName, stage, ok, conditions }
}

/** The error that refuses a promotion and lists each unmet condition with its value. */
export function policyRefusal(result: PolicyResult): AppError {
  const unmet = result.conditions.filter(({ ok }) => !ok)
  const list = unmet.map(({ text, value, reason }) => {
    const found = [value, reason].filter((part) => part !== undefined).join('; ')
    return found ? `${escapeText(text)} (${found})` : escapeText(text)
  })
  return new AppError(
    'policy',
    `${result.reference} does not meet ${plural(unmet.length, 'promotion rule')} of ${result.stage}: ${list.join('; ')}. Meet them, or override them with a reason.`,
  )
}

function checkRule(
  rule: PromotionRule,
  version: ModelVersion,
  evidence: PolicyEvidence,
): ConditionResult[] {
  return [
    ...rule.require.map((expression) => checkExpression(expression, version, evidence)),
    ...(rule.scan ? [checkScan(rule.scan, version)] : []),
    ...(rule.verified ? [checkVerified(version, evidence)] : []),
    ...(rule.card ? [checkCard(evidence)] : []),
    ...(rule.signature ? [checkSignature(version, evidence)] : []),
    ...rule.tags.map((tag) => checkTag(tag, version)),
    ...rule.tasks.map((task) => checkTask(task, evidence)),
  ]
}

function checkExpression(
  { text, condition }: RuleExpression,
  version: ModelVersion,
  evidence: PolicyEvidence,
): ConditionResult {
  const references: References = (_, reference) => evidence[reference]
  const ok = compileCondition(condition, 'met')(version, references)
  const found: string[] = []
  const missing: string[] = []
  const absent = new Set<ReferenceName>()
  for (const field of fieldsOf(condition)) {
    const owner = field.of ? evidence[field.of] : version
    const value = owner && printValue(field, owner)
    if (!owner && field.of) absent.add(field.of)
    else if (value === undefined) missing.push(printField(field))
    else found.push(`${printField(field)} = ${value}`)
  }
  const reasons = [
    ...[...absent].map((reference) =>
      reference === 'production'
        ? withoutProduction(version, evidence)
        : `${version.fullName} is the first version, so there is nothing to compare with`,
    ),
    ...(missing.length > 0 && !ok ? [`missing: ${listing(missing)}`] : []),
  ]
  return {
    kind: 'expression',
    text,
    ok,
    ...(found.length > 0 && { value: found.join(', ') }),
    ...(reasons.length > 0 && { reason: reasons.join('; ') }),
  }
}

function withoutProduction(
  { model, fullName, stage }: ModelVersion,
  { isRollback }: PolicyEvidence,
): string {
  if (stage === ModelStage.production) return `${fullName} is the version in production itself`
  return isRollback
    ? 'a rollback is not compared with the version that it replaces'
    : `no version of ${model} is in production yet, so there is nothing to compare with`
}

function printValue(field: Field, version: ModelVersion): string | undefined {
  const value = readField(field)(version)
  if (value === undefined || value === null) return undefined
  if (typeof value === 'object') return escapeText(value.join(', '))
  if (typeof value === 'string') return `'${escapeText(value, 80)}'`
  return field.name === 'size' ? formatBytes(Number(value)) : String(value)
}

function checkScan(
  allowed: NonNullable<PromotionRule['scan']>,
  version: ModelVersion,
): ConditionResult {
  const verdict = readField({ kind: 'field', name: 'scan' })(version)
  return {
    kind: 'scan',
    text: `the security scan says ${allowed.join(' or ')}`,
    ok: allowed.some((candidate) => candidate === verdict),
    value: typeof verdict === 'string' ? `scan = ${verdict}` : 'not scanned',
  }
}

function checkVerified(version: ModelVersion, { verified }: PolicyEvidence): ConditionResult {
  const text = 'the artifact has its registered digest'
  if (!version.artifact) {
    return { kind: 'verified', text, ok: false, reason: `${version.fullName} has no artifact` }
  }
  const value =
    verified === undefined
      ? 'not verified'
      : verified
        ? 'verified'
        : 'the artifact has changed or is missing'
  return { kind: 'verified', text, ok: verified === true, value }
}

function checkCard({ card }: PolicyEvidence): ConditionResult {
  return {
    kind: 'card',
    text: 'there is a model card',
    ok: card === true,
    value: card === true ? 'written' : 'not written',
  }
}

function checkSignature(version: ModelVersion, evidence: PolicyEvidence): ConditionResult {
  const { production } = evidence
  const condition = {
    kind: 'signature',
    text: 'inputs and outputs fit those in production',
  } as const
  if (!production) {
    return { ...condition, ok: true, reason: withoutProduction(version, evidence) }
  }
  const current = signatureOf(production)
  if (!current) {
    return { ...condition, ok: true, reason: `${production.fullName} shows no inputs and outputs` }
  }
  const own = signatureOf(version)
  if (!own) {
    return { ...condition, ok: false, reason: `${version.fullName} shows no inputs and outputs` }
  }
  const problems = signatureProblems(own, current)
  return {
    ...condition,
    ok: problems.length === 0,
    value: problems.length === 0 ? `as in ${production.fullName}` : problems.join(', '),
  }
}

function checkTag({ name, value }: RequiredTag, version: ModelVersion): ConditionResult {
  const found = readField({ kind: 'field', name: 'tags', key: name })(version)
  const isPresent = typeof found === 'string' && found !== ''
  return {
    kind: 'tag',
    text: value === undefined ? `tag ${name}` : `tag ${name} = ${value}`,
    ok: isPresent && (value === undefined || found === value),
    value: isPresent ? `tags.${escapeText(name, 60)} = '${escapeText(found, 80)}'` : 'not set',
  }
}

function checkTask(task: RequiredTask, { tasks }: PolicyEvidence): ConditionResult {
  const outcome = tasks?.get(taskKey(task))
  const condition = { kind: 'task', text: `${taskKey(task)} ends in 0` } as const
  if (outcome?.kind !== 'ended') {
    return { ...condition, ok: false, value: 'not run', ...(outcome && { reason: outcome.reason }) }
  }
  const { exitCode, output } = outcome
  return {
    ...condition,
    ok: exitCode === 0,
    value: `exit code ${exitCode}`,
    ...(output !== undefined && { output }),
  }
}
