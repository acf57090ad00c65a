/** How often the soak tries a property for each time that `npm test` does. */
const SOAK_FACTOR = 25

/**
 * How fast-check tries a property: in `npm test` from one seed, so that a run fails for a change and never by chance;
 * in the soak more often and from a new seed each time, which finds what nobody thought of. A failure prints its seed.
 */
export function propertyRuns(numRuns = 100): { readonly seed?: number; readonly numRuns: number } {
  return process.env['SOAK'] === '1'
    ? { numRuns: numRuns * SOAK_FACTOR }
    : { seed: 20260131, numRuns }
}
