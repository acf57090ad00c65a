import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { ModelRegistry } from '../../../src/app'
import { FRAMEWORKS } from '../../../src/registry/framework'
import { loadSnippet } from '../../../src/registry/loadSnippet'
import type { Artifact, ModelVersion } from '../../../src/registry/model'

function artifactOf(...paths: readonly string[]): Artifact {
  const files = paths.map((path) => ({ path, size: 1, sha256: '0'.repeat(64) }))
  const [only] = paths
  return {
    kind: only !== undefined && paths.length === 1 ? 'file' : 'folder',
    uri: paths.length === 1 ? `m/1.0.0/${only}` : 'm/1.0.0',
    files,
    size: paths.length,
    sha256: '0'.repeat(64),
  }
}

async function version(changes: Partial<ModelVersion>): Promise<ModelVersion> {
  return {
    ...(await ModelRegistry.inMemory().register({ name: 'm', version: '1.0.0' })),
    ...changes,
  }
}

describe('the snippet that loads a version', () => {
  it('is the whole of a small script', async () => {
    const onnx = await version({ framework: 'onnx', artifact: artifactOf('model.onnx') })
    assert.equal(
      loadSnippet(onnx, { root: '.models' }),
      [
        '# m:1.0.0',
        'import onnxruntime',
        'from pathlib import Path',
        '',
        'path = Path(".models/m/1.0.0/model.onnx")',
        'model = onnxruntime.InferenceSession(path)',
        '',
      ].join('\n'),
    )
  })

  it('finds what is in a stage when the script runs', async () => {
    const onnx = await version({ framework: 'onnx', artifact: artifactOf('model.onnx') })
    const text = loadSnippet(onnx, { root: 'ml/.models', stage: 'production' })
    assert.match(text, /^# m in production$/m)
    assert.match(text, /root = Path\("ml\/\.models"\)/)
    assert.match(text, /root \/ "m\.json"/)
    assert.match(text, /v\["stage"\] == "production"/)
    assert.ok(!text.includes('1.0.0'))
  })

  const calls: readonly (readonly [framework: string, file: string, call: RegExp])[] = [
    ['pytorch', 'm.pt', /torch\.load\(path, weights_only=True/],
    ['pytorch', 'm.safetensors', /load_file\(path\)/],
    ['pytorch', 'm.pt2', /torch\.export\.load/],
    ['sklearn', 'm.joblib', /# Unpickling runs code.*\nmodel = joblib\.load\(path\)/],
    ['sklearn', 'm.pkl', /# Unpickling runs code.*\nmodel = pickle\.loads/],
    ['sklearn', 'm.skops', /skops\.io\.load\(path, trusted=\[\]\)/],
    ['xgboost', 'm.ubj', /xgboost\.Booster/],
    ['xgboost', 'm.json', /xgboost\.Booster/],
    ['lightgbm', 'm.txt', /lightgbm\.Booster/],
    ['catboost', 'm.cbm', /CatBoost\(\)\.load_model/],
    ['keras', 'm.keras', /keras\.saving\.load_model/],
    ['tensorflow', 'm.tflite', /Interpreter/],
    ['llama.cpp', 'm.gguf', /Llama\(model_path/],
    ['numpy', 'm.npz', /allow_pickle=False/],
    ['custom', 'm.weird', /path\.read_bytes\(\)/],
  ]
  for (const [framework, file, call] of calls)
    it(`calls the right function for ${file} of ${framework}`, async () => {
      const text = loadSnippet(await version({ framework, artifact: artifactOf(file) }), {
        root: '.models',
      })
      assert.match(text, call)
    })

  it('believes the content more than the extension', async () => {
    const torch = await version({
      framework: 'pytorch',
      format: 'torchscript',
      artifact: artifactOf('m.bin'),
    })
    assert.match(loadSnippet(torch, { root: '.models' }), /torch\.jit\.load/)
  })

  it('loads the main file of a folder whose other files come along', async () => {
    const artifact = artifactOf('weights.data', 'model.onnx')
    const text = loadSnippet(await version({ framework: 'onnx', artifact }), { root: '.models' })
    assert.match(text, /Path\("\.models\/m\/1\.0\.0\/model\.onnx"\)/)
  })

  it('loads folders whole where their library does', async () => {
    const artifact = artifactOf('config.json', 'model.safetensors')
    const text = loadSnippet(await version({ framework: 'transformers', artifact }), {
      root: '.models',
    })
    assert.match(text, /Path\("\.models\/m\/1\.0\.0"\)/)
    assert.match(text, /AutoModel\.from_pretrained\(path, local_files_only=True\)/)
  })

  it('is Python, for every framework and any name of a file', async function () {
    const texts = []
    for (const framework of FRAMEWORKS)
      for (const stage of [undefined, 'production'] as const) {
        const odd = await version({ framework, artifact: artifactOf(`a"b\\n\u2028é'.bin`) })
        texts.push(loadSnippet(odd, { root: 'a "b"/.models', ...(stage ? { stage } : {}) }))
      }
    const check = 'import ast, json, sys\nfor text in json.load(sys.stdin): ast.parse(text)'
    const python = spawnSync('python3', ['-c', check], {
      input: JSON.stringify(texts),
      encoding: 'utf8',
    })
    if (python.error) this.skip()
    assert.equal(python.stderr, '')
    assert.equal(python.status, 0)
  })
})
