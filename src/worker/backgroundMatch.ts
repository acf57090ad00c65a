import type { MatchFiles } from '../store/share'
import type { WorkerPool } from './pool'

/** Compares two files in one worker while another one digests the first: it takes no longer than the digest alone. */
export function matchInBackground(pool: WorkerPool): MatchFiles {
  return async (path, other, options) => {
    const differ = new AbortController()
    const signals = options.signal ? [options.signal, differ.signal] : [differ.signal]
    const digesting = pool.run<'digest'>(
      { kind: 'digest', path },
      { ...options, signal: AbortSignal.any(signals) },
    )
    // Asked for below; here only so that its end on a difference is not "unhandled".
    digesting.catch(() => {})
    const { signal } = options
    try {
      const isEqual = await pool.run<'match'>({ kind: 'match', path, other }, signal && { signal })
      if (isEqual) return await digesting
    } catch (error) {
      differ.abort()
      throw error
    }
    differ.abort()
    return { sha256: undefined, size: 0 }
  }
}
