/** What went wrong, in the terms a host decides by (exit code, notification, retry). */
export type ErrorCode =
  | 'notFound'
  | 'conflict'
  | 'invalid'
  | 'corrupt'
  | 'unsafe'
  | 'policy'
  | 'busy'
  | 'cancelled'
  | 'remote'

/** Where in a file a problem stands. `line` and `column` count from 1, `offset` is in bytes from 0. */
export interface ErrorLocation {
  readonly file?: string
  readonly member?: string
  readonly line?: number
  readonly column?: number
  readonly offset?: number
}

/** The one error type of the project: `message` is a sentence that names the thing and the remedy. */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly location: ErrorLocation | undefined

  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: { cause?: unknown; location?: ErrorLocation },
  ) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause })
    this.location = options?.location
  }
}

/** True for an `AppError`, also one of another bundle's copy of the class. */
export function isAppError(error: unknown): error is AppError {
  return (
    error instanceof AppError ||
    (error instanceof Error && error.name === 'AppError' && 'code' in error)
  )
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** The `code` of a Node.js system error such as `ENOENT`, if it is one. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined
}

/** True where the disk is read-only, or this user may not write there. */
export function isWriteRefused(error: unknown): boolean {
  return ['EROFS', 'EACCES', 'EPERM'].includes(systemCode(error) ?? '')
}

/** What was asked of the file system; `undefined` for what is not there or may not be looked at. */
export async function orMissing<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked
  } catch (error) {
    if (systemCode(error) === undefined) throw error
    return undefined
  }
}

/** Throws `cancelled` once the signal is aborted. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new AppError('cancelled', 'Cancelled.')
}
