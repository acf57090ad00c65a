import assert from 'node:assert/strict'
import { isStage, ModelStage, nextStage, parseStage, STAGES } from '../../../src/registry/stage'
import { FRAMEWORKS, ModelFramework, parseFramework } from '../../../src/registry/framework'

describe('stages', () => {
  it('are four, in the order of the lifecycle', () => {
    assert.deepEqual(STAGES, ['development', 'staging', 'production', 'archived'])
    assert.equal(ModelStage.production, 'production')
  })

  it('are read exactly', () => {
    for (const stage of STAGES) assert.equal(parseStage(stage), stage)
    for (const value of ['Production', 'prod', '', ' staging', undefined, null, 3]) {
      assert.equal(isStage(value), false)
      assert.throws(() => parseStage(value), {
        code: 'invalid',
        message: /is not a stage: use development, staging, production, archived\.$/,
      })
    }
  })

  it('lead from development to production, and from the archive back to staging', () => {
    assert.equal(nextStage('development'), 'staging')
    assert.equal(nextStage('staging'), 'production')
    assert.equal(nextStage('production'), undefined)
    assert.equal(nextStage('archived'), 'staging')
  })
})

describe('frameworks', () => {
  it('are named by stable values', () => {
    for (const name of [
      'sklearn',
      'pytorch',
      'tensorflow',
      'keras',
      'onnx',
      'xgboost',
      'lightgbm',
      'catboost',
      'jax',
      'llama.cpp',
      'custom',
    ])
      assert.equal(parseFramework(name), name)
    for (const [key, value] of Object.entries(ModelFramework)) assert.equal(key, value)
    assert.equal(new Set(FRAMEWORKS).size, FRAMEWORKS.length)
  })

  it('are refused with the ones that there are', () => {
    for (const value of ['ONNX', 'abacus', '', undefined, 'toString'])
      assert.throws(() => parseFramework(value), { code: 'invalid', message: /sklearn, pytorch/ })
  })
})
