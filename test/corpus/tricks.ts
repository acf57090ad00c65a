/** Adds a case with a name; the file is `model.pkl` unless it has another. */
export type Add = (name: string, bytes: Uint8Array, path?: string) => void

/** FRAME with a length. */
export function frame(length: number): Buffer {
  const bytes = Buffer.alloc(9)
  bytes[0] = 0x95
  bytes.writeBigUInt64LE(BigInt(length), 1)
  return bytes
}
