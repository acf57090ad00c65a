import type { JsonObject, JsonValue } from '../bytes/boundedJson'
import { toArray, toNumber, toObject, toText } from '../bytes/boundedJson'
import type { InspectionSummary, MetadataValue, TensorSpec } from '../registry/inspection'
import { add, toCounts, toMetadata } from './summary'

type Shape = readonly (number | null)[]

/** Layers whose output has the shape of their input. */
const SAME_SHAPE: ReadonlySet<string> = new Set([
  'Activation',
  'BatchNormalization',
  'Dropout',
  'ELU',
  'GaussianNoise',
  'InputLayer',
  'LayerNormalization',
  'LeakyReLU',
  'PReLU',
  'ReLU',
  'Rescaling',
  'Softmax',
  'SpatialDropout1D',
  'SpatialDropout2D',
  'UnitNormalization',
])

/**
 * What the configuration of a Keras model says: `config.json` of a `.keras` archive, `model_config` of an HDF5 file of
 * Keras 1 and 2. `compile` is its `compile_config`, or the `training_config` of HDF5.
 */
export function describeKerasConfig(model: JsonObject, compile?: JsonObject): InspectionSummary {
  const config = toObject(model['config'])
  // Keras 1 has the list of layers itself as a Sequential's configuration.
  const layers = toObjects(config?.['layers'] ?? model['config'])
  const modelClass = toText(model['class_name'])
  const architecture = toText(config?.['name'])
  const isSequential = modelClass === 'Sequential'
  const counts = new Map<string, number>()
  for (const layer of layers) {
    const type = toText(layer['class_name'])
    // `model.layers` of a Sequential has no InputLayer, that of a functional model has.
    if (type !== undefined && !(isSequential && type === 'InputLayer')) add(counts, type)
  }
  const inputs = inputsOf(layers, config)
  const outputs = isSequential ? lastOutput(layers, inputs[0]?.shape) : namedOutputs(layers, config)
  return {
    producer: 'Keras',
    ...(modelClass && { modelClass }),
    ...(architecture && { architecture }),
    ...(counts.size > 0 && { layers: toCounts(counts) }),
    ...(inputs.length > 0 && { inputs }),
    ...(outputs.length > 0 && { outputs }),
    ...trainingOf(compile ?? toObject(model['compile_config'])),
  }
}

function toObjects(value: JsonValue | undefined): JsonObject[] {
  return toArray(value).flatMap((item) => {
    const object = toObject(item)
    return object ? [object] : []
  })
}

function shapeOf(value: JsonValue | undefined): Shape | undefined {
  if (!Array.isArray(value)) return undefined
  const sizes = toArray(value)
  return sizes.every((size): size is number | null => size === null || typeof size === 'number')
    ? sizes
    : undefined
}

function nameOf(layer: JsonObject): string {
  return toText(layer['name']) ?? toText(toObject(layer['config'])?.['name']) ?? ''
}

/** A dtype is a name, or a policy with one. */
function dtypeOf(value: JsonValue | undefined): string | undefined {
  return toText(value) ?? toText(toObject(toObject(value)?.['config'])?.['name'])
}

function inputOf(layer: JsonObject): TensorSpec | undefined {
  const config = toObject(layer['config'])
  const shape = shapeOf(config?.['batch_shape'] ?? config?.['batch_input_shape'])
  if (!shape) return undefined
  const dtype = dtypeOf(config?.['dtype'])
  return { name: nameOf(layer), ...(dtype && { dtype }), shape }
}

/** The input layers, in the order of the model's own list; else the first layer that states its input's shape. */
function inputsOf(layers: readonly JsonObject[], config: JsonObject | undefined): TensorSpec[] {
  const listed = layerNames(config?.['input_layers'])
  const named = listed.flatMap((name) => layers.filter((layer) => nameOf(layer) === name))
  const candidates =
    named.length > 0 ? named : layers.filter((layer) => layer['class_name'] === 'InputLayer')
  const specs = (candidates.length > 0 ? candidates : layers.slice(0, 1)).flatMap(
    (layer) => inputOf(layer) ?? [],
  )
  if (specs.length > 0) return specs
  const shape = shapeOf(config?.['build_input_shape'])
  return shape ? [{ name: '', shape }] : []
}

/** Names out of `["name", 0, 0]`, lists and records of it. */
function layerNames(value: JsonValue | undefined): string[] {
  const object = toObject(value)
  if (object) return Object.values(object).flatMap((item) => layerNames(item))
  const items = toArray(value)
  const [first, second] = items
  if (typeof first === 'string' && typeof second === 'number') return [first]
  return items.flatMap((item) => layerNames(item))
}

/** The output of a layer, where its kind and input tell the shape. */
function outputShape(layer: JsonObject, input: Shape | undefined): Shape | undefined {
  const config = toObject(layer['config'])
  const type = toText(layer['class_name']) ?? ''
  const known = input ?? shapeOf(toObject(layer['build_config'])?.['input_shape'])
  const units = toNumber(config?.['units'])
  if (type === 'Dense' && units !== undefined && known) return [...known.slice(0, -1), units]
  if (type === 'Embedding' && known) return [...known, toNumber(config?.['output_dim']) ?? null]
  if (type === 'Flatten' && known) {
    const sizes = known.slice(1)
    const count = sizes.reduce<number | null>(
      (product, size) => (product === null || size === null ? null : product * size),
      1,
    )
    return [known[0] ?? null, count]
  }
  return SAME_SHAPE.has(type) ? known : undefined
}

function lastOutput(layers: readonly JsonObject[], input: TensorSpec['shape']): TensorSpec[] {
  const last = layers.at(-1)
  if (!last) return []
  let shape = input as Shape | undefined
  for (const layer of layers) shape = outputShape(layer, shape)
  return [{ name: nameOf(last), ...(shape && { shape }) }]
}

function namedOutputs(layers: readonly JsonObject[], config: JsonObject | undefined): TensorSpec[] {
  return layerNames(config?.['output_layers']).map((name) => {
    const layer = layers.find((candidate) => nameOf(candidate) === name)
    const shape = layer && outputShape(layer, undefined)
    return { name, ...(shape && { shape }) }
  })
}

/** Optimizer, loss and metrics, and the optimizer's settings. */
function trainingOf(compile: JsonObject | undefined): InspectionSummary {
  if (!compile) return {}
  const optimizer = toObject(compile['optimizer']) ?? toObject(compile['optimizer_config'])
  const settings = Object.entries(toObject(optimizer?.['config']) ?? {}).flatMap(
    ([name, value]): [string, MetadataValue | null][] =>
      typeof value === 'object' && value !== null ? [] : [[name, value ?? null]],
  )
  const metrics = toArray(compile['metrics']).flatMap((metric) => nameOfFunction(metric) ?? [])
  return {
    ...(settings.length > 0 && { hyperparameters: Object.fromEntries(settings) }),
    metadata: toMetadata([
      ['optimizer', toText(optimizer?.['class_name']) ?? toText(compile['optimizer'])],
      ['loss', nameOfFunction(compile['loss'])],
      ['metrics', metrics.length > 0 ? metrics.join(', ') : undefined],
    ]),
  }
}

/** A loss or metric by name, or by its class. */
function nameOfFunction(value: JsonValue | undefined): string | undefined {
  return toText(value) ?? toText(toObject(value)?.['class_name'])
}
