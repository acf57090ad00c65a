const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_ARRAY = 0x5b
const CLOSE_ARRAY = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d

/**
 * Where the brackets of a JSON text first nest deeper than `limit`; `undefined` where they never do. Everything that
 * walks a document recurses, so this is asked before anything else looks at it.
 */
export function tooDeepAt(text: string, limit: number): number | undefined {
  let depth = 0
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code === QUOTE) index = endOfString(text, index)
    else if (code === OPEN_OBJECT || code === OPEN_ARRAY) {
      if (++depth > limit) return index
    } else if (code === CLOSE_OBJECT || code === CLOSE_ARRAY) depth--
  }
  return undefined
}

/** Index of the quote that ends the string which begins at `start`; the end of the text where there is none. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1)
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1)
  return end === -1 ? text.length : end
}

/** A quote behind an odd number of backslashes is a character of the string. */
function isEscaped(text: string, quote: number): boolean {
  let start = quote
  while (text.charCodeAt(start - 1) === BACKSLASH) start--
  return (quote - start) % 2 === 1
}
