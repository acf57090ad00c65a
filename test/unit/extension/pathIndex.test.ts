import assert from 'node:assert/strict'
import { PathIndex } from '../../../src/extension/origin/pathIndex'

describe('an index of paths', () => {
  const index = new PathIndex(['a/b/model.onnx', 'a/b/other.onnx', 'a/folder', 'top.onnx', 'a/bc'])

  it('knows what is a path or lies in it', () => {
    for (const path of ['a', 'a/b', 'a/b/model.onnx', 'top.onnx', 'a/folder'])
      assert.ok(index.hasAtOrBelow(path), path)
    for (const path of ['a/b/model', 'a/folder/inner', 'b', '', 'top', 'a/b/model.onnx/x'])
      assert.ok(!index.hasAtOrBelow(path), path)
  })

  it('gives what is the path, lies in it, or holds it', () => {
    assert.deepEqual(index.around('a/b'), ['a/b/model.onnx', 'a/b/other.onnx'])
    assert.deepEqual(index.around('a/folder/deep/file'), ['a/folder'])
    assert.deepEqual(index.around('a/folder'), ['a/folder'])
    assert.deepEqual(index.around('a/b/new.onnx'), [])
    assert.equal(index.around('a').length, 4)
    assert.deepEqual(new PathIndex([]).around('a'), [])
  })
})
