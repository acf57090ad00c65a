/** The number of elements of a shape; `undefined` where it is no count, or beyond 2^53. */
export function elementCount(shape: readonly number[]): number | undefined {
  let count = 1
  for (const dimension of shape) {
    if (!Number.isSafeInteger(dimension) || dimension < 0) return undefined
    count *= dimension
  }
  return Number.isSafeInteger(count) ? count : undefined
}
