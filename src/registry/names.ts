import { AppError } from '../base/errors'

const MAX_LENGTH = 128
const ALLOWED = /^[A-Za-z0-9][A-Za-z0-9._+-]*$/
/** A dot at the end is dropped by Windows; the suffixes name the registry's own files beside a document. */
const FORBIDDEN_ENDS = ['.', '.json', '.lock', '.tmp', '.bak']
/** Reserved by Windows with and without an extension, whatever the case. */
const DEVICE = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?$/i

/** What is wrong with a name of a model, version or alias, as a sentence; `undefined` where nothing is. */
export function nameProblem(
  noun: 'model' | 'version' | 'alias',
  name: unknown,
): string | undefined {
  const title = `${noun[0]?.toUpperCase()}${noun.slice(1)} name`
  if (typeof name !== 'string' || name === '')
    return `${noun === 'alias' ? 'An' : 'A'} ${noun} needs a name.`
  if (name.length > MAX_LENGTH) {
    return `${title} "${name.slice(0, 40)}…" has ${name.length} characters; ${MAX_LENGTH} are allowed.`
  }
  if (!ALLOWED.test(name)) {
    return `${title} ${JSON.stringify(name)} is not allowed: use letters, digits, ".", "_", "-" and "+", beginning with a letter or digit.`
  }
  const end = FORBIDDEN_ENDS.find((suffix) => name.toLowerCase().endsWith(suffix))
  if (end) return `${title} "${name}" must not end in "${end}".`
  if (DEVICE.test(name)) return `${title} "${name}" is a device name on Windows; choose another.`
  return undefined
}

/** Checks a name in the one place where names are checked; throws `invalid`. */
export function checkName(
  noun: 'model' | 'version' | 'alias',
  name: unknown,
): asserts name is string {
  const problem = nameProblem(noun, name)
  if (problem) throw new AppError('invalid', problem)
}

/** Names are unique without regard to case: two that differ only in case are one folder on most disks. */
export function nameKey(name: string): string {
  return name.toLowerCase()
}
