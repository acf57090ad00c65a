import { createHash } from 'node:crypto'
import { lstat, readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Everything that a folder holds, one line for each entry: kind, mode, path, and the digest of a file's content or the
 * target of a link. Two equal texts are two equal trees, and a difference can be read. A folder that is not there is
 * the empty text.
 */
export async function treeDigest(folder: string): Promise<string> {
  const lines: string[] = []
  await describe(folder, '.', lines)
  return lines.join('\n')
}

async function describe(path: string, name: string, lines: string[]): Promise<void> {
  let stats
  try {
    stats = await lstat(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  const mode = (stats.mode & 0o7777).toString(8).padStart(4, '0')
  if (stats.isDirectory()) {
    lines.push(`folder ${mode} ${name}`)
    for (const entry of (await readdir(path)).sort()) {
      await describe(join(path, entry), `${name}/${entry}`, lines)
    }
  } else if (stats.isFile()) {
    const sha256 = createHash('sha256')
      .update(await readFile(path))
      .digest('hex')
    lines.push(`file   ${mode} ${name} ${stats.size} ${sha256}`)
  } else if (stats.isSymbolicLink()) {
    lines.push(`link   ${mode} ${name} -> ${await readlink(path)}`)
  } else {
    lines.push(`other  ${mode} ${name}`)
  }
}
