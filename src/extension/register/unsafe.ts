import { window } from 'vscode'
import type { ModelRegistry } from '../../app'
import { AppError, isAppError } from '../../base/errors'
import type { ModelVersion } from '../../registry/model'
import type { RegisterRequest } from '../../registry/registry'
import { askText } from '../input/steps'
import { withProgress } from '../progress'

/**
 * Registers, and where the scan refuses, shows why and lets a person answer for it with a reason.
 * @param ask False for callers that nobody sits before: then the refusal is the answer.
 * @throws AppError `unsafe` as the registry does, `cancelled` where nobody answered for it.
 */
export async function registerGuarded(
  registry: ModelRegistry,
  request: RegisterRequest,
  ask: boolean,
): Promise<ModelVersion> {
  const run = (allowUnsafe?: string): Promise<ModelVersion> =>
    withProgress(`Registering ${request.name}`, (options) =>
      registry.register(request, {
        ...options,
        ...(allowUnsafe === undefined ? {} : { allowUnsafe }),
      }),
    )
  try {
    return await run()
  } catch (error) {
    if (!ask || !isAppError(error) || error.code !== 'unsafe') throw error
    return run(await askReason(request.name, error.message))
  }
}

async function askReason(name: string, refusal: string): Promise<string> {
  const allow = 'Allow with Reason…'
  const answer = await window.showWarningMessage(
    `${name} is not registered.`,
    { modal: true, detail: `${refusal}\n\nLoading such a file can run code of whoever made it.` },
    allow,
  )
  if (answer !== allow) throw new AppError('cancelled', 'Cancelled.')
  const { typed } = await askText({
    title: `Register ${name} All the Same`,
    value: '',
    prompt: 'Why is this all right? The reason is kept in the history.',
    placeholder: 'Reason (required)',
    problem: (text) =>
      text.trim() === '' ? 'Give a reason: it is kept in the history.' : undefined,
  })
  return typed.trim()
}
