/** Rows that are shown at once; of a longer list the rest is one click away. */
export const FOLD = 20

export interface Shown<T> {
  readonly rows: readonly T[]
  /** Rows that match, and are not among those. */
  readonly hidden: number
}

/** The rows that a search finds, folded where they are many. */
export function shownRows<T extends { readonly label: string; readonly text: string }>(
  rows: readonly T[],
  search: string,
  isOpen: boolean,
): Shown<T> {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  const found = rows.filter(({ label, text }) => {
    const all = `${label} ${text}`.toLowerCase()
    return words.every((word) => all.includes(word))
  })
  // A click that brings one or two rows is not worth it.
  const count = isOpen || found.length <= FOLD + 2 ? found.length : FOLD
  return { rows: found.slice(0, count), hidden: found.length - count }
}
