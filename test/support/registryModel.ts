/** The rules of the lifecycle as plainly as they can be said: what a registry is compared with. */
import type { ModelStage } from '../../src/index'
import { nextVersion } from '../../src/registry/semver'

export interface PlainVersion {
  readonly version: string
  readonly created: number
  readonly content: string
  stage: ModelStage
  accuracy: number
}

export interface PlainModel {
  deleted: boolean
  versions: PlainVersion[]
  trash: PlainVersion[]
  aliases: Map<string, string>
}

export type Operation =
  | { readonly do: 'register'; name: string; version?: string; stage: ModelStage; alias?: string }
  | { readonly do: 'transition'; name: string; version: string; stage: ModelStage }
  | { readonly do: 'update'; name: string; version: string; accuracy: number }
  | { readonly do: 'setAlias'; name: string; alias: string; version: string }
  | { readonly do: 'removeAlias'; name: string; alias: string }
  | { readonly do: 'delete'; name: string; version: string }
  | { readonly do: 'restore'; name: string; version: string }
  | { readonly do: 'deleteModel'; name: string }
  | { readonly do: 'rename'; name: string; to: string }

/** `true` and `false` where the operation answers so, the code of the error where it is refused. */
export type Answer = true | false | 'conflict' | 'notFound'

const key = (name: string): string => name.toLowerCase()

export class PlainRegistry {
  readonly models = new Map<string, PlainModel>()
  #count = 0

  apply(operation: Operation): Answer {
    switch (operation.do) {
      case 'register':
        return this.#register(operation)
      case 'rename':
        return this.#rename(operation.name, operation.to)
      case 'restore':
        return this.#restore(operation.name, operation.version)
      case 'delete':
      case 'deleteModel':
        return this.#delete(operation.name, 'version' in operation ? operation.version : undefined)
      default:
        return this.#change(operation)
    }
  }

  #living(name: string): PlainModel | undefined {
    const model = this.models.get(name)
    return model?.deleted ? undefined : model
  }

  #isTaken(name: string): boolean {
    return [...this.models.keys()].some((other) => other !== name && key(other) === key(name))
  }

  #register(operation: Operation & { do: 'register' }): Answer {
    const { name, stage, alias } = operation
    if (this.#isTaken(name)) return 'conflict'
    const model = this.models.get(name) ?? {
      deleted: false,
      versions: [],
      trash: [],
      aliases: new Map<string, string>(),
    }
    const taken = [...model.versions, ...model.trash].map(({ version }) => version)
    const version = operation.version ?? nextVersion(taken)
    if (taken.some((other) => key(other) === key(version))) return 'conflict'
    this.models.set(name, model)
    model.deleted = false
    const created = this.#count++
    model.versions.push({
      version,
      created,
      content: `${created}`,
      stage: 'development',
      accuracy: 0,
    })
    move(model, version, stage)
    if (alias !== undefined) model.aliases.set(alias, version)
    return true
  }

  #change(
    operation: Exclude<
      Operation,
      { do: 'register' | 'rename' | 'restore' | 'delete' | 'deleteModel' }
    >,
  ): Answer {
    const model = this.#living(operation.name)
    if (!model) return 'notFound'
    if (operation.do === 'removeAlias') return model.aliases.delete(operation.alias)
    const found = model.versions.find(({ version }) => version === operation.version)
    if (!found) return 'notFound'
    if (operation.do === 'transition') move(model, found.version, operation.stage)
    else if (operation.do === 'update') found.accuracy = operation.accuracy
    else model.aliases.set(operation.alias, found.version)
    return true
  }

  #delete(name: string, version: string | undefined): Answer {
    const model = this.#living(name)
    if (!model) return false
    const gone = model.versions.filter((one) => version === undefined || one.version === version)
    if (version !== undefined && gone.length === 0) return false
    model.versions = model.versions.filter((one) => !gone.includes(one))
    model.trash.push(...gone)
    for (const [alias, target] of model.aliases)
      if (gone.some((one) => one.version === target)) model.aliases.delete(alias)
    model.deleted = version === undefined
    return true
  }

  #restore(name: string, version: string): Answer {
    const model = this.models.get(name)
    const found = model?.trash.find((one) => one.version === version)
    if (!model || !found) return 'notFound'
    model.deleted = false
    model.trash = model.trash.filter((one) => one !== found)
    if (found.stage === 'production') found.stage = 'archived'
    model.versions = [...model.versions, found].sort((a, b) => a.created - b.created)
    return true
  }

  #rename(name: string, to: string): Answer {
    const model = this.#living(name)
    if (!model) return 'notFound'
    if (name === to) return true
    const others = [...this.models.keys()].filter((other) => other !== name)
    if (others.some((other) => key(other) === key(to))) return 'conflict'
    this.models.delete(name)
    this.models.set(to, model)
    return true
  }
}

function move(model: PlainModel, version: string, stage: ModelStage): void {
  for (const one of model.versions) {
    if (one.version === version) one.stage = stage
    else if (stage === 'production' && one.stage === 'production') one.stage = 'archived'
  }
}
