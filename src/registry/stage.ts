import { AppError } from '../base/errors'

/** The lifecycle of a version. Any stage may follow any other; at most one version of a model is in production. */
export const ModelStage = {
  development: 'development',
  staging: 'staging',
  production: 'production',
  archived: 'archived',
} as const
export type ModelStage = (typeof ModelStage)[keyof typeof ModelStage]

/** In the order of the lifecycle. */
export const STAGES: readonly ModelStage[] = Object.values(ModelStage)

export function isStage(value: unknown): value is ModelStage {
  return STAGES.some((stage) => stage === value)
}

export function parseStage(value: unknown): ModelStage {
  if (isStage(value)) return value
  throw new AppError('invalid', `"${String(value)}" is not a stage: use ${STAGES.join(', ')}.`)
}

/** Development → staging → production; from the archive back to staging. Production has no next stage. */
export function nextStage(stage: ModelStage): ModelStage | undefined {
  const next: Record<ModelStage, ModelStage | undefined> = {
    development: 'staging',
    staging: 'production',
    production: undefined,
    archived: 'staging',
  }
  return next[stage]
}
