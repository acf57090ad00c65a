import { AppError } from '../base/errors'
import type { ChangeRunner } from './changeRunner'
import type { ModelVersion } from './model'
import { NO_POLICY, policyNeeds, type Policy } from './policy'
import {
  evaluatePolicy,
  policyRefusal,
  type PolicyEvidence,
  type PolicyResult,
  type TaskOutcome,
} from './policyCheck'
import type { RunOptions } from './ports'
import { currentVerdict } from './scan'
import { ModelStage } from './stage'
import { checkIntact, verifyVersions } from './verify'

/** What a host gives beside the stage when it moves a version. */
export interface PromotionOptions extends RunOptions {
  /** How the tasks that the rules name ended, by `taskKey`; what is not here was not run and counts as unmet. */
  readonly tasks?: ReadonlyMap<string, TaskOutcome>
  /** Why a version goes there though a rule is not met; kept in the history. */
  readonly overridePolicy?: string
  /** Why a version goes there though the scanner calls it dangerous; kept in the history. */
  readonly allowUnsafe?: string
}

/** What the scanner's word means here: refuse what is dangerous, refuse what is not clean, or only tell. */
export type ScanPolicy = 'block' | 'strict' | 'warn'

/** Stages whose versions are used by somebody: what goes there must be sound, safe, and as the rules want it. */
export function isGuarded(stage: ModelStage): boolean {
  return stage === ModelStage.staging || stage === ModelStage.production
}

/** What is known of a move besides its stage. */
export interface MoveKind {
  /** The version was in production before, and takes the place of the one that turned out badly. */
  readonly isRollback?: boolean
}

/** Checks a version against the promotion rules of a stage, and finds out what they ask for. */
export async function checkRules(
  runner: ChangeRunner,
  version: ModelVersion,
  stage: ModelStage,
  options: PromotionOptions = {},
  kind: MoveKind = {},
): Promise<PolicyResult> {
  const policy = (await runner.parts.policy?.()) ?? NO_POLICY
  return evaluatePolicy(
    policy,
    stage,
    version,
    await evidenceFor(runner, policy, version, stage, options, kind),
  )
}

async function evidenceFor(
  runner: ChangeRunner,
  policy: Policy,
  version: ModelVersion,
  stage: ModelStage,
  options: PromotionOptions,
  { isRollback = false }: MoveKind,
): Promise<PolicyEvidence> {
  const model = runner.snapshot(version.model)
  const needs = policyNeeds(policy, stage, version)
  const previous = model?.previousVersion(version)
  const production = model?.productionVersion
  return {
    // What is fled from is no yardstick: the version that was there before need not be better than it.
    ...(isRollback ? { isRollback } : {}),
    ...(production && production.id !== version.id && !isRollback ? { production } : {}),
    ...(previous ? { previous } : {}),
    ...(needs.verified
      ? {
          verified:
            (await verifyVersions(runner, [version], options)).ok && version.artifact !== undefined,
        }
      : {}),
    ...(needs.card
      ? { card: (await runner.parts.cards?.has(version.model, version.version)) ?? false }
      : {}),
    ...(options.tasks ? { tasks: options.tasks } : {}),
  }
}

/**
 * Refuses a version that may not go to a stage: a guarded one takes what is sound and safe only, and any stage what its
 * rules allow.
 * @returns The overrides that were needed, for the history.
 * @throws AppError `corrupt` for a damaged artifact, `unsafe` for a dangerous one, `policy` with every unmet condition.
 */
export async function checkPromotion(
  runner: ChangeRunner,
  version: ModelVersion,
  stage: ModelStage,
  options: PromotionOptions,
  kind: MoveKind = {},
): Promise<{ readonly overrides?: Overrides }> {
  if (isGuarded(stage)) await checkIntact(runner, version, stage)
  const unsafe = isGuarded(stage) ? checkScan(runner, version, options.allowUnsafe) : undefined
  const result = await checkRules(runner, version, stage, options, kind)
  if (!result.ok && !options.overridePolicy?.trim()) throw policyRefusal(result)
  const overrides: Overrides = {
    ...(unsafe === undefined ? {} : { unsafe }),
    ...(result.ok ? {} : { policy: options.overridePolicy ?? '' }),
  }
  return Object.keys(overrides).length > 0 ? { overrides } : {}
}

/** Reasons that were given for what the rules or the scanner would have refused. */
export interface Overrides {
  readonly unsafe?: string
  readonly policy?: string
}

function checkScan(
  runner: ChangeRunner,
  version: ModelVersion,
  reason: string | undefined,
): string | undefined {
  const verdict = currentVerdict(version)
  if (verdict === undefined || !isRefused(runner.parts.scanPolicy, verdict)) return undefined
  if (reason?.trim()) return reason
  throw unsafeError(version.fullName, verdict, version.scan?.findings[0]?.message)
}

export function isRefused(policy: ScanPolicy, verdict: string): boolean {
  if (policy === 'warn') return false
  return verdict === 'dangerous' || (policy === 'strict' && verdict !== 'clean')
}

export function unsafeError(what: string, verdict: string, first: string | undefined): AppError {
  const why = first === undefined ? '' : `: ${first.replace(/\.$/, '')}`
  return new AppError(
    'unsafe',
    `The scan of ${what} says "${verdict}"${why}. Look at its findings with "model-registry scan"; whoever is sure can allow it with a reason.`,
  )
}
