/** A node of the tree that dotted names make. */
interface Group {
  readonly children: Map<string, Group>
  /** Names at and below the node. */
  count: number
  chosen: number
}

/** Patterns that are listed; beyond them one pattern says how many more there are. */
const MAX_PATTERNS = 50

/**
 * Covers the chosen names by as few patterns as there are: `head.*` where all names below `head` are chosen, the name
 * itself where it stands alone. The parts of a name are separated by `.` or `/`.
 */
export function groupNames(chosen: readonly string[], all: readonly string[]): string[] {
  const root: Group = { children: new Map(), count: 0, chosen: 0 }
  const isChosen = new Set(chosen)
  for (const name of new Set([...all, ...chosen])) {
    let node = root
    const weight = isChosen.has(name) ? 1 : 0
    node.count++
    node.chosen += weight
    for (const part of splitName(name)) {
      let child = node.children.get(part)
      if (!child) {
        child = { children: new Map(), count: 0, chosen: 0 }
        node.children.set(part, child)
      }
      child.count++
      child.chosen += weight
      node = child
    }
  }
  const patterns: string[] = []
  collect(root, '', patterns)
  if (patterns.length <= MAX_PATTERNS) return patterns
  return [...patterns.slice(0, MAX_PATTERNS), `… ${patterns.length - MAX_PATTERNS} more`]
}

/** The parts with the separators that follow them, so that they can be joined again. */
function splitName(name: string): string[] {
  return name.match(/[^./]+[./]?|[./]/g) ?? [name]
}

/** Goes down without recursion: names may be of any depth. */
function collect(root: Group, start: string, patterns: string[]): void {
  const waiting: [Group, string][] = [[root, start]]
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [node, prefix] = next
    if (node.chosen === 0) continue
    if (node.chosen === node.count && (node.children.size > 1 || node.count > 1)) {
      patterns.push(`${prefix}*`)
    } else if (node.children.size === 0) {
      patterns.push(prefix)
    } else {
      for (const [part, child] of [...node.children].reverse()) waiting.push([child, prefix + part])
    }
  }
}
