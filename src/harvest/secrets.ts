import type { ParameterValue } from '../registry/model'

/** A key that by its name holds a secret. `pad_token`, `eos_token_id`, `max_tokens` are vocabulary, not secrets. */
const SECRET_NAME =
  /(?:^|[./])token$|(?:^|[._/-])(?:password|passwd|secret|secret_?key|api_?key|access_?key|private_?key|credentials?|(?:auth|access|hub|hf|api|bearer|github|gitlab|wandb)_?token)$/i

/** Tokens that say by their form what they are. */
const SECRET_VALUE =
  /\b(?:hf_[A-Za-z0-9]{30,}|gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{30,}|glpat-[\w-]{20,}|sk-[\w-]{20,}|AKIA[0-9A-Z]{16}|xox[abprs]-[\w-]{10,})|-----BEGIN [A-Z ]*PRIVATE KEY|:\/\/[^\s/@]+:[^\s/@]+@/

/**
 * Why a text must not be stored, if it must not: documents are tracked by git, and a training config may hold the key
 * of a service.
 */
export function secretReason(name: string, value: ParameterValue): string | undefined {
  if (value === null || value === '' || typeof value === 'boolean') return undefined
  if (SECRET_NAME.test(name)) return 'Its name says that it is a secret.'
  if (SECRET_VALUE.test(String(value))) return 'It looks like a secret.'
  return undefined
}
