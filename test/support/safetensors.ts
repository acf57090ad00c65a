/** Builds safetensors files byte by byte, right or wrong. */

const encoder = new TextEncoder()

/** A file of a header as given (an object, or text that is no proper header) and zeros of a length for the tensors. */
export function safetensorsFile(
  header: unknown,
  dataLength = 0,
  declaredLength?: number,
): Uint8Array {
  const json = encoder.encode(typeof header === 'string' ? header : JSON.stringify(header))
  const file = new Uint8Array(8 + json.length + dataLength)
  new DataView(file.buffer).setBigUint64(0, BigInt(declaredLength ?? json.length), true)
  file.set(json, 8)
  return file
}

/** A proper file of tensors that follow one another; `bytes` of each is given since dtypes differ. */
export function safetensorsOf(
  tensors: readonly (readonly [name: string, dtype: string, shape: number[], bytes: number])[],
  metadata?: Record<string, string>,
): Uint8Array {
  let offset = 0
  const entries = tensors.map(([name, dtype, shape, bytes]) => {
    const data_offsets = [offset, offset + bytes]
    offset += bytes
    return [name, { dtype, shape, data_offsets }]
  })
  return safetensorsFile(
    { ...(metadata && { __metadata__: metadata }), ...Object.fromEntries(entries) },
    offset,
  )
}
