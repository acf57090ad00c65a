import { PickleWriter } from '../support/pickleWriter'
import type { ZipMember } from '../support/zipWriter'

/** An npy file of version 1 with this text as its type and shape. */
export function npy(descr: string, shape: string, data: Uint8Array): Buffer {
  const text = `{'descr': ${descr}, 'fortran_order': False, 'shape': ${shape}, }`
  const header = `${text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11)}\n`
  const head = Buffer.alloc(10)
  head.write('\x93NUMPY\x01\x00', 'latin1')
  head.writeUInt16LE(header.length, 8)
  return Buffer.concat([head, Buffer.from(header), data])
}

/** A ustar archive; `links` are symbolic ones. */
export function tar(
  files: Readonly<Record<string, Uint8Array>>,
  links: Readonly<Record<string, string>> = {},
): Buffer {
  const blocks: Buffer[] = []
  const header = (name: string, size: number, type: string, target = ''): Buffer => {
    const block = Buffer.alloc(512)
    block.write(name, 0)
    block.write('0000644\0', 100)
    block.write('0000000\0', 108)
    block.write('0000000\0', 116)
    block.write(`${size.toString(8).padStart(11, '0')}\0`, 124)
    block.write('00000000000\0', 136)
    block.write(' '.repeat(8), 148)
    block.write(type, 156)
    block.write(target, 157)
    block.write('ustar\x0000', 257)
    const sum = block.reduce((total, byte) => total + byte, 0)
    block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
    return block
  }
  for (const [name, data] of Object.entries(files)) {
    blocks.push(header(name, data.length, '0'), Buffer.from(data), Buffer.alloc(-data.length & 511))
  }
  for (const [name, target] of Object.entries(links)) blocks.push(header(name, 0, '2', target))
  return Buffer.concat([...blocks, Buffer.alloc(1024)])
}

/** `data.pkl` of one tensor of 32-bit floats. */
export function storagePickle({
  count,
  size = count,
  offset = 0,
  key = '0',
}: {
  readonly count: number
  readonly size?: number
  readonly offset?: number
  readonly key?: string
}): Buffer {
  return new PickleWriter()
    .proto(2)
    .global('torch._utils', '_rebuild_tensor_v2')
    .ops('((')
    .text4('storage')
    .global('torch', 'FloatStorage')
    .text4(key)
    .text4('cpu')
    .int(count)
    .ops('tQ')
    .int(offset)
    .int(size)
    .ops('\x85K\x01\x85\x89')
    .global('collections', 'OrderedDict')
    .ops(')RtR.')
    .bytes()
}

/** The members of an archive of PyTorch with this pickle. */
export function members(
  data: Uint8Array = new PickleWriter().proto(2).ops('}.').bytes(),
  more: readonly ZipMember[] = [],
): ZipMember[] {
  return [{ name: 'model/data.pkl', data }, { name: 'model/version', data: '3\n' }, ...more]
}
