import { window, type QuickInputButton, type QuickPickItem } from 'vscode'
import { settle, takenRow } from './steps'

/** What a person did in a list: took a row, pressed a row's button, or one of the list itself. */
export type LiveAnswer<I extends QuickPickItem> =
  | { readonly kind: 'accept'; readonly item: I; readonly typed: string }
  | {
      readonly kind: 'itemButton'
      readonly item: I
      readonly button: QuickInputButton
      readonly typed: string
    }
  | { readonly kind: 'button'; readonly button: QuickInputButton; readonly typed: string }

export interface LiveOptions<I extends QuickPickItem> {
  readonly title: string
  readonly placeholder: string
  readonly value?: string
  readonly buttons?: readonly QuickInputButton[]
  /** The rows for what is typed now; `alwaysShow` keeps those that don't hold the text itself. */
  readonly rows: (typed: string) => readonly I[]
  /** Rows that only tell something can't be taken. */
  readonly canPick?: (item: I) => boolean
  /** The text that a row puts into the box in place of ending the list. */
  readonly completed?: (item: I) => string | undefined
}

/** A list whose rows follow what is typed, with buttons on them. Esc rejects with `cancelled`. */
export function pickLive<I extends QuickPickItem>(options: LiveOptions<I>): Promise<LiveAnswer<I>> {
  const pick = window.createQuickPick<I>()
  pick.title = options.title
  pick.placeholder = options.placeholder
  pick.value = options.value ?? ''
  pick.buttons = options.buttons ?? []
  pick.matchOnDescription = true
  pick.ignoreFocusOut = true
  const fill = (): void => {
    pick.items = options.rows(pick.value)
  }
  fill()
  return settle<LiveAnswer<I>>(pick, (done) => [
    pick.onDidChangeValue(fill),
    pick.onDidAccept(() => {
      const item = takenRow(pick)
      if (!item || !(options.canPick?.(item) ?? true)) return
      const text = options.completed?.(item)
      if (text === undefined) return done({ kind: 'accept', item, typed: pick.value })
      pick.value = text
      fill()
    }),
    pick.onDidTriggerItemButton(({ item, button }) =>
      done({ kind: 'itemButton', item, button, typed: pick.value }),
    ),
    pick.onDidTriggerButton((button) => done({ kind: 'button', button, typed: pick.value })),
  ])
}
