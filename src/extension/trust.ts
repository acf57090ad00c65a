import { workspace } from 'vscode'
import { AppError } from '../base/errors'

/**
 * Hidden menus are no barrier: key bindings, drops, links and other extensions call commands too.
 * @throws AppError `unsafe` in Restricted Mode.
 */
export function requireTrust(): void {
  if (workspace.isTrusted) return
  throw new AppError(
    'unsafe',
    'This workspace is in Restricted Mode: its registry can be read, and nothing is changed. Trust the workspace first.',
  )
}
