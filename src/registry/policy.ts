import type { ModelVersion } from './model'
import type { Verdict } from './scan'
import { compileCondition } from './search/evaluate'
import type { Condition } from './search/query'
import type { ModelStage } from './stage'

/** An expression as it was written, and read. */
export interface RuleExpression {
  readonly text: string
  readonly condition: Condition
}

/** A tag that must be there; with `value`, of that value. */
export interface RequiredTag {
  readonly name: string
  readonly value?: string
}

/** What must be run and end in 0: a task of the editor by its name, or a command line. */
export type RequiredTask =
  | { readonly kind: 'task'; readonly name: string }
  | { readonly kind: 'command'; readonly command: string }

/** What a version must meet to be moved to a stage. */
export interface PromotionRule {
  /** The rule speaks of matching versions only; of all where absent. */
  readonly when?: RuleExpression
  readonly require: readonly RuleExpression[]
  /** The verdicts that are allowed; any, or none at all, where absent. */
  readonly scan?: readonly Verdict[]
  /** The artifact was read again and has its registered digest. */
  readonly verified: boolean
  /** Somebody wrote a model card. */
  readonly card: boolean
  /** Inputs and outputs serve the callers of the version in production. */
  readonly signature: boolean
  readonly tags: readonly RequiredTag[]
  readonly tasks: readonly RequiredTask[]
}

/** The promotion rules of a registry, `.models/.policy.json`, by target stage. */
export type Policy = ReadonlyMap<ModelStage, readonly PromotionRule[]>

export const NO_POLICY: Policy = new Map()

/** What a host has to find out before the rules can be checked. */
export interface PolicyNeeds {
  readonly verified: boolean
  readonly card: boolean
  readonly tasks: readonly RequiredTask[]
}

/** Identifies a task among the outcomes: its kind and its exact text. */
export function taskKey(task: RequiredTask): string {
  return task.kind === 'task' ? `task ${task.name}` : `command ${task.command}`
}

/** The rules that speak of this version on its way to the stage. */
export function rulesFor(
  policy: Policy,
  stage: ModelStage,
  version: ModelVersion,
): readonly PromotionRule[] {
  // A `when` speaks of the version alone: what is in production has no say in which rules hold.
  return (policy.get(stage) ?? []).filter(
    ({ when }) => !when || compileCondition(when.condition)(version, () => undefined),
  )
}

/** What the rules of the stage need to know of this version, so that no host verifies or runs more than is asked for. */
export function policyNeeds(policy: Policy, stage: ModelStage, version: ModelVersion): PolicyNeeds {
  const rules = rulesFor(policy, stage, version)
  const tasks = new Map(rules.flatMap((rule) => rule.tasks).map((task) => [taskKey(task), task]))
  return {
    verified: rules.some((rule) => rule.verified),
    card: rules.some((rule) => rule.card),
    tasks: [...tasks.values()],
  }
}
