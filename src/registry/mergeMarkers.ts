/** The texts of the sides of a conflict, each a whole document again. */
export interface ConflictSides {
  /** Where git wrote it (`merge.conflictStyle` is `diff3` or `zdiff3`) and it is JSON. */
  readonly base?: string
  readonly ours: string
  readonly theirs: string
}

type Section = 'common' | 'ours' | 'base' | 'theirs'

// Seven characters or more at the start of a line, which JSON never has. All of one conflict are as long as the first;
// longer ones belong to a conflict within the base that git made itself, and are text here.
const MARKER = /^(<{7,}|\|{7,}|={7,}|>{7,})(?: .*)?\r?$/

const NEXT: Readonly<
  Record<string, { readonly after: readonly Section[]; readonly section: Section }>
> = {
  '<': { after: ['common'], section: 'ours' },
  '|': { after: ['ours'], section: 'base' },
  '=': { after: ['ours', 'base'], section: 'theirs' },
  '>': { after: ['theirs'], section: 'common' },
}

/**
 * Rebuilds both sides of a document from git's conflict markers: what lies between conflicts belongs to every side.
 * `undefined` where the text has no markers, where they are not in order, or where a side is no JSON, which happens
 * when the two changes met within one line.
 */
export function resolveMarkers(text: string): ConflictSides | undefined {
  const sides = { ours: [] as string[], base: [] as string[], theirs: [] as string[] }
  let section: Section = 'common'
  let conflicts = 0
  let bases = 0
  let length: number | undefined
  for (const line of text.split('\n')) {
    const marker = MARKER.exec(line)?.[1]
    length ??= marker?.length
    const next = marker?.length === length ? NEXT[marker?.[0] ?? ''] : undefined
    if (next) {
      if (!next.after.includes(section)) return undefined
      section = next.section
      if (section === 'ours') conflicts++
      if (section === 'base') bases++
    } else if (section === 'common') {
      for (const lines of Object.values(sides)) lines.push(line)
    } else {
      sides[section].push(line)
    }
  }
  if (conflicts === 0 || section !== 'common') return undefined
  const ours = sides.ours.join('\n')
  const theirs = sides.theirs.join('\n')
  const base = sides.base.join('\n')
  if (!isJson(ours) || !isJson(theirs)) return undefined
  // A base is one only if every conflict shows its part of it.
  return bases === conflicts && isJson(base) ? { base, ours, theirs } : { ours, theirs }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
