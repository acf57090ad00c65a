import { QuickPickItemKind, type QuickPickItem } from 'vscode'
import { AppError } from '../../base/errors'
import type { HarvestedValue } from '../../harvest/harvester'
import type { Origin } from '../../origin'
import { askSeveral } from '../input/steps'
import type { Draft } from './draft'
import { isInDraft, takeFound } from './origin'

interface FoundItem extends QuickPickItem {
  readonly found?: HarvestedValue
}

/** Shows every value that was found beside the model, by the file that it was read from; what is ticked is taken. */
export async function chooseFound(draft: Draft, origin: Origin | undefined): Promise<void> {
  const values = origin?.harvest?.values ?? []
  try {
    const chosen = await askSeveral<FoundItem>({
      title: `Found Beside the Model, for ${draft.name}:${draft.version}`,
      placeholder:
        values.length === 0
          ? 'No file beside the model tells of its training'
          : 'What is ticked is taken, with the place where it was read',
      items: itemsOf(values, draft),
    })
    takeFound(draft, values, new Set(chosen.flatMap(({ found }) => found ?? [])))
  } catch (error) {
    // Esc leaves everything as it is.
    if (!(error instanceof AppError) || error.code !== 'cancelled') throw error
  }
}

function itemsOf(values: readonly HarvestedValue[], draft: Draft): FoundItem[] {
  const files = [...new Set(values.map(({ file }) => file))]
  return files.flatMap((file): FoundItem[] => [
    { label: file, kind: QuickPickItemKind.Separator },
    ...values
      .filter((value) => value.file === file)
      .map((found) => ({
        label:
          found.place === 'description' ? 'description' : `${found.name} = ${String(found.value)}`,
        description: [noteOf(found), found.key === found.name ? '' : found.key]
          .filter((part) => part !== '')
          .join(' · '),
        picked: isInDraft(draft, found),
        found,
      })),
  ])
}

/** What it is, and why it is not ticked where it is not. */
function noteOf({ place, stale, ambiguous }: HarvestedValue): string {
  const noun = { metrics: 'metric', parameters: 'parameter', tags: 'tag', description: '' }[place]
  const why = stale
    ? 'older than the model or of another commit, perhaps of an earlier training'
    : ambiguous
      ? 'several models lie here, and nothing says whose it is'
      : ''
  return [noun, why].filter((part) => part !== '').join(' · ')
}
