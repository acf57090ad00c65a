import { mergeDocuments, type MergeResult } from '../registry/merge'
import { resolveMarkers } from '../registry/mergeMarkers'
import { parseDocument, printDocument } from './documentText'

export interface MergedText {
  readonly text: string
  readonly result: MergeResult
}

/**
 * Merges the texts of two documents by meaning.
 * @param base Of the last common state; absent or empty where there is none.
 * @param file Its path, for the messages.
 * @throws AppError `corrupt` where one of them is no document.
 */
export function mergeTexts(
  base: string | undefined,
  ours: string,
  theirs: string,
  file: string,
): MergedText {
  const common =
    base === undefined || base.trim() === '' ? undefined : parseDocument(base, `${file} (base)`)
  const result = mergeDocuments(
    common,
    parseDocument(ours, `${file} (ours)`),
    parseDocument(theirs, `${file} (theirs)`),
  )
  return { text: printDocument(result.document), result }
}

/** Merges the sides of a text with git's conflict markers; `undefined` where it has none that can be told apart. */
export function mergeConflicted(text: string, file: string): MergedText | undefined {
  const sides = resolveMarkers(text)
  return sides && mergeTexts(sides.base, sides.ours, sides.theirs, file)
}
