import { ensureFolder } from '../base/durable'
import { AppError } from '../base/errors'
import { TRASH, type ModelsFolder } from '../base/modelsFolder'
import type { Artifact } from '../registry/model'
import { checkName, nameKey } from '../registry/names'
import type { Relocation } from '../registry/ports'
import type { digestFile } from './digest'
import { clearDeadPlace, Flight } from './flight'
import { hasContent } from './homing'
import { linkTree } from './linkTree'
import { exists, makeModelFolder, placeOf, realFolder } from './storePaths'

/** Second names first, document next, old names last: at every moment what the document names is there. */
export class FileRelocation implements Relocation {
  readonly #folder: ModelsFolder
  readonly #models: readonly string[]
  readonly #digest: typeof digestFile
  #flight: Flight | undefined
  readonly #added: string[] = []
  readonly #removed: string[] = []

  constructor(folder: ModelsFolder, models: readonly string[], digest: typeof digestFile) {
    this.#folder = folder
    this.#models = models
    this.#digest = digest
  }

  async toVersion(artifact: Artifact, model: string, version: string): Promise<Artifact> {
    checkName('model', model)
    checkName('version', version)
    return this.#bring(artifact, `${model}/${version}`, () =>
      makeModelFolder(this.#folder.join(model)),
    )
  }

  async toTrash(artifact: Artifact, id: string): Promise<Artifact> {
    return this.#bring(artifact, `${TRASH}/${id}`, () => ensureFolder(this.#folder.join(TRASH)))
  }

  /** The trash is laid out by ids, which stay. */
  async trashTo(artifact: Artifact): Promise<Artifact> {
    return artifact
  }

  async remove(artifact: Artifact): Promise<void> {
    const from = placeOf(artifact.uri)
    const path = await realFolder(this.#folder, from)
    if (path === undefined || !this.#owns(from)) return
    const flight = await this.#begin()
    await flight.announce([{ path: from, at: path }])
    this.#removed.push(from)
  }

  async #bring(
    artifact: Artifact,
    to: string,
    makeFolder: () => Promise<unknown>,
  ): Promise<Artifact> {
    const from = placeOf(artifact.uri)
    if (from === to) return artifact
    const path = await realFolder(this.#folder, from)
    const moved = { ...artifact, uri: to + artifact.uri.slice(from.length) }
    const target = this.#folder.join(to)
    if (await exists(target)) {
      if (await hasContent(this.#folder, to, artifact, this.#digest)) {
        // Another branch has it there already.
        if (path !== undefined) await this.remove(artifact)
        return moved
      }
      if (path === undefined) return artifact
      if (!(await clearDeadPlace(this.#folder, to))) {
        throw new AppError(
          'conflict',
          `${target} exists already with other content, and no document names it. Move it away and try again.`,
        )
      }
    }
    // An artifact that is not here (another machine has it) can't be moved: it keeps the place that it will have.
    if (path === undefined) return artifact
    const flight = await this.#begin()
    const part = flight.part()
    await linkTree(path, part)
    await flight.announce([
      ...(this.#owns(from) ? [{ path: from, at: path }] : []),
      { path: to, at: part },
    ])
    this.#added.push(to)
    if (this.#owns(from)) this.#removed.push(from)
    await makeFolder()
    await flight.land(part, to)
    return moved
  }

  /** A document that was copied names the artifacts of the model that it was copied from: those stay where they are. */
  #owns(place: string): boolean {
    const [first = ''] = place.split('/')
    return first === TRASH || this.#models.some((model) => nameKey(model) === nameKey(first))
  }

  async #begin(): Promise<Flight> {
    this.#flight ??= await Flight.start(this.#folder, this.#models)
    return this.#flight
  }

  async finish(): Promise<void> {
    await this.#flight?.end((path) => !this.#removed.includes(path))
  }

  async abandon(): Promise<void> {
    await this.#flight?.end((path) => !this.#added.includes(path))
  }
}
