import type * as Later from './later'

/** What most windows never ask for is read from the disk when it is first asked for. */
export const later = (): Promise<typeof Later> => import('./later')
