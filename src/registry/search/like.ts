const ANY = -1
const ONE = -2

/**
 * A matcher of an SQL pattern: `%` is any text, `_` one character, `\` takes the next character as it is.
 * Written by hand, so that no pattern can make it slow: a mismatch goes back to the last `%` only, which is at most
 * pattern length × text length steps.
 */
export function compileLike(pattern: string, ignoreCase: boolean): (text: string) => boolean {
  const codes = readPattern(ignoreCase ? pattern.toLowerCase() : pattern)
  return ignoreCase ? (text) => matches(codes, text.toLowerCase()) : (text) => matches(codes, text)
}

function readPattern(pattern: string): number[] {
  const codes: number[] = []
  for (let index = 0; index < pattern.length; index++) {
    const character = pattern[index]
    if (character === '%') codes.push(ANY)
    else if (character === '_') codes.push(ONE)
    else {
      if (character === '\\' && index + 1 < pattern.length) index++
      codes.push(pattern.charCodeAt(index))
    }
  }
  return codes
}

function matches(codes: readonly number[], text: string): boolean {
  let at = 0
  let code = 0
  let lastAny = -1
  let resumeAt = 0
  while (at < text.length) {
    const wanted = codes[code]
    if (wanted === ANY) {
      lastAny = code++
      resumeAt = at
    } else if (wanted === ONE) {
      at += characterLength(text, at)
      code++
    } else if (wanted === text.charCodeAt(at)) {
      at++
      code++
    } else if (lastAny >= 0) {
      resumeAt += characterLength(text, resumeAt)
      at = resumeAt
      code = lastAny + 1
    } else {
      return false
    }
  }
  while (codes[code] === ANY) code++
  return code === codes.length
}

/** Two units for a character outside the basic plane, which `_` takes as one. */
function characterLength(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1
}
