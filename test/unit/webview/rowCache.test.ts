import assert from 'node:assert/strict'
import { RowCache } from '../../../src/webview/ui/rowCache'

const rows = (page: number): number[] => Array.from({ length: 10 }, (_, index) => page * 10 + index)

describe('RowCache', () => {
  it('asks once for each page that is to be seen', () => {
    const cache = new RowCache<number>(10)
    assert.deepEqual(cache.claim(5, 25), [0, 1, 2])
    assert.deepEqual(cache.claim(15, 31), [3])
    cache.put(1, rows(1))
    assert.equal(cache.get(15), 15)
    assert.equal(cache.get(5), undefined)
    assert.deepEqual(cache.claim(10, 20), [])
  })

  it('asks again for a page that did not come', () => {
    const cache = new RowCache<number>(10)
    assert.deepEqual(cache.claim(0, 10), [0])
    cache.release(0)
    assert.deepEqual(cache.claim(0, 10), [0])
  })

  it('forgets what is far away', () => {
    const cache = new RowCache<number>(10, 3)
    for (const page of [0, 1, 2, 50]) cache.put(page, rows(page))
    assert.equal(cache.get(500), 500)
    assert.equal(cache.get(0), undefined)
    assert.equal(cache.get(25), 25)
    assert.deepEqual(cache.claim(0, 10), [0])
  })
})
