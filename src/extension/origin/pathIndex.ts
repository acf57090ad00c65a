/**
 * Paths (relative, with `/`) that are found from a path above or below them in as many steps as it has parts: a training
 * that writes thousands of files asks for each of them.
 */
export class PathIndex {
  readonly #paths: ReadonlySet<string>
  /** What lies in a folder, at any depth. */
  readonly #inside = new Map<string, string[]>()

  constructor(paths: Iterable<string>) {
    this.#paths = new Set(paths)
    for (const path of this.#paths)
      for (const folder of foldersOf(path)) {
        const inside = this.#inside.get(folder)
        if (inside) inside.push(path)
        else this.#inside.set(folder, [path])
      }
  }

  /** True where one of them is the path or lies in it. */
  hasAtOrBelow(path: string): boolean {
    return this.#paths.has(path) || this.#inside.has(path)
  }

  /** Those that are the path, lie in it, or hold it. */
  around(path: string): readonly string[] {
    const holding = [path, ...foldersOf(path)].filter((folder) => this.#paths.has(folder))
    return [...holding, ...(this.#inside.get(path) ?? [])]
  }
}

/** The folders that a path lies in, the nearest first. */
function* foldersOf(path: string): Iterable<string> {
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1))
    yield path.slice(0, end)
}
