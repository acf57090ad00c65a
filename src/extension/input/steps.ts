import {
  QuickInputButtons,
  QuickPickItemKind,
  window,
  type Disposable,
  type QuickInputButton,
  type QuickPick,
  type QuickPickItem,
} from 'vscode'
import { AppError } from '../../base/errors'

/** What every input of a flow says above its box. */
export interface Heading {
  readonly title: string
  readonly step?: number
  readonly totalSteps?: number
}

/** What a person did: took the value, went back, or pressed a button. What was typed is kept in any case. */
export type Answer<T, B extends QuickInputButton = QuickInputButton> =
  | { readonly kind: 'accept'; readonly value: T; readonly typed: string }
  | { readonly kind: 'back'; readonly typed: string }
  | { readonly kind: 'button'; readonly button: B; readonly typed: string }

interface CommonOptions<B extends QuickInputButton> extends Heading {
  readonly value?: string
  readonly placeholder?: string
  readonly buttons?: readonly B[]
  /** Offers the way back in an input that is no step of its own. */
  readonly canGoBack?: boolean
}

export interface TextOptions<B extends QuickInputButton> extends CommonOptions<B> {
  readonly prompt?: string
  /** What is wrong with the text, as a sentence; `undefined` where nothing is. */
  readonly problem?: (text: string) => string | undefined
}

/** Asks for a text. Esc rejects with `cancelled`. */
export function askText<B extends QuickInputButton>(
  options: TextOptions<B>,
): Promise<Answer<string, B>> {
  const box = window.createInputBox()
  box.title = options.title
  box.step = options.step
  box.totalSteps = options.totalSteps
  box.value = options.value ?? ''
  box.placeholder = options.placeholder
  box.prompt = options.prompt
  box.ignoreFocusOut = true
  box.buttons = buttonsOf(options)
  const check = (): string | undefined => {
    const problem = options.problem?.(box.value)
    box.validationMessage = problem
    return problem
  }
  return settle<Answer<string, B>>(box, (done) => [
    box.onDidChangeValue(() => void check()),
    box.onDidAccept(() => {
      if (check() === undefined) done({ kind: 'accept', value: box.value, typed: box.value })
    }),
    box.onDidTriggerButton((button) => done(pressed<B>(button, box.value))),
  ])
}

export interface PickOptions<
  I extends QuickPickItem,
  B extends QuickInputButton,
> extends CommonOptions<B> {
  /** The rows for what is typed now. Those that don't match it are hidden, unless they are `alwaysShow`. */
  readonly items: (typed: string) => readonly I[]
  /** The row that Enter takes; the first by default. */
  readonly active?: (item: I) => boolean
  /** Rows that only tell something can't be taken. */
  readonly canPick?: (item: I) => boolean
}

/** Asks for one of several rows. Esc rejects with `cancelled`. */
export function askPick<I extends QuickPickItem, B extends QuickInputButton>(
  options: PickOptions<I, B>,
): Promise<Answer<I, B>> {
  const pick = window.createQuickPick<I>()
  pick.title = options.title
  pick.step = options.step
  pick.totalSteps = options.totalSteps
  pick.value = options.value ?? ''
  pick.placeholder = options.placeholder
  pick.ignoreFocusOut = true
  pick.matchOnDescription = true
  pick.buttons = buttonsOf(options)
  pick.items = options.items(pick.value)
  const active = options.active && pick.items.find(options.active)
  if (active) pick.activeItems = [active]
  return settle<Answer<I, B>>(pick, (done) => [
    pick.onDidChangeValue((typed) => {
      pick.items = options.items(typed)
    }),
    pick.onDidAccept(() => {
      const item = takenRow(pick)
      if (item && (options.canPick?.(item) ?? true))
        done({ kind: 'accept', value: item, typed: pick.value })
    }),
    pick.onDidTriggerButton((button) => done(pressed<B>(button, pick.value))),
  ])
}

/**
 * The row that Enter means. It can come before VS Code has chosen the active row among those for what was typed last;
 * the one that it chose among the rows before would be another name than the one in the box. Then the first one is meant.
 */
export function takenRow<I extends QuickPickItem>(pick: QuickPick<I>): I | undefined {
  const rows = pick.items.filter(({ kind }) => kind !== QuickPickItemKind.Separator)
  return [...pick.activeItems, ...pick.selectedItems].find((row) => rows.includes(row)) ?? rows[0]
}

/** Asks for any number of rows, those with `picked` being ticked. Esc rejects with `cancelled`. */
export function askSeveral<I extends QuickPickItem>(
  options: Heading & { readonly placeholder?: string; readonly items: readonly I[] },
): Promise<readonly I[]> {
  const pick = window.createQuickPick<I>()
  pick.title = options.title
  pick.placeholder = options.placeholder
  pick.canSelectMany = true
  pick.ignoreFocusOut = true
  pick.items = options.items
  pick.selectedItems = options.items.filter(({ picked }) => picked)
  return settle<readonly I[]>(pick, (done) => [pick.onDidAccept(() => done(pick.selectedItems))])
}

function buttonsOf<B extends QuickInputButton>(options: CommonOptions<B>): QuickInputButton[] {
  const canGoBack = options.canGoBack ?? (options.step !== undefined && options.step > 1)
  return [...(canGoBack ? [QuickInputButtons.Back] : []), ...(options.buttons ?? [])]
}

function pressed<B extends QuickInputButton>(
  button: QuickInputButton,
  typed: string,
): Answer<never, B> {
  if (button === QuickInputButtons.Back) return { kind: 'back', typed }
  // The only other buttons are those that the caller gave.
  return { kind: 'button', button: button as B, typed }
}

interface Input extends Disposable {
  show(): void
  onDidHide(listener: () => void): Disposable
}

/** Shows an input until it is answered or left. */
export async function settle<T>(
  input: Input,
  listen: (done: (value: T) => void) => Disposable[],
): Promise<T> {
  const listeners: Disposable[] = []
  try {
    return await new Promise<T>((resolve, reject) => {
      listeners.push(
        ...listen(resolve),
        input.onDidHide(() => reject(new AppError('cancelled', 'Cancelled.'))),
      )
      input.show()
    })
  } finally {
    for (const listener of listeners) listener.dispose()
    input.dispose()
  }
}

/** Where a flow goes on. */
export type Move = 'next' | 'back' | 'finish'

/** Runs steps one after the other; a step that answers `back` repeats the one before. */
export async function runSteps(steps: readonly (() => Promise<Move>)[]): Promise<void> {
  for (let index = 0; index < steps.length;) {
    const move = await steps[index]?.()
    if (move === 'finish') return
    index += move === 'back' ? -1 : 1
    if (index < 0) throw new AppError('cancelled', 'Cancelled.')
  }
}
