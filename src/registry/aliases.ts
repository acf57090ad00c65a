import { AppError } from '../base/errors'
import type { ModelDocument } from './model'
import { checkName, nameKey } from './names'
import { isStage } from './stage'

/** Stage names and `latest` mean something already. @throws AppError `invalid` */
export function checkAlias(alias: string): void {
  checkName('alias', alias)
  if (isStage(alias.toLowerCase()) || alias.toLowerCase() === 'latest') {
    throw new AppError(
      'invalid',
      `"${alias}" can't be an alias: it means a stage or the latest version already.`,
    )
  }
}

/** The alias that differs from this one only in case. */
export function aliasLike(
  aliases: Readonly<Record<string, unknown>>,
  alias: string,
): string | undefined {
  const key = nameKey(alias)
  return Object.keys(aliases).find((other) => other !== alias && nameKey(other) === key)
}

/** Two that differ only in case are one to whoever reads them aloud. @throws AppError `conflict` */
export function checkAliasDistinct(
  { name, aliases }: Pick<ModelDocument, 'name' | 'aliases'>,
  alias: string,
): void {
  if (Object.hasOwn(aliases, alias)) return
  const other = aliasLike(aliases, alias)
  if (other === undefined) return
  throw new AppError(
    'conflict',
    `"${alias}" differs only in case from the alias "${other}" of ${name}; use that one or another name.`,
  )
}
