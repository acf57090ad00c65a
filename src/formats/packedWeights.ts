import type { JsonObject } from '../bytes/boundedJson'
import { toNumber, toObject, toText } from '../bytes/boundedJson'
import type { TensorInfo } from '../registry/inspection'

/** Types that packed weights have: a model without any is not quantised. */
const PACKED_DTYPES = new Set(['I32', 'U8', 'I8', 'F4', 'F8_E4M3', 'F8_E5M2'])

/** Ends of names that only quantised checkpoints have; without one nothing needs to be looked up. */
const QUANTISED = [
  'qweight',
  'weight_packed',
  '_blocks',
  'weight_scale',
  'weight_scale_inv',
  '.absmax',
  '.SCB',
]

/** The last part of a tensor's name that says how another one is packed, and which one that is, in the same module. */
const AUXILIARIES: ReadonlyMap<string, readonly string[]> = new Map([
  // GPTQ and AWQ
  ['qzeros', ['qweight']],
  ['scales', ['qweight']],
  ['g_idx', ['qweight']],
  // compressed-tensors, FP8, ModelOpt
  ['weight_scale', ['weight', 'weight_packed']],
  ['weight_scale_2', ['weight', 'weight_packed']],
  ['weight_scale_inv', ['weight']],
  ['weight_global_scale', ['weight_packed']],
  ['weight_zero_point', ['weight', 'weight_packed']],
  ['weight_g_idx', ['weight_packed']],
  ['weight_shape', ['weight_packed']],
  ['input_scale', ['weight', 'weight_packed']],
  // LLM.int8
  ['SCB', ['weight']],
  ['weight_format', ['weight']],
])

/** bitsandbytes keeps the state of `x.weight` in `x.weight.<this>`. */
const BITSANDBYTES = /^(.+)\.(?:absmax|quant_map|nested_absmax|nested_quant_map|quant_state\..+)$/

/** Methods that pack several weights into an I32 without saying how many: nearly all published models have 4 bits. */
const USUAL_BITS = 4

export interface PackedWeights {
  readonly tensors: readonly TensorInfo[]
  /** `gptq 4-bit`, `mxfp4`; undefined where nothing is packed. */
  readonly quantization?: string
}

/**
 * Counts parameters as the model has them and not as they are packed: eight 4-bit weights in one I32 are eight
 * parameters, and scales, zero points and lookup tables are none. Shapes stay as they are stored.
 */
export function unpackWeights(
  tensors: readonly TensorInfo[],
  config: JsonObject | undefined,
): PackedWeights {
  const settings = toObject(config?.['quantization_config'])
  const isQuantised =
    tensors.some(({ dtype }) => PACKED_DTYPES.has(dtype)) &&
    tensors.some(({ name }) => QUANTISED.some((end) => name.endsWith(end)))
  if (!isQuantised) {
    const method = toText(settings?.['quant_method'])
    return { tensors, ...(method && { quantization: method }) }
  }
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]))
  const counted = tensors.map((tensor) => {
    const factor = parametersPerElement(tensor, byName, settings)
    return factor === 1 ? tensor : { ...tensor, parameters: tensor.parameters * factor }
  })
  return { tensors: counted, ...describe(byName, settings) }
}

function parametersPerElement(
  tensor: TensorInfo,
  byName: ReadonlyMap<string, TensorInfo>,
  settings: JsonObject | undefined,
): number {
  const { name, dtype } = tensor
  if (dtype === 'F8_E8M0') return 0
  const dot = name.lastIndexOf('.')
  const module = name.slice(0, dot + 1)
  const last = name.slice(dot + 1)
  const packed = BITSANDBYTES.exec(name)?.[1]
  if (packed !== undefined && byName.has(packed)) return 0
  if (AUXILIARIES.get(last)?.some((companion) => byName.has(module + companion))) return 0
  if (name.endsWith('_scales') && byName.has(name.replace(/_scales$/, '_blocks'))) return 0
  if (name.endsWith('_blocks') && byName.has(name.replace(/_blocks$/, '_scales'))) return 2
  if (last === 'qweight' || last === 'weight_packed') {
    if (dtype === 'I32') return 32 / packedBits(module, byName, settings)
    return dtype === 'U8' ? 2 : 1
  }
  return dtype === 'U8' && byName.has(`${name}.absmax`) ? 2 : 1
}

/** Bits of a packed weight: zero points have one for each scale, so their widths tell; else what the settings say. */
function packedBits(
  module: string,
  byName: ReadonlyMap<string, TensorInfo>,
  settings: JsonObject | undefined,
): number {
  const zeros = byName.get(`${module}qzeros`)?.parameters
  const scales = byName.get(`${module}scales`)?.parameters
  const measured = zeros && scales ? (zeros * 32) / scales : undefined
  const bits = measured ?? configuredBits(settings)
  return bits && [2, 3, 4, 8].includes(bits) ? bits : USUAL_BITS
}

function configuredBits(settings: JsonObject | undefined): number | undefined {
  const direct = toNumber(settings?.['bits'])
  if (direct !== undefined) return direct
  for (const group of Object.values(toObject(settings?.['config_groups']) ?? {})) {
    const bits = toNumber(toObject(toObject(group)?.['weights'])?.['num_bits'])
    if (bits !== undefined) return bits
  }
  return undefined
}

function describe(
  byName: ReadonlyMap<string, TensorInfo>,
  settings: JsonObject | undefined,
): { quantization?: string } {
  const method = toText(settings?.['quant_method'])
  for (const [name, { dtype }] of byName) {
    const module = name.slice(0, name.lastIndexOf('.') + 1)
    if (name.endsWith('.qweight') && dtype === 'I32') {
      const inferred = byName.has(`${module}g_idx`) ? 'gptq' : 'awq'
      return { quantization: `${method ?? inferred} ${packedBits(module, byName, settings)}-bit` }
    }
    const state = /\.quant_state\.bitsandbytes__(\w+)$/.exec(name)?.[1]
    if (state) return { quantization: `bitsandbytes ${state}` }
    if (name.endsWith('_blocks') && dtype === 'U8') return { quantization: method ?? 'mxfp4' }
    if (name.endsWith('.SCB')) return { quantization: 'bitsandbytes int8' }
    if (name.endsWith('.weight') && dtype.startsWith('F8_'))
      return { quantization: method ?? 'fp8' }
  }
  return method === undefined ? {} : { quantization: method }
}
