/** Rows of a long list that are here already, in pages; the rest is asked for when it is to be seen. */
export class RowCache<T> {
  readonly #pages = new Map<number, readonly T[]>()
  readonly #asked = new Set<number>()

  constructor(
    readonly pageSize: number,
    /** How many pages are kept; those far from the last one that was asked for are dropped. */
    readonly maxPages = 20,
  ) {}

  get(index: number): T | undefined {
    return this.#pages.get(Math.floor(index / this.pageSize))?.[index % this.pageSize]
  }

  /** Pages that the rows from `first` up to `end` need and nobody has asked for; they count as asked for then. */
  claim(first: number, end: number): number[] {
    const missing: number[] = []
    for (let page = Math.floor(first / this.pageSize); page * this.pageSize < end; page++) {
      if (this.#pages.has(page) || this.#asked.has(page)) continue
      this.#asked.add(page)
      missing.push(page)
    }
    return missing
  }

  put(page: number, rows: readonly T[]): void {
    this.#asked.delete(page)
    this.#pages.set(page, rows)
    if (this.#pages.size <= this.maxPages) return
    const farthest = [...this.#pages.keys()].reduce((a, b) =>
      Math.abs(b - page) > Math.abs(a - page) ? b : a,
    )
    this.#pages.delete(farthest)
  }

  /** The page did not come: it may be asked for again. */
  release(page: number): void {
    this.#asked.delete(page)
  }
}
