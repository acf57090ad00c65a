/** The texts of numbers and strings in pickles of protocol 0, as CPython reads them. */

/** Digits of an integer that is read as one; CPython refuses more than 4,300 in a text. */
export const MAX_DIGITS = 4300

/** A number where it is exact, else a `bigint`. */
export function narrow(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

/**
 * An integer as CPython's `int(text, base)` and, for base 0, C's `strtol` read it: white space around, a sign, `_` between
 * digits, and with base 0 the prefixes 0x, 0o, 0b and a leading 0 for octal.
 */
export function parseIntLiteral(text: string, base: 0 | 10): number | bigint | undefined {
  const match =
    /^[ \t\n\v\f\r]*([+-]?)(?:0([xX])_?([\da-fA-F_]+)|0([oObB])_?([0-7_]+)|([\d_]+))[ \t\n\v\f\r]*(?:\0.*)?$/.exec(
      text,
    )
  if (!match || text.length > MAX_DIGITS) return undefined
  const [, sign, hex, hexDigits, other, otherDigits, plain] = match
  if ((hex !== undefined || other !== undefined) && base === 10) return undefined
  const digits = hexDigits ?? otherDigits ?? plain ?? ''
  if (/^_|__|_$/.test(digits)) return undefined
  const clean = digits.replaceAll('_', '')
  const isOctal = base === 0 && plain !== undefined && /^0[0-7]+$/.test(clean)
  const prefix = hex ? '0x' : other ? `0${other.toLowerCase()}` : isOctal ? '0o' : ''
  if (prefix === '0b' && /[^01]/.test(clean)) return undefined
  const value = BigInt(prefix + clean)
  return narrow(sign === '-' ? -value : value)
}

const FLOAT = /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|inf(?:inity)?|nan)$/i

/** A float as `float(text)` reads it, without white space or `_`. */
export function parseFloatLiteral(text: string): number | undefined {
  if (!FLOAT.test(text)) return undefined
  if (/nan/i.test(text)) return Number.NaN
  if (/inf/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity
  return Number(text)
}

/** Python's `raw-unicode-escape`: `\uXXXX` and `\UXXXXXXXX` after an odd number of backslashes, all else Latin-1. */
export function decodeRawUnicodeEscape(text: string): string {
  return text.replace(
    /(\\+)(?:u([\da-fA-F]{4})|U([\da-fA-F]{8}))/g,
    (all, slashes: string, short: string | undefined, long: string | undefined) => {
      if (slashes.length % 2 === 0) return all
      const code = Number.parseInt(short ?? long ?? '', 16)
      return code > 0x10ffff ? all : slashes.slice(1) + String.fromCodePoint(code)
    },
  )
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\n': '',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}

/** Python's `string-escape`, as `STRING` literals of protocol 0 have it. */
export function decodeStringEscape(text: string): string {
  return text.replace(
    /\\(?:x([\da-fA-F]{2})|([0-7]{1,3})|([^]))/g,
    (all, hex: string | undefined, octal: string | undefined, character: string | undefined) => {
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16))
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff)
      return ESCAPES[character ?? ''] ?? all
    },
  )
}
