import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const ROOT = new URL('../fixtures/formats/', import.meta.url)

/** Where a file or folder that a real framework wrote lies; `path` as in `expected.json`. */
export function fixturePath(path: string): string {
  return fileURLToPath(new URL(path, ROOT))
}

export function fixture(path: string): Uint8Array {
  return Uint8Array.from(readFileSync(fixturePath(path)))
}
