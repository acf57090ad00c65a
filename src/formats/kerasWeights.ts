import type { JsonObject } from '../bytes/boundedJson'
import { toArray, toObject, toText } from '../bytes/boundedJson'
import type { TensorInfo } from '../registry/inspection'

/** Models in models that are looked into. */
const MAX_LEVEL = 32

/** Whether it is what an optimizer has learned, of the model itself or of a model in it: that is no part of the model. */
export function isOptimizerState(name: string): boolean {
  return /^optimizer(?:_weights)?\/|\/optimizer\/vars\/\d+$/.test(name)
}

/**
 * Parameters that training changes: without moving statistics, and without layers that are frozen. `undefined` where a
 * layer is not Keras' own, adapted or quantised: what of it is trained is known to its code only.
 */
export function countTrainable(
  tensors: readonly TensorInfo[],
  config?: JsonObject,
): number | undefined {
  const frozen = new Set<string>()
  if (config && !collectFrozen(config, '', 0, frozen)) return undefined
  if (tensors.some(({ dtype }) => dtype === 'int8')) return undefined
  const places = [...frozen]
  const moving = movingStatistics(tensors)
  return tensors.reduce((total, { name, dtype, parameters }) => {
    const isFixed =
      moving.has(name) || places.some((layer) => name.startsWith(layer)) || isCounter(dtype)
    return isFixed ? total : total + parameters
  }, 0)
}

/** Counters and states of random generators have no gradient. */
function isCounter(dtype: string): boolean {
  return /^u?int\d/.test(dtype)
}

/** What a batch normalization follows and does not train: by name in Keras 2, the last two variables of it in Keras 3. */
function movingStatistics(tensors: readonly TensorInfo[]): ReadonlySet<string> {
  const moving = new Set<string>()
  const layers = new Map<string, string[]>()
  for (const { name } of tensors) {
    if (/moving_(?:mean|variance)(?::0)?$/.test(name)) moving.add(name)
    const layer = /^(.*batch_normalization(?:_\d+)?\/vars)\/\d+$/.exec(name)?.[1]
    if (layer !== undefined) layers.set(layer, [...(layers.get(layer) ?? []), name])
  }
  for (const names of layers.values()) {
    names.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    for (const name of names.slice(-2)) moving.add(name)
  }
  return moving
}

/**
 * Collects where the variables of layers lie that are not trained: `layers/dense_1/` in Keras 3, which numbers the layers
 * of a class, and `model_weights/<name>/` in the HDF5 files of Keras 1 and 2. False where that can't be told.
 */
function collectFrozen(
  model: JsonObject,
  base: string,
  level: number,
  frozen: Set<string>,
): boolean {
  const counts = new Map<string, number>()
  for (const item of toArray(toObject(model['config'])?.['layers'])) {
    const layer = toObject(item)
    const config = toObject(layer?.['config'])
    if (!layer || !config) continue
    if (isOwnCode(layer) || typeof config['lora_rank'] === 'number') return false
    const kind = toSnakeCase(toText(layer['class_name']) ?? '')
    const count = counts.get(kind) ?? 0
    counts.set(kind, count + 1)
    const place = `${base}layers/${count === 0 ? kind : `${kind}_${count}`}/`
    if (config['trainable'] === false) {
      frozen.add(place)
      if (level === 0) frozen.add(`model_weights/${toText(config['name']) ?? ''}/`)
    } else if (Array.isArray(config['layers']) && level < MAX_LEVEL) {
      if (!collectFrozen(layer, place, level + 1, frozen)) return false
    }
  }
  return true
}

/** A class of somebody's own is registered as `package>Class`. */
function isOwnCode(layer: JsonObject): boolean {
  return [layer['registered_name'], layer['class_name']].some((name) => toText(name)?.includes('>'))
}

/** `Conv2DTranspose` as `conv2d_transpose`, which is how Keras names what it stores. */
function toSnakeCase(name: string): string {
  return name
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
}
