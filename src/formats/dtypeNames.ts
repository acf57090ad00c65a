/**
 * A number type in one spelling, whatever the format calls it: safetensors' `F32`, ONNX' `FLOAT`, PyTorch's `float32` and
 * OpenVINO's `f32` are `f32`. Anything else, such as the blocks of GGUF, is its own name.
 */
export function canonicalDtype(dtype: string): string {
  const name = dtype.toLowerCase()
  const known = SPELLINGS.get(name)
  if (known !== undefined) return known
  const [, kind, bits] = /^(bfloat|bf|float|f|uint|u|int|i|complex|c)(\d{1,3})$/.exec(name) ?? []
  if (kind !== undefined && bits !== undefined) return `${KINDS[kind] ?? kind}${bits}`
  // `F8_E4M3`, `FLOAT8E4M3FN` and `float8_e4m3fn` are one; the variants without zero are others.
  const [, width, layout, variant = ''] =
    /^(?:float|f)(4|6|8)_?(e\dm\d)(fnuz|fnu|fn)?(?:_x2)?$/.exec(name) ?? []
  if (width === undefined || layout === undefined) return dtype
  return `f${width}${layout}${variant === 'fnuz' ? variant : ''}`
}

const KINDS: Readonly<Record<string, string>> = {
  bfloat: 'bf',
  float: 'f',
  uint: 'u',
  int: 'i',
  complex: 'c',
}

/** Names that don't tell their bits. */
const SPELLINGS: ReadonlyMap<string, string> = new Map([
  ['float', 'f32'],
  ['double', 'f64'],
  ['half', 'f16'],
  ['bool', 'bool'],
  ['boolean', 'bool'],
])
