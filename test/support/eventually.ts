import { setTimeout as pause } from 'node:timers/promises'

/**
 * Tries until it succeeds and returns what it returned; after the limit, fails as the last try did.
 * For effects that another process brings about: there is no event to wait for.
 */
export async function eventually<T>(attempt: () => T | Promise<T>, limitMs = 15_000): Promise<T> {
  const limit = Date.now() + limitMs
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (Date.now() > limit) throw error
    }
    await pause(50)
  }
}
