import { escapeText, listing, plural } from '../base/text'
import type { ModelParts } from '../registry/inspection'

/** Parts that a sentence names. */
const NAMED = 3

/**
 * The question that a model in several files raises, as one sentence: that there are more parts to register with `name`,
 * or which of them are missing. `undefined` where the file is the whole model.
 */
export function describeParts(name: string, { present, missing }: ModelParts): string | undefined {
  const others = present.filter((part) => part !== name)
  if (missing.length > 0) {
    const named = missing.slice(0, NAMED).map((part) => escapeText(part))
    if (missing.length > NAMED) named.push(`${missing.length - NAMED} more`)
    const verb = missing.length === 1 ? 'is' : 'are'
    return `${escapeText(name)} needs ${listing(named)}, which ${verb} not there.`
  }
  if (others.length === 0) return undefined
  const all = present.includes(name) ? present.length : present.length + 1
  return `${escapeText(name)} has ${plural(others.length, 'more part', 'more parts')}: register all ${all}.`
}
