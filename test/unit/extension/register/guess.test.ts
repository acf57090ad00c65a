import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { guess, suggestName } from '../../../../src/extension/register/guess'
import { createTempFolder, removeFolder } from '../../../support/tempFolder'

describe('the name that is suggested', () => {
  const cases: readonly (readonly [path: string, name: string])[] = [
    ['/ws/vision/digits-cnn.onnx', 'digits-cnn'],
    ['/ws/churn/model.joblib', 'churn'],
    ['/ws/churn/best_model.pt', 'churn'],
    ['/ws/churn/models/best.pt', 'churn'],
    ['/ws/churn/outputs/checkpoints/last.ckpt', 'churn'],
    ['/ws/churn/model-v2.pkl', 'model-v2'],
    ['/ws/text/sentiment', 'sentiment'],
    ['/ws/text/saved_model', 'text'],
    ['/ws/Fraud Detector (new).onnx', 'Fraud-Detector-new'],
    ['/ws/.hidden.onnx', 'hidden'],
    ['/ws/v1.2', 'v1.2'],
    ['/ws/größe.onnx', 'gro-e'],
    ['/ws/model.onnx', 'model'],
    ['/elsewhere/model.onnx', 'model'],
    ['/ws/con.onnx', 'model'],
    ['/ws/churn/con.onnx', 'churn'],
  ]
  for (const [path, name] of cases)
    it(`of ${path} is ${name}`, () => {
      assert.equal(suggestName([path], '/ws'), name)
    })

  it('of several files is that of their folder', () => {
    assert.equal(suggestName(['/ws/llm/model-1.gguf', '/ws/llm/model-2.gguf'], '/ws'), 'llm')
  })
})

describe('a guess', () => {
  let folder: string
  beforeEach(async () => {
    folder = await createTempFolder('guess')
  })
  afterEach(() => removeFolder(folder))

  it('falls back to the path where the content says nothing', async () => {
    await mkdir(join(folder, 'churn'))
    const path = join(folder, 'churn', 'model.weird')
    await writeFile(path, 'x')
    assert.equal((await guess([path], folder)).name, 'churn')
    assert.equal((await guess([join(folder, 'churn', 'gone.pt')], folder)).name, 'gone')
    assert.deepEqual(await guess([], folder), { name: 'model', framework: undefined, warnings: [] })
  })
})
