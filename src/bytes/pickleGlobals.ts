import { mapToPython3 } from './compatPickle'
import { BudgetExceeded, LIMITS } from './limits'
import type { PickleGlobal } from './pickleValues'

/** The globals of one pickle, each once. CPython maps Python 2's names by the protocol in force, so a name may mean two things. */
export class PickleGlobals {
  readonly list: PickleGlobal[] = []
  readonly #asTheyAre = new Map<string, Map<string, PickleGlobal>>()
  readonly #mapped = new Map<string, Map<string, PickleGlobal>>()

  /** The global of a name under a protocol; `isNew` where it is the first time. */
  find(
    module: string,
    name: string,
    protocol: number,
    offset: number,
  ): { readonly global: PickleGlobal; readonly isNew: boolean } {
    const mapsNames = protocol < 3
    const modules = mapsNames ? this.#mapped : this.#asTheyAre
    const known = modules.get(module)?.get(name)
    if (known) return { global: known, isNew: false }
    if (this.list.length >= LIMITS.pickleGlobals) {
      throw new BudgetExceeded('The pickle names more globals than are looked at.')
    }
    const [realModule, realName] = mapsNames ? mapToPython3(module, name) : [module, name]
    const global: PickleGlobal = {
      kind: 'global',
      module: realModule,
      name: realName,
      rawModule: module,
      rawName: name,
      path: `${realModule}.${realName}`,
      offset,
    }
    const names = modules.get(module)
    if (names) names.set(name, global)
    else modules.set(module, new Map([[name, global]]))
    this.list.push(global)
    return { global, isNew: true }
  }
}
