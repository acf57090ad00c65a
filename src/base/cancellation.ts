import { AppError } from './errors'

/**
 * The result of some work, or `cancelled` as soon as the signal is aborted: to stop and to take its traces away can
 * take the work far longer than a person waits, since nothing ends a process that waits for its disk.
 * @param takeBack Takes back what the work came to all the same, after nobody waited for it any more.
 */
export async function untilCancelled<T>(
  work: Promise<T>,
  signal: AbortSignal | undefined,
  takeBack: (result: T) => Promise<void>,
): Promise<T> {
  if (!signal) return work
  let cancel = (): void => {}
  const cancelled = new Promise<never>((_resolve, reject) => {
    cancel = () => reject(new AppError('cancelled', 'Cancelled.'))
  })
  signal.addEventListener('abort', cancel, { once: true })
  if (signal.aborted) cancel()
  try {
    return await Promise.race([work, cancelled])
  } catch (error) {
    // Nobody hears how the rest ends: what it can't take away, its intent record tells the next writer.
    if (signal.aborted) void work.then(takeBack).catch(() => {})
    throw error
  } finally {
    signal.removeEventListener('abort', cancel)
  }
}
