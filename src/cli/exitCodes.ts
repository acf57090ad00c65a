import type { ErrorCode } from '../base/errors'

/** 1: the answer is no; 2: the caller can put it right by asking otherwise; 3: the world is not as it should be. */
const EXIT_CODES: Record<ErrorCode, 1 | 2 | 3> = {
  policy: 1,
  unsafe: 1,
  invalid: 2,
  notFound: 2,
  conflict: 2,
  busy: 3,
  corrupt: 3,
  remote: 3,
  cancelled: 3,
}

/** What is no `AppError` is a defect, and exits as everything unexpected does. */
export const UNEXPECTED = 3

export function exitCodeOf(code: ErrorCode): number {
  return EXIT_CODES[code]
}
