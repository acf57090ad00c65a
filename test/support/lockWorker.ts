/** A process of its own that takes and releases locks as it is told, over the messages of `fork`. */
import { readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import { acquireLock } from '../../src/database/lock'

export interface LockOrder {
  readonly folder: string
  readonly temporary: string
  readonly name: string
  readonly milliseconds: number
  /** Hold until told otherwise; else: add one to `counter` while nobody else may, and release. */
  readonly counter?: string
}

export type LockReply =
  | { readonly done: true }
  | { readonly code: string; readonly message: string }

let release: (() => Promise<void>) | undefined

async function obey(order: LockOrder | 'release'): Promise<LockReply> {
  try {
    if (order === 'release') {
      await release?.()
      release = undefined
      return { done: true }
    }
    const unlock = await acquireLock({ ...order, via: 'test' })
    if (order.counter === undefined) {
      release = unlock
      return { done: true }
    }
    try {
      addOne(order.counter)
    } finally {
      await unlock()
    }
    return { done: true }
  } catch (error) {
    const { code = 'unexpected', message } = error as Error & { code?: string }
    return { code, message }
  }
}

/** In small steps with a witness, so that a second owner at the same time fails or loses a count. */
function addOne(counter: string): void {
  const witness = `${counter}.witness`
  writeFileSync(witness, String(process.pid), { flag: 'wx' })
  const count = Number(readFileSync(counter, 'utf8'))
  writeFileSync(counter, String(count + 1))
  unlinkSync(witness)
}

process.on('message', (order: LockOrder | 'release') => {
  void obey(order).then((reply) => process.send?.(reply))
})
process.send?.({ done: true })
