import { QuickPickItemKind, ThemeIcon, window, type QuickPickItem } from 'vscode'
import type { ModelRegistry } from '../../app'
import { AppError } from '../../base/errors'
import { escapeText, formatAgo, formatBytes, plural } from '../../base/text'
import type { CollectReport } from '../../registry/collect'
import type { Host } from '../host'
import { askPick } from '../input/steps'
import { withProgress } from '../progress'

/** What could go, of one registry. */
interface Plan {
  readonly registry: ModelRegistry
  readonly report: CollectReport
}

interface Row extends QuickPickItem {
  readonly does?: 'free' | 'toggle'
}

/** **Free Disk Space…**: shows first what would go, and removes it after a yes. */
export async function freeDiskSpace(host: Pick<Host, 'registries'>): Promise<void> {
  const plans: Plan[] = []
  for (const folder of host.registries.all) {
    const registry = await folder.open()
    plans.push({ registry, report: await registry.gc({ dryRun: true }) })
  }
  const removed = listed(plans, 'removed')
  const kept = listed(plans, 'kept')
  const unlisted = kept.filter(({ branch }) => branch === undefined)
  const used = kept.filter(({ branch }) => branch !== undefined)
  if (removed.length + kept.length === 0) {
    sayNothing(plans)
    return
  }
  const freed = plans.reduce((sum, { report }) => sum + report.freed, 0)
  const withUnlisted = await ask({ removed, unlisted, used }, freed)
  await confirm(removed.length, withUnlisted ? unlisted.length : 0, freed)
  let done = 0
  await withProgress('Freeing disk space', async () => {
    for (const { registry } of plans) done += (await registry.gc({ unlisted: withUnlisted })).freed
  })
  const moved = withUnlisted
    ? ` ${plural(unlisted.length, 'unlisted artifact')} ${unlisted.length === 1 ? 'is' : 'are'} in the trash.`
    : ''
  void window.showInformationMessage(`Freed ${formatBytes(done)}.${moved}`)
}

interface Place {
  readonly name: string
  readonly size: number
  /** The other branch that uses it. */
  readonly branch: string | undefined
}

interface Places {
  readonly removed: readonly Place[]
  readonly unlisted: readonly Place[]
  readonly used: readonly Place[]
}

function listed(plans: readonly Plan[], which: 'removed' | 'kept'): Place[] {
  return plans
    .flatMap(({ registry, report }) => {
      const names = namesOf(registry)
      return report[which].map((path) => ({
        name: names.get(path) ?? path,
        size: report.sizes[path] ?? 0,
        branch: report.branches[path],
      }))
    })
    .sort((a, b) => b.size - a.size)
}

/** What lies where in the trash, as people know it. */
function namesOf(registry: ModelRegistry): ReadonlyMap<string, string> {
  const now = new Date()
  return new Map(
    registry.listTrash().flatMap(({ model, record: { version, artifact, deletedAt } }) => {
      const place = artifact?.uri.split('/').slice(0, 2).join('/')
      const name = `${model}:${version}, deleted ${formatAgo(deletedAt, now)}`
      return place === undefined ? [] : [[place, name] as const]
    }),
  )
}

/** Whether artifacts that no document names go to the trash, too. @throws AppError `cancelled`. */
async function ask({ removed, unlisted, used }: Places, freed: number): Promise<boolean> {
  let withUnlisted = false
  for (;;) {
    const nothing = removed.length === 0 && !withUnlisted
    const items: Row[] = [
      {
        label: nothing ? 'Nothing to Remove' : `Free ${formatBytes(freed)}`,
        description: nothing
          ? unlisted.length > 0
            ? 'tick what no document names, or press Esc'
            : 'press Esc'
          : plural(removed.length, 'item'),
        iconPath: new ThemeIcon(nothing ? 'circle-slash' : 'trash'),
        ...(nothing ? {} : { does: 'free' as const }),
      },
      ...(unlisted.length === 0 ? [] : [toggle(unlisted, withUnlisted)]),
      ...group('Removed for good', removed, 'trash'),
      ...group(`No document here names these, perhaps another branch's does`, unlisted, 'question'),
      ...group('Stays, because another branch uses it', used, 'git-branch'),
    ]
    const answer = await askPick<Row, never>({
      title: 'Free Disk Space',
      placeholder: 'Enter goes on; nothing is removed before you confirm',
      items: () => items,
      ...(withUnlisted ? { active: ({ does }: Row) => does === 'toggle' } : {}),
      canPick: ({ does }) => does !== undefined,
    })
    if (answer.kind !== 'accept') throw new AppError('cancelled', 'Cancelled.')
    if (answer.value.does === 'free') return withUnlisted
    withUnlisted = !withUnlisted
  }
}

function toggle(unlisted: readonly Place[], ticked: boolean): Row {
  const size = unlisted.reduce((sum, place) => sum + place.size, 0)
  return {
    label: `Move ${plural(unlisted.length, 'unlisted artifact')} to the Trash, Too`,
    description: formatBytes(size),
    iconPath: new ThemeIcon(ticked ? 'pass-filled' : 'circle-large-outline'),
    does: 'toggle',
  }
}

function group(label: string, places: readonly Place[], icon: string): Row[] {
  if (places.length === 0) return []
  return [
    { label, kind: QuickPickItemKind.Separator },
    ...places.map(({ name, size, branch }) => ({
      label: name,
      description:
        branch === undefined ? formatBytes(size) : `${formatBytes(size)}, ${escapeText(branch)}`,
      iconPath: new ThemeIcon(icon),
    })),
  ]
}

async function confirm(removed: number, moved: number, freed: number): Promise<void> {
  const yes = removed === 0 ? 'Move to Trash' : `Free ${formatBytes(freed)}`
  const answer = await window.showWarningMessage(
    removed === 0
      ? `Move ${plural(moved, 'unlisted artifact')} to the trash?`
      : `Remove ${plural(removed, 'item')} for good and free ${formatBytes(freed)}?`,
    {
      modal: true,
      detail: [
        removed === 0 ? '' : "This can't be undone.",
        moved === 0
          ? ''
          : `${plural(moved, 'artifact')} that no document here names will be in the trash for their time.`,
      ]
        .filter((line) => line !== '')
        .join('\n'),
    },
    yes,
  )
  if (answer !== yes) throw new AppError('cancelled', 'Cancelled.')
}

function sayNothing(plans: readonly Plan[]): void {
  const records = plans.flatMap(({ registry }) => registry.listTrash())
  const size = records.reduce((sum, { record }) => sum + (record.artifact?.size ?? 0), 0)
  const skipped = plans.flatMap(({ report }) => report.skipped)
  const kept =
    records.length === 0
      ? 'The trash is empty.'
      : `The trash holds ${plural(records.length, 'version')} (${formatBytes(size)}) that can still be restored.`
  const broken =
    skipped.length === 0
      ? ''
      : ` Nothing of ${skipped.join(', ')} was looked at, because the document can't be read.`
  void window.showInformationMessage(`There is nothing to remove. ${kept}${broken}`)
}
