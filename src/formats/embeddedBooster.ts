import type { PickleValue } from '../bytes/pickleValues'
import { attributesOf, calleeOf, isKind, itemsOf } from '../bytes/pickleValues'
import { innerEstimators } from './estimatorParts'

/** The attributes that hold a native model: XGBoost's bytes, LightGBM's text, CatBoost's bytes. */
const NATIVE = ['handle', '_handle', 'model_str', '__model']
/** The attributes that hold a booster. */
const BOOSTERS = ['_Booster', '_booster', 'booster_']

/** The native model inside a booster, or in the wrapper around it. */
export function boosterOf(value: PickleValue | undefined, level = 0): PickleValue | undefined {
  const attributes = attributesOf(value)
  for (const name of NATIVE) {
    const native = attributes.get(name)
    // Protocol 4 has no opcode for a bytearray: it is one made of bytes.
    if (calleeOf(native)?.path === 'builtins.bytearray' && isKind(native, 'call')) {
      return itemsOf(native.args)[0]
    }
    if (native !== undefined && native !== null && !isKind(native, 'call')) return native
  }
  if (level > 0) return undefined
  const boosters = BOOSTERS.map((name) => attributes.get(name)).filter((inner) =>
    isKind(inner, 'call'),
  )
  for (const inner of [...boosters, ...innerEstimators(attributes).slice(0, 1)]) {
    const native = boosterOf(inner, level + 1) ?? boosterOf(attributesOf(inner).get('_Booster'), 1)
    if (native !== undefined) return native
  }
  return undefined
}
