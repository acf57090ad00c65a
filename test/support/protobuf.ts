/** Builds protobuf messages: `pb([1, 7], [2, 'text'], [3, pb(…)])`. */

type FieldValue = number | bigint | string | Uint8Array | { readonly float: number }

const encoder = new TextEncoder()

export function varint(value: number | bigint): Uint8Array {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, BigInt(value))
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80)
    rest >>= 7n
  }
  bytes.push(Number(rest))
  return Uint8Array.from(bytes)
}

/** One message; a number is a varint, text and bytes are length-delimited. */
export function pb(
  ...fields: readonly (readonly [field: number, value: FieldValue])[]
): Uint8Array {
  return Buffer.concat(fields.flatMap(([field, value]) => encodeField(field, value)))
}

function encodeField(field: number, value: FieldValue): Uint8Array[] {
  if (typeof value === 'number' || typeof value === 'bigint') {
    return [varint(field * 8), varint(value)]
  }
  if (typeof value === 'string') return encodeField(field, encoder.encode(value))
  if (value instanceof Uint8Array) return [varint(field * 8 + 2), varint(value.length), value]
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setFloat32(0, value.float, true)
  return [varint(field * 8 + 5), bytes]
}

/** A map entry: field 1 is the key, field 2 the value. */
export function entry(key: string, value: FieldValue): Uint8Array {
  return pb([1, key], [2, value])
}
