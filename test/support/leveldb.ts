import { varint } from './protobuf'

/** Builds a LevelDB table of one data block, with shared key prefixes and restart points, as TensorFlow writes it. */
export function tableFile(
  entries: readonly (readonly [key: string, value: Uint8Array])[],
): Uint8Array {
  const data = block(entries)
  const meta = block([])
  const metaHandle = handle(data.length, meta.length - TRAILER)
  const index = block([['~', handle(0, data.length - TRAILER)]])
  const indexHandle = handle(data.length + meta.length, index.length - TRAILER)
  const padding = new Uint8Array(40 - metaHandle.length - indexHandle.length)
  const magic = Uint8Array.of(0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb)
  return Buffer.concat([data, meta, index, metaHandle, indexHandle, padding, magic])
}

const TRAILER = 5
const RESTART_INTERVAL = 16

function handle(offset: number, size: number): Uint8Array {
  return Buffer.concat([varint(offset), varint(size)])
}

function block(entries: readonly (readonly [string, Uint8Array])[]): Uint8Array {
  const parts: Uint8Array[] = []
  const restarts: number[] = []
  let length = 0
  let previous = Buffer.alloc(0)
  entries.forEach(([text, value], index) => {
    const key = Buffer.from(text)
    let shared = 0
    if (index % RESTART_INTERVAL === 0) restarts.push(length)
    else while (shared < key.length && key[shared] === previous[shared]) shared++
    const entry = Buffer.concat([
      varint(shared),
      varint(key.length - shared),
      varint(value.length),
      key.subarray(shared),
      value,
    ])
    parts.push(entry)
    length += entry.length
    previous = key
  })
  if (restarts.length === 0) restarts.push(0)
  const tail = Buffer.alloc(restarts.length * 4 + 4 + TRAILER)
  restarts.forEach((restart, index) => tail.writeUInt32LE(restart, index * 4))
  tail.writeUInt32LE(restarts.length, restarts.length * 4)
  return Buffer.concat([...parts, tail])
}
