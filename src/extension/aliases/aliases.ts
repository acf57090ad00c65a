import { ThemeIcon, type QuickPickItem } from 'vscode'
import { AppError } from '../../base/errors'
import { checkAlias, checkAliasDistinct } from '../../registry/aliases'
import type { ModelVersion } from '../../registry/model'
import type { Target } from '../commands/contract'
import type { Host } from '../host'
import { problemOf } from '../input/assignments'
import { pickLive } from '../input/livePick'
import { askPick } from '../input/steps'
import { chooseVersions, type ChosenVersion } from '../input/targets'
import { edit } from '../recovery/undo'
import type { Node } from '../tree/node'

type Slice = Pick<Host, 'registries' | 'view' | 'log'>

/** The field's usual aliases, offered where a model does not have them yet. */
const USUAL = ['champion', 'challenger']

/**
 * **Set Alias…**: an alias names one version of its model, and is moved from the one that had it.
 * @param alias The alias, where it is known already.
 */
export async function setAlias(
  host: Slice,
  target?: Target,
  targets?: readonly Node[],
  alias?: string,
): Promise<void> {
  const [chosen] = await chooseVersions(host, target, targets, { title: 'Set an Alias' })
  const { registry, version } = chosen
  const name = alias ?? (await askAlias(chosen))
  const holder = holderOf(chosen, name)
  const from = holder ? `; it was ${holder.version}` : ''
  await edit(
    host,
    registry,
    { model: version.model, action: 'setAlias' },
    `${version.model}@${name} is ${version.version} now${from}.`,
    () => registry.setAlias(version.model, name, version.version),
  )
}

function holderOf({ registry, version }: ChosenVersion, alias: string): ModelVersion | undefined {
  return registry.getModel(version.model)?.versions.find(({ aliases }) => aliases.includes(alias))
}

interface AliasRow extends QuickPickItem {
  /** Absent for a row that says why the text is none. */
  readonly alias?: string
}

async function askAlias(chosen: ChosenVersion): Promise<string> {
  const { registry, version } = chosen
  const { aliases = {} } = registry.getModel(version.model) ?? {}
  const known = Object.keys(aliases)
  const check = (alias: string): void => {
    checkAlias(alias)
    checkAliasDistinct({ name: version.model, aliases }, alias)
  }
  const offered = [...new Set([...known, ...USUAL])].filter(
    (alias) => !version.aliases.includes(alias) && problemOf(check, alias) === undefined,
  )
  const answer = await pickLive<AliasRow>({
    title: `Set an Alias for ${version.fullName}`,
    placeholder: 'Choose an alias, or type a new one',
    rows: (typed) => {
      const text = typed.trim().replace(/^@/, '')
      const rows = offered.map((alias): AliasRow => ({ ...rowOf(alias, chosen), alias }))
      if (text === '' || offered.includes(text)) return rows
      const problem = version.aliases.includes(text)
        ? `${version.fullName} has the alias ${text} already.`
        : problemOf(check, text)
      const own: AliasRow = problem
        ? { label: problem, iconPath: new ThemeIcon('error'), alwaysShow: true }
        : { ...rowOf(text, chosen), alias: text, alwaysShow: true }
      return [own, ...rows]
    },
    canPick: ({ alias }) => alias !== undefined,
  })
  if (answer.kind === 'button' || answer.item.alias === undefined) {
    throw new AppError('cancelled', 'Cancelled.')
  }
  return answer.item.alias
}

function rowOf(alias: string, chosen: ChosenVersion): QuickPickItem {
  const holder = holderOf(chosen, alias)
  return {
    label: `@${alias}`,
    description: holder ? `moves from ${holder.version}` : 'new',
    iconPath: new ThemeIcon('tag'),
  }
}

/** **Remove Alias…** */
export async function removeAlias(
  host: Slice,
  target?: Target,
  targets?: readonly Node[],
  alias?: string,
): Promise<void> {
  const [{ registry, version }] = await chooseVersions(host, target, targets, {
    title: 'Remove an Alias',
    where: ({ aliases }) => aliases.length > 0,
    none: 'No version has an alias.',
  })
  const name = alias ?? (await askOwnAlias(version))
  if (!version.aliases.includes(name)) {
    throw new AppError('notFound', `${version.fullName} has no alias ${name}.`)
  }
  await edit(
    host,
    registry,
    { model: version.model, action: 'removeAlias' },
    `Removed the alias ${name} of ${version.fullName}.`,
    () => registry.removeAlias(version.model, name),
  )
}

async function askOwnAlias({ aliases, fullName }: ModelVersion): Promise<string> {
  const [only] = aliases
  if (only === undefined) throw new AppError('notFound', `${fullName} has no alias.`)
  if (aliases.length === 1) return only
  const answer = await askPick({
    title: `Remove an Alias of ${fullName}`,
    placeholder: 'Choose the alias',
    items: () =>
      aliases.map((alias) => ({ label: `@${alias}`, iconPath: new ThemeIcon('tag'), alias })),
  })
  if (answer.kind !== 'accept') throw new AppError('cancelled', 'Cancelled.')
  return answer.value.alias
}
