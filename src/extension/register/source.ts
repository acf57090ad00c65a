import { realpath } from 'node:fs/promises'
import { window } from 'vscode'
import { AppError } from '../../base/errors'
import type { PathSource } from '../../registry/ports'
import { describePlan, isInside, planSource, type Plan, type PlanOptions } from '../../store/plan'

/** What will be copied, looked at before anything is asked about it. */
export interface CheckedSource {
  readonly source: PathSource
  /** `7 files, 1.2 MB` */
  readonly summary: string
  readonly isFolder: boolean
}

/**
 * Looks at files and folders before a person types anything, so that what can't be registered is said at once. A link
 * out of the workspace is registered by what it points at, after a yes.
 * @throws AppError `notFound`, `invalid`, `cancelled`.
 */
export async function checkSource(
  source: PathSource,
  workspace: string,
  registry: string,
): Promise<CheckedSource> {
  const options = { workspace, registry }
  try {
    return checked(source, await planSource(source, options))
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'invalid') throw error
    // Only a link is in the way when everything else is fine with it.
    const followed = { ...source, follow: true }
    const plan = await planOrUndefined(followed, options)
    if (!plan) throw error
    await confirmLink(plan, workspace)
    return checked(followed, plan)
  }
}

function checked(source: PathSource, plan: Plan): CheckedSource {
  return { source, summary: describePlan(plan), isFolder: plan.kind === 'folder' }
}

async function planOrUndefined(
  source: PathSource,
  options: PlanOptions,
): Promise<Plan | undefined> {
  try {
    return await planSource(source, options)
  } catch (error) {
    if (error instanceof AppError) return undefined
    throw error
  }
}

async function confirmLink(plan: Plan, workspace: string): Promise<void> {
  const root = await realpath(workspace)
  const outside = plan.files.filter(({ from }) => !isInside(root, from))
  const [first] = outside
  const more = outside.length > 1 ? ` and ${outside.length - 1} more` : ''
  const yes = 'Register Its Content'
  const answer = await window.showWarningMessage(
    `${first?.path ?? 'This'} is a symbolic link that leads out of the workspace, to ${first?.from ?? 'another folder'}${more}.`,
    {
      modal: true,
      detail: 'A copy of what it points at is registered; the link itself is not kept.',
    },
    yes,
  )
  if (answer !== yes) throw new AppError('cancelled', 'Cancelled.')
}
