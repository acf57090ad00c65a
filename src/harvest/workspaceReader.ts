import { realpath } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { AppError, isAppError, throwIfCancelled } from '../base/errors'
import { formatBytes } from '../base/text'
import { parseDelimited } from './delimited'
import type { Refusal, Relation, RunFile, RunFolder, RunReader, Table } from './harvester'
import { parseLooseJson } from './looseJson'
import { parseSafeYaml } from './safeYaml'
import { Slices } from './slices'
import { WorkspaceGate } from './workspaceGate'
import type { Listing } from './workspaceGate'

/** A result file that is larger is a data set. */
const MAX_FILE = 5_000_000
/** YAML is parsed at about 1 MB a second; the largest real lock files have some 100 kB. */
const MAX_YAML = 1_000_000
/** Files read for one model; MLflow has one for each metric. */
const MAX_FILES = 1000
/** Bytes of one piece of `chunks`. */
const CHUNK = 262_144

/** Reads the files of one workspace folder, each through the same gate: inside, regular, not too large, not too many. */
export class WorkspaceReader implements RunReader {
  readonly #folders = new Map<string, Promise<Listing | undefined>>()
  readonly #parsed = new Map<string, Promise<unknown>>()
  readonly #read = new Set<string>()

  readonly #slices: Slices
  readonly #gate: WorkspaceGate

  private constructor(gate: WorkspaceGate) {
    this.#gate = gate
    this.#slices = new Slices(gate.signal)
  }

  /** @throws AppError `notFound` where the workspace folder is not there. */
  static async open(root: string, signal: AbortSignal | undefined): Promise<WorkspaceReader> {
    try {
      return new WorkspaceReader(new WorkspaceGate(await realpath(root), signal))
    } catch (cause) {
      throw new AppError('notFound', `The folder ${root} can't be opened: check that it exists.`, {
        cause,
      })
    }
  }

  /** The files that were parsed, relative to the root. */
  get files(): readonly string[] {
    return [...this.#read]
  }

  get root(): string {
    return this.#gate.root
  }

  get signal(): AbortSignal | undefined {
    return this.#gate.signal
  }

  get refused(): readonly Refusal[] {
    return this.#gate.refused
  }

  /** A path as it is reported; of the workspace folder itself and of one outside it, the name. */
  relative(path: string): string {
    const inside = this.#gate.relative(path)
    return inside === '' || inside.startsWith('../') ? basename(path) : inside
  }

  async folder(path: string, relation: Relation): Promise<RunFolder | undefined> {
    throwIfCancelled(this.signal)
    const real = await this.#gate.inside(path)
    if (real === undefined) return undefined
    let listing = this.#folders.get(real)
    if (!listing) {
      listing = this.#gate.list(real)
      this.#folders.set(real, listing)
    }
    const { distance, ambiguous, exact } = relation
    const listed = await listing
    return (
      listed && { path, relative: this.#gate.relative(path), distance, ambiguous, exact, ...listed }
    )
  }

  async inside(
    folder: RunFolder,
    names: readonly string[],
    relation: Partial<Relation> = {},
  ): Promise<RunFolder | undefined> {
    let inner: RunFolder | undefined = { ...folder, ...relation }
    for (const name of names) {
      if (!inner?.folders.has(name)) return undefined
      inner = await this.folder(join(inner.path, name), inner)
    }
    return inner
  }

  async file(
    folder: RunFolder,
    name: string,
    relation: Partial<Relation> = {},
  ): Promise<RunFile | undefined> {
    if (!folder.files.has(name)) return undefined
    const path = join(folder.path, name)
    const stats = await this.#gate.stat(path)
    if (!stats) return undefined
    const { distance, ambiguous, exact } = { ...folder, ...relation }
    const { size, mtimeMs } = stats
    const at = { path, relative: this.#gate.relative(path), name, size, mtimeMs }
    return { ...at, distance, ambiguous, exact }
  }

  text(file: RunFile): Promise<string | undefined> {
    return this.#parse(file, 'text', MAX_FILE, (text) => text)
  }

  json(file: RunFile): Promise<unknown> {
    return this.#parse(file, 'json', MAX_FILE, (text) => parseLooseJson(text, this.signal))
  }

  jsonLines(file: RunFile): Promise<readonly unknown[] | undefined> {
    return this.#parse(file, 'lines', MAX_FILE, (text) => this.#lines(text))
  }

  yaml(file: RunFile): Promise<unknown> {
    return this.#parse(file, 'yaml', MAX_YAML, (text) => this.#yaml(file, text))
  }

  frontMatter(file: RunFile): Promise<{ data: unknown; body: string } | undefined> {
    return this.#parse(file, 'card', MAX_YAML, async (text) => {
      const match = /^---[ \t]*\r?\n([\s\S]*?)^---[ \t]*(?:\r?\n|$)/m.exec(text)
      if (!match || match.index > 0) return { data: undefined, body: text }
      return { data: await this.#yaml(file, match[1] ?? ''), body: text.slice(match[0].length) }
    })
  }

  table(file: RunFile, delimiter?: string): Promise<Table | undefined> {
    return this.#parse(file, `table${delimiter ?? ''}`, MAX_FILE, (text) =>
      parseDelimited(text, this.signal, delimiter),
    )
  }

  async head(file: RunFile, bytes: number): Promise<string | undefined> {
    return await this.#withHandle(file, async (handle) => {
      const { buffer, bytesRead } = await handle.read(new Uint8Array(bytes), 0, bytes, 0)
      // A character that the end cuts must not decide the encoding.
      return decode(buffer.subarray(0, buffer.lastIndexOf(10, bytesRead - 1) + 1 || bytesRead))
    })
  }

  async *chunks(file: RunFile): AsyncIterable<Uint8Array> {
    if (!this.#admit(file)) return
    const handle = await this.#gate.open(file)
    if (!handle) return
    try {
      this.#read.add(file.relative)
      for (;;) {
        throwIfCancelled(this.signal)
        const { buffer, bytesRead } = await handle.read(new Uint8Array(CHUNK), 0, CHUNK, null)
        if (bytesRead === 0) return
        yield buffer.subarray(0, bytesRead)
      }
    } finally {
      await handle.close()
    }
  }

  refuse(file: Pick<RunFile, 'relative'>, key: string | undefined, reason: string): void {
    this.#gate.refuse(file, key, reason)
  }

  async turn(): Promise<void> {
    if (this.#slices.due) await this.#slices.turn()
  }

  /** Reads and parses a file once for each kind of parser; what is wrong with it is noted once. */
  async #parse<T>(
    file: RunFile,
    kind: string,
    cap: number,
    parse: (text: string) => T | Promise<T>,
  ): Promise<T | undefined> {
    const id = `${kind}\n${file.path}`
    const known = this.#parsed.get(id)
    // The kind names the parser, so what is kept under it has the parser's type.
    if (known) return (await known) as T | undefined
    const result = this.#parseOnce(file, cap, parse)
    this.#parsed.set(id, result)
    return await result
  }

  async #parseOnce<T>(
    file: RunFile,
    cap: number,
    parse: (text: string) => T | Promise<T>,
  ): Promise<T | undefined> {
    throwIfCancelled(this.signal)
    if (!this.#admit(file)) return undefined
    if (file.size > cap) {
      this.refuse(file, undefined, `It is larger than ${formatBytes(cap)}.`)
      return undefined
    }
    const text = await this.#withHandle(file, async (handle) => {
      // One byte more than the cap tells a file that grew since it was looked at.
      const buffer = new Uint8Array(Math.min(file.size, cap) + 1)
      let done = 0
      while (done < buffer.length) {
        const { bytesRead } = await handle.read(buffer, done, buffer.length - done, done)
        if (bytesRead === 0) break
        done += bytesRead
      }
      return decode(buffer.subarray(0, Math.min(done, cap)))
    })
    if (text === undefined) return undefined
    try {
      const parsed = await parse(text)
      this.#read.add(file.relative)
      return parsed
    } catch (error) {
      if (!isAppError(error) || error.code !== 'corrupt') throw error
      this.refuse(file, undefined, error.message)
      return undefined
    }
  }

  async #yaml(file: RunFile, text: string): Promise<unknown> {
    const { data, skipped } = await parseSafeYaml(text, this.signal)
    for (const tag of skipped) this.refuse(file, tag, 'It would build a Python object.')
    return data
  }

  async #lines(text: string): Promise<readonly unknown[]> {
    const slices = new Slices(this.signal)
    const lines = text.split('\n').filter((line) => line.trim() !== '')
    const values: unknown[] = []
    for (const [index, line] of lines.entries()) {
      if (slices.due) await slices.turn()
      try {
        values.push(await parseLooseJson(line, this.signal))
      } catch (error) {
        // A pretty-printed file is one value; a last line cut short is a run that was stopped.
        if (index === 0) return [await parseLooseJson(text, this.signal)]
        if (index < lines.length - 1) throw error
      }
    }
    return values
  }

  #admit(file: RunFile): boolean {
    if (this.#read.size < MAX_FILES || this.#read.has(file.relative)) return true
    this.refuse(file, undefined, `More than ${MAX_FILES} files: the rest is not read.`)
    return false
  }

  async #withHandle<T>(
    file: RunFile,
    use: (handle: FileHandle) => Promise<T>,
  ): Promise<T | undefined> {
    const handle = await this.#gate.open(file)
    if (!handle) return undefined
    try {
      return await use(handle)
    } finally {
      await handle.close()
    }
  }
}

/** UTF-8, or UTF-16 with its mark: PowerShell's `>` writes that; else the encoding of Python on an older Windows. */
function decode(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    return new TextDecoder('windows-1252').decode(bytes)
  }
}
