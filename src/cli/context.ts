import { resolve } from 'node:path'
import { ModelRegistry } from '../app'
import { AppError } from '../base/errors'
import { ModelsFolder } from '../base/modelsFolder'
import { escapeText } from '../base/text'
import { actorName } from '../harvest/gitActor'
import type { RunOptions } from '../registry/ports'
import { findModelsFolder, MODELS_FOLDER } from './discover'
import { ProgressLine } from './progress'

/** Flags that every command has. */
export interface CommonFlags {
  readonly json?: boolean
  readonly root?: string
  readonly actor?: string
}

/** What a command finds: the registry that is meant, the caller's folder and signals. */
export class CommandContext {
  readonly #flags: CommonFlags
  readonly #opened: ModelRegistry[] = []
  #root: Promise<string> | undefined

  constructor(
    flags: CommonFlags,
    readonly folder: string,
  ) {
    this.#flags = flags
  }

  /** A path as the caller means it. */
  path(path: string): string {
    if (path === '') throw new AppError('invalid', 'A path must not be empty.')
    return resolve(this.folder, path)
  }

  /** The `.models` folder: the one that is named, the nearest one upwards, else the one that would be made here. */
  root(): Promise<string> {
    this.#root ??= this.#findRoot()
    return this.#root
  }

  async #findRoot(): Promise<string> {
    const { root } = this.#flags
    if (root === '') throw new AppError('invalid', '--root needs the path of a .models folder.')
    if (root !== undefined) return this.path(root)
    return (await findModelsFolder(this.folder)) ?? this.path(MODELS_FOLDER)
  }

  /** True where there is no registry yet. */
  async isNew(): Promise<boolean> {
    return !(await new ModelsFolder(await this.root()).exists())
  }

  /** @param options.isAnonymous Nothing will be done that anybody is named for. */
  async open(
    options: { readonly readOnly?: boolean; readonly isAnonymous?: boolean } = {},
  ): Promise<ModelRegistry> {
    const { readOnly = false, isAnonymous = readOnly } = options
    const actor = await this.#actor(isAnonymous)
    const registry = await ModelRegistry.open({
      root: await this.root(),
      via: 'cli',
      readOnly,
      onWarning: (message) => this.note(`Warning: ${message}`),
      ...(actor === undefined ? {} : { actor }),
    })
    this.#opened.push(registry)
    return registry
  }

  /** Who is named, as git would name them; asked only where somebody is named, since it costs a process. */
  async #actor(isAnonymous: boolean): Promise<string | undefined> {
    const { actor } = this.#flags
    if (actor?.trim() === '') throw new AppError('invalid', '--actor needs a name.')
    return actor ?? (isAnonymous ? undefined : await actorName(this.folder))
  }

  /** Tells people something beside the answer, on stderr. */
  note(text: string): void {
    process.stderr.write(`${escapeText(text, Infinity)}\n`)
  }

  /** Runs what may take long: it shows its progress, and the first Ctrl+C cancels it cleanly; a second one kills. */
  async interruptible<T>(run: (options: RunOptions) => Promise<T>): Promise<T> {
    const controller = new AbortController()
    const abort = (): void => controller.abort()
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
    const progress = new ProgressLine(process.stderr)
    for (const signal of signals) process.once(signal, abort)
    try {
      return await run({ signal: controller.signal, onProgress: progress.listener })
    } finally {
      progress.clear()
      for (const signal of signals) process.removeListener(signal, abort)
    }
  }

  dispose(): void {
    for (const registry of this.#opened) registry.dispose()
  }
}
