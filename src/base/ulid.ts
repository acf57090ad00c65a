import { randomBytes } from 'node:crypto'

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const TIME_LENGTH = 10
const RANDOM_LENGTH = 16

let lastTime = -1
let lastRandom: number[] = []

/**
 * A ULID (github.com/ulid/spec): 26 characters that sort by time. Within one process and millisecond the random part
 * counts up, so that the ids of one process are strictly increasing even when the clock stands still or goes back.
 */
export function ulid(now: number = Date.now()): string {
  const time = Math.max(now, lastTime)
  if (time === lastTime) increment(lastRandom)
  else lastRandom = Array.from(randomBytes(RANDOM_LENGTH), (byte) => byte & 31)
  lastTime = time
  let text = ''
  for (let rest = time, index = 0; index < TIME_LENGTH; index++) {
    text = (ALPHABET[rest % 32] ?? '') + text
    rest = Math.floor(rest / 32)
  }
  return text + lastRandom.map((digit) => ALPHABET[digit]).join('')
}

function increment(digits: number[]): void {
  for (let index = digits.length - 1; index >= 0; index--) {
    const digit = digits[index] ?? 0
    if (digit < 31) {
      digits[index] = digit + 1
      return
    }
    digits[index] = 0
  }
}
