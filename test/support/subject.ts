import { extname } from 'node:path'
import { ByteReader } from '../../src/bytes/byteReader'
import { Budget } from '../../src/bytes/limits'
import type { FileSubject, FolderSubject } from '../../src/formats/format'

export type Files = Readonly<Record<string, Uint8Array>>

/** A file that exists only in memory, with the files beside it. */
export function fileSubject(name: string, bytes: Uint8Array, siblings: Files = {}): FileSubject {
  return {
    name,
    extension: extname(name).toLowerCase(),
    reader: ByteReader.of(bytes),
    head: bytes.subarray(0, 65_536),
    budget: new Budget(),
    zip: () => undefined,
    siblings: () => [name, ...Object.keys(siblings)],
    sibling: (sibling) => {
      const content = Object.hasOwn(siblings, sibling) ? siblings[sibling] : undefined
      return content && ByteReader.of(content)
    },
    inspectMember: () => undefined,
  }
}

/** A folder that exists only in memory; paths are relative with `/`. */
export function folderSubject(name: string, files: Files): FolderSubject {
  const paths = Object.keys(files).sort()
  return {
    name,
    files: new Map(paths.map((path) => [path, files[path]?.length ?? 0])),
    budget: new Budget(),
    open: (path) => {
      const content = Object.hasOwn(files, path) ? files[path] : undefined
      return content && ByteReader.of(content)
    },
    inspectFile: () => undefined,
  }
}
