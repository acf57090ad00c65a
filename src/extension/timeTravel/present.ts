import { AppError } from '../../base/errors'
import { localTime } from '../activity/texts'
import type { Host } from '../host'
import { requireTrust } from '../trust'

/** Something was to be changed while the view shows another time. */
export class PastError extends AppError {
  constructor(at: Date) {
    super(
      'invalid',
      `The Models view shows the registry as it was on ${localTime(at.toISOString())}, where nothing can be changed. Return to the present first.`,
    )
  }
}

/**
 * Hidden menus are no barrier: key bindings, drops, links and other extensions call commands too.
 * @throws AppError `unsafe` in Restricted Mode; `PastError` while the view shows another time.
 */
export function requireWritable({ view }: Pick<Host, 'view'>): void {
  requireTrust()
  if (view.asOf) throw new PastError(view.asOf)
}
