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

describe('the framework that is guessed', () => {
  let folder: string
  beforeEach(async () => {
    folder = await createTempFolder('guess')
  })
  afterEach(() => removeFolder(folder))

  const file = async (...parts: string[]): Promise<string> => {
    const path = join(folder, ...parts)
    await mkdir(join(path, '..'), { recursive: true })
    await writeFile(path, 'x')
    return path
  }

  const frameworkOf = async (...paths: string[]): Promise<string> =>
    (await guess(paths, folder)).framework

  it('comes from the extension, whatever its case', async () => {
    assert.equal(await frameworkOf(await file('a.onnx')), 'onnx')
    assert.equal(await frameworkOf(await file('a.PT')), 'pytorch')
    assert.equal(await frameworkOf(await file('a.joblib')), 'sklearn')
    assert.equal(await frameworkOf(await file('a.weird')), 'custom')
  })

  it('comes from what a folder holds', async () => {
    const folders: readonly (readonly [framework: string, ...files: string[]])[] = [
      ['tensorflow', 'saved_model.pb'],
      ['mlflow', 'MLmodel', 'model.pkl'],
      ['peft', 'adapter_config.json', 'adapter_model.safetensors'],
      ['transformers', 'config.json', 'model.safetensors'],
      ['diffusers', 'model_index.json'],
      ['pytorch', 'weights.pt'],
      ['custom', 'readme.txt'],
    ]
    for (const [framework, ...names] of folders) {
      for (const name of names) await file(framework, name)
      assert.equal(await frameworkOf(join(folder, framework)), framework)
    }
  })

  it('is custom for what is not there', async () => {
    assert.equal(await frameworkOf(join(folder, 'nowhere')), 'custom')
  })
})
