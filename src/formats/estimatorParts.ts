import type { PickleValue } from '../bytes/pickleValues'
import { attributesOf, itemsOf } from '../bytes/pickleValues'
import type { InspectionSummary } from '../registry/inspection'

/** Estimators in an estimator that are looked into: a search over a pipeline of transformers has a dozen. */
const MAX_ESTIMATORS = 200

/** The estimators that a search, a pipeline or a wrapper is made of, the deciding one first. */
export function innerEstimators(attributes: ReadonlyMap<string, PickleValue>): PickleValue[] {
  const partsOf = (name: string): PickleValue[] =>
    itemsOf(attributes.get(name)).map((step) => itemsOf(step)[1] ?? null)
  const wrapped = ['best_estimator_', 'estimator_', 'base_estimator_', 'regressor_', 'classifier_']
  const single = wrapped.flatMap((name) => attributes.get(name) ?? [])
  // Every part of a union sees all features; a column transformer has their names itself.
  return [...single, ...partsOf('steps').reverse(), ...partsOf('transformer_list')]
}

/** The first answer of an object or of what it is made of. */
export function firstOf(
  value: PickleValue | undefined,
  find: (
    attributes: ReadonlyMap<string, PickleValue>,
    value: PickleValue | undefined,
  ) => InspectionSummary | undefined,
  order: (inner: PickleValue[]) => PickleValue[] = (inner) => inner,
): InspectionSummary {
  const seen = new Set<PickleValue | undefined>()
  const waiting = [value]
  while (waiting.length > 0 && seen.size < MAX_ESTIMATORS) {
    const next = waiting.shift()
    if (seen.has(next)) continue
    seen.add(next)
    const attributes = attributesOf(next)
    const found = find(attributes, next)
    if (found) return found
    waiting.unshift(...order(innerEstimators(attributes)).slice(0, MAX_ESTIMATORS))
  }
  return {}
}
