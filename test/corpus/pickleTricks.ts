import type { CorpusCase } from './case'
import { file } from './case'
import { addCalls, addNames } from './pickleCalls'
import { addEndless, addIndirect } from './pickleIndirect'
import { addNested, addPlaces } from './picklePlaces'
import { addStates, addStructure } from './pickleStructure'

/** Ways to hide what a pickle does, or to do it where nobody looks. */
export function pickleTrickCases(): CorpusCase[] {
  const cases: CorpusCase[] = []
  const add = (name: string, bytes: Uint8Array, path = 'model.pkl'): void => {
    cases.push(file(`pickle ${name}`, path, bytes))
  }
  const odd = (name: string, bytes: Uint8Array, path = 'model.pkl'): void => {
    cases.push(file(`pickle ${name}`, path, bytes, 'suspicious'))
  }
  addNames(add, odd)
  addCalls(add, odd)
  addStates(add)
  addStructure(add, odd)
  addNested(add, odd)
  addIndirect(add, odd)
  addEndless(odd)
  addPlaces(add)
  return cases
}
