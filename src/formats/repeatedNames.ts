/**
 * Names that came before, each as often as it came again. A set of all names would need as much memory as the names:
 * their hashes are sorted, and only names whose hash comes twice are compared.
 */
export function repeatedNames(
  named: readonly { readonly name: string }[],
  others: readonly string[],
): readonly string[] {
  const hashes = new Uint32Array(named.length + others.length)
  let count = 0
  for (const { name } of named) hashes[count++] = hashOf(name)
  for (const name of others) hashes[count++] = hashOf(name)
  const suspects = repeatedHashes(hashes)
  if (suspects.size === 0) return []
  const seen = new Set<string>()
  const repeated: string[] = []
  const look = (name: string): void => {
    if (!suspects.has(hashOf(name))) return
    if (seen.has(name)) repeated.push(name)
    else seen.add(name)
  }
  for (const { name } of named) look(name)
  others.forEach(look)
  return repeated
}

/** Hashes that are there more than once. Sorts the list. */
function repeatedHashes(hashes: Uint32Array): ReadonlySet<number> {
  const repeated = new Set<number>()
  hashes.sort()
  for (let index = 1; index < hashes.length; index++) {
    const hash = hashes[index] ?? 0
    if (hash === hashes[index - 1]) repeated.add(hash)
  }
  return repeated
}

/** FNV-1a over the UTF-16 units: who makes names of one hash only makes them be compared. */
function hashOf(name: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < name.length; index++) {
    hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193)
  }
  return hash >>> 0
}
