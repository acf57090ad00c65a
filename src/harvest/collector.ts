import type { Dataset } from '../registry/model'
import { PACKAGES } from './environment'
import { isScalar, numberOf, text } from './flatten'
import type {
  Harvester,
  HarvestOptions,
  HarvestResult,
  Place,
  RecordedCode,
  Refusal,
  Run,
  RunFile,
  SeriesOptions,
  Sink,
} from './harvester'
import { bestDirection, isBookkeeping } from './names'
import { readCurve } from './curve'
import { datasetPlace, portable } from './portable'
import { choose } from './precedence'
import type { Candidate, SeriesCandidate } from './precedence'
import { stripCredentials } from './remoteUrl'
import { packageName } from './requirements'
import { secretReason } from './secrets'

/** Metrics may be written some minutes before a large model is; a retraining is rarely done sooner. */
const STALE_AFTER = 10 * 60_000
/** Values of one run: beyond it nobody ticks boxes. */
const MAX_VALUES = 2000
const MAX_NAME = 200
const MAX_TEXT = 2000
const MAX_DESCRIPTION = 10_000

/** Takes what the harvesters find, and decides between them at the end. */
export class Collector {
  readonly #run: Run
  readonly #options: HarvestOptions
  readonly #values: Candidate[] = []
  readonly #series: SeriesCandidate[] = []
  readonly #datasets = new Map<string, Dataset>()
  readonly #environment = new Map<string, string>()
  readonly #taken = new Set<string>()
  readonly #datedBy = new Map<string, string>()
  #code: RecordedCode | undefined
  #suggestedName: string | undefined
  #runId: string | undefined

  constructor(run: Run, options: HarvestOptions) {
    this.#run = run
    this.#options = options
  }

  /** The sink of one harvester: what it takes bears the harvester's id and rank. */
  sinkOf(harvester: Pick<Harvester, 'id' | 'rank'>): Sink {
    const add = (
      place: Place,
      name: string,
      value: unknown,
      file: RunFile,
      key: string = name,
    ): void => this.#add(harvester, place, name, value, file, key)
    return {
      metric: (name, value, file, key) => add('metrics', name, value, file, key),
      parameter: (name, value, file, key) => add('parameters', name, value, file, key),
      tag: (name, value, file, key) => add('tags', name, value, file, key),
      description: (description, file, key) => add('description', '', description, file, key),
      series: (name, points, file, options) =>
        this.#addSeries(harvester, name, points, file, options ?? {}),
      suggestName: (name) => void (this.#suggestedName ??= text(name)),
      run: (id) => void (this.#runId ??= text(id)),
      code: ({ commit, remote }, file) => {
        if (typeof commit !== 'string' || !/^[0-9a-f]{7,64}$/i.test(commit)) return
        const stripped = typeof remote === 'string' ? stripCredentials(remote) : undefined
        // A file that is bound to the model dates the model itself: it can't be of another commit than its own.
        if (!file.exact) this.#datedBy.set(file.relative, commit)
        this.#code ??= {
          commit,
          ...(stripped === undefined ? {} : { remote: stripped }),
        }
      },
      environment: (name, version) => this.addEnvironment(name, version),
      dataset: ({ path: written, ...dataset }) => {
        const path = datasetPlace(written)
        if (!this.#datasets.has(path)) this.#datasets.set(path, { path, ...dataset })
      },
      isTaken: (file) => this.#taken.has(file.relative),
    }
  }

  /** A version that a run recorded is nearer to the model than what a project's lock file says: the first one stays. */
  addEnvironment(name: string, version: unknown): void {
    if (typeof version !== 'string' && typeof version !== 'number') return
    const id = packageName(name)
    const matters = id === 'python' || PACKAGES.has(id)
    if (matters && !this.#environment.has(id)) this.#environment.set(id, String(version))
  }

  #add(
    { id, rank }: Pick<Harvester, 'id' | 'rank'>,
    place: Place,
    name: string,
    found: unknown,
    file: RunFile,
    key: string,
  ): void {
    const refuse = (reason: string): void => this.#run.reader.refuse(file, key, reason)
    if (found === undefined) return
    this.#taken.add(file.relative)
    if (!isScalar(found)) {
      // A list or map under a name of its own is data; the harvesters flatten what is not.
      return
    }
    // Several tools write what JSON has no word for as text.
    const number = place === 'metrics' && typeof found === 'string' ? numberOf(found) : found
    if (typeof number === 'number' && !Number.isFinite(number)) {
      refuse(`It is ${number}, and only finite numbers are stored.`)
      return
    }
    if (place !== 'description' && !isUsableName(name)) {
      refuse('Its name can’t be stored.')
      return
    }
    const value = place === 'tags' && found !== null ? String(found) : found
    if (place === 'metrics' && typeof value !== 'number') return
    if ((place === 'tags' || place === 'description') && (value === null || value === '')) return
    const limit = place === 'description' ? MAX_DESCRIPTION : MAX_TEXT
    const isLong = typeof value === 'string' && value.length > limit
    const reason = isLong ? `It is longer than ${limit} characters.` : secretReason(name, value)
    if (reason) {
      refuse(reason)
      return
    }
    if (this.#values.length >= 4 * MAX_VALUES) {
      this.#run.reader.refuse(file, undefined, `More than ${4 * MAX_VALUES} values were found.`)
      return
    }
    this.#values.push({
      place,
      name,
      value: portable(value),
      file: file.relative,
      key,
      source: id,
      rank,
      distance: file.distance,
      ...(place === 'metrics' && this.#isOlder(file) ? { stale: true as const } : {}),
      ...(file.ambiguous ? { ambiguous: true as const } : {}),
    })
  }

  #addSeries(
    harvester: Pick<Harvester, 'id' | 'rank'>,
    name: string,
    points: readonly (readonly [number, number])[],
    file: RunFile,
    { key = name, best = bestDirection(name), last = points.at(-1)?.[1] }: SeriesOptions,
  ): void {
    if (last === undefined || !isUsableName(name)) return
    this.#taken.add(file.relative)
    const curve = readCurve(points, best)
    if (curve.steps.length > 1) {
      const { rank } = harvester
      const { distance, ambiguous: doubt } = file
      const { steps, values } = curve
      this.#series.push({ name, file: file.relative, steps, values, rank, distance, doubt })
    }
    if (isBookkeeping(name)) return
    this.#add(harvester, 'metrics', name, last, file, key)
    if (curve.best && curve.best[1] !== last) {
      const at = `${key} at step ${curve.best[0]}`
      this.#add(harvester, 'metrics', `best_${name}`, curve.best[1], file, at)
    }
  }

  #isOlder(file: RunFile): boolean {
    const { mtimeMs } = this.#run.model
    const limit = this.#options.staleAfter ?? STALE_AFTER
    return !file.exact && file.mtimeMs < mtimeMs - limit
  }

  /** True for a file whose run recorded another commit than the one that is checked out. */
  #isOfOtherCommit(file: string): boolean {
    const recorded = this.#datedBy.get(file)
    const { commit } = this.#options
    return (
      recorded !== undefined &&
      commit !== undefined &&
      !commit.startsWith(recorded) &&
      !recorded.startsWith(commit)
    )
  }

  result(reading: { files: readonly string[]; refused: readonly Refusal[] }): HarvestResult {
    const marked = this.#values.map((candidate) =>
      candidate.place === 'metrics' && this.#isOfOtherCommit(candidate.file)
        ? { ...candidate, stale: true as const }
        : candidate,
    )
    const { values, series } = choose(marked, this.#series)
    for (const [file, count] of countByFile(values.slice(MAX_VALUES))) {
      const reason = `More than ${MAX_VALUES} values were found: ${count} of this file are left out.`
      this.#run.reader.refuse({ relative: file }, undefined, reason)
    }
    return {
      values: values.slice(0, MAX_VALUES),
      series,
      refused: reading.refused,
      files: reading.files,
      ...(this.#suggestedName === undefined ? {} : { suggestedName: this.#suggestedName }),
      ...(this.#runId === undefined ? {} : { run: this.#runId }),
      ...(this.#code === undefined ? {} : { code: this.#code }),
      ...(this.#environment.size > 0
        ? {
            environment: Object.fromEntries(
              [...this.#environment].sort(([a], [b]) => (a < b ? -1 : 1)),
            ),
          }
        : {}),
      ...(this.#datasets.size > 0 ? { datasets: [...this.#datasets.values()] } : {}),
    }
  }
}

function countByFile(values: readonly { readonly file: string }[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { file } of values) counts.set(file, (counts.get(file) ?? 0) + 1)
  return counts
}

function isUsableName(name: string): boolean {
  return (
    name !== '' &&
    name.length <= MAX_NAME &&
    // As the key of a record it would be the record's prototype.
    name !== '__proto__' &&
    !/[\u0000-\u001f\u007f]/.test(name)
  )
}
