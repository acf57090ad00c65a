import assert from 'node:assert/strict'
import { Emitter } from '../../../src/base/emitter'

describe('an emitter', () => {
  it('tells every listener, in order, until it is disposed', () => {
    const emitter = new Emitter<number>()
    const heard: string[] = []
    const first = emitter.event((value) => heard.push(`a${value}`))
    emitter.event((value) => heard.push(`b${value}`))
    emitter.fire(1)
    first.dispose()
    first.dispose()
    emitter.fire(2)
    emitter.dispose()
    emitter.fire(3)
    assert.deepEqual(heard, ['a1', 'b1', 'b2'])
  })

  it('takes the same function twice for two listeners', () => {
    const emitter = new Emitter<void>()
    let count = 0
    const listener = (): void => {
      count++
    }
    const first = emitter.event(listener)
    emitter.event(listener)
    emitter.fire()
    first.dispose()
    emitter.fire()
    assert.equal(count, 3)
  })

  it('tells the others where one fails, and says so then', () => {
    const emitter = new Emitter<void>()
    const heard: string[] = []
    emitter.event(() => {
      throw new Error('one')
    })
    emitter.event(() => heard.push('heard'))
    assert.throws(() => emitter.fire(), { message: 'one' })
    emitter.event(() => {
      throw new Error('two')
    })
    assert.throws(
      () => emitter.fire(),
      (error) => error instanceof AggregateError && error.errors.length === 2,
    )
    assert.deepEqual(heard, ['heard', 'heard'])
  })
})
