import { mkdir, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { harvest } from '../../../src/harvest/harvest'
import type { HarvestOptions, HarvestResult, Place } from '../../../src/harvest/harvester'
import { createTempFolder, removeFolder } from '../../support/tempFolder'

/** What a file holds: text and bytes as they are, anything else as JSON. */
type Content = unknown

/** A workspace folder for one test. */
export class Workspace {
  private constructor(readonly root: string) {}

  static async create(files: Readonly<Record<string, Content>> = {}): Promise<Workspace> {
    const workspace = new Workspace(await createTempFolder('harvest'))
    await workspace.put(files)
    return workspace
  }

  path(name: string): string {
    return join(this.root, name)
  }

  async put(files: Readonly<Record<string, Content>>): Promise<void> {
    for (const [name, content] of Object.entries(files)) {
      const path = this.path(name)
      await mkdir(dirname(path), { recursive: true })
      const isRaw = typeof content === 'string' || content instanceof Uint8Array
      await writeFile(path, isRaw ? content : JSON.stringify(content, null, 2))
    }
  }

  /** Sets a file's time of change, in minutes from a fixed moment. */
  async age(name: string, minutes: number): Promise<void> {
    const time = new Date(Date.UTC(2026, 0, 1) + minutes * 60_000)
    await utimes(this.path(name), time, time)
  }

  harvest(model: string, options: Partial<HarvestOptions> = {}): Promise<HarvestResult> {
    return harvest(this.path(model), { root: this.root, ...options })
  }

  dispose(): Promise<void> {
    return removeFolder(this.root)
  }
}

/** The values of one place, by name. */
export function valuesOf(result: HarvestResult, place: Place): Record<string, unknown> {
  return Object.fromEntries(
    result.values.filter((value) => value.place === place).map(({ name, value }) => [name, value]),
  )
}

/** Runs a test in a workspace folder with these files. */
export function inWorkspace(
  files: Readonly<Record<string, Content>>,
  test: (workspace: Workspace) => Promise<void>,
): () => Promise<void> {
  return async () => {
    const workspace = await Workspace.create(files)
    try {
      await test(workspace)
    } finally {
      await workspace.dispose()
    }
  }
}
