import assert from 'node:assert/strict'
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { inspectPath } from '../../../src/formats/inspect'
import { FIXTURES } from '../../support/expected'
import { seededRandom } from '../../support/random'
import { createTempFolder, removeFolder } from '../../support/tempFolder'

describe('folders', () => {
  let folder: string

  beforeEach(async () => {
    folder = await createTempFolder('folders')
  })

  afterEach(async () => {
    await removeFolder(folder)
  })

  async function write(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), content)
    }
  }

  it('names the shards that a transformers folder lacks', async () => {
    const target = join(folder, 'sharded')
    await cp(join(FIXTURES, 'transformers/sharded'), target, { recursive: true })
    const shards = (await readdir(target)).filter((name) => name.endsWith('.safetensors')).sort()
    const lost = shards[1] ?? ''
    await rm(join(target, lost))
    const result = await inspectPath(target)
    assert.equal(result.format, 'transformers')
    assert.ok(result.partial)
    assert.deepEqual(result.parts?.missing, [lost])
    const finding = result.findings.find(({ rule }) => rule === 'missing-part')
    assert.ok(finding?.message.includes(lost), finding?.message)
  })

  it('says when a configuration has no weights', async () => {
    await write({ 'config.json': '{"model_type":"bert","architectures":["BertModel"]}' })
    const result = await inspectPath(folder)
    assert.equal(result.format, 'transformers')
    assert.equal(result.summary.architecture, 'BertModel')
    assert.deepEqual(
      result.findings.map(({ rule }) => rule),
      ['missing-part'],
    )
  })

  it('warns of code that a configuration has run', async () => {
    await write({
      'config.json': '{"model_type":"x","auto_map":{"AutoModel":"modeling.Model"}}',
      'modeling.py': 'import os',
    })
    const { findings } = await inspectPath(folder)
    assert.ok(findings.some(({ rule }) => rule === 'code'))
  })

  it('is not deceived by a folder that only looks like a model', async () => {
    await write({ 'config.json': '{"name":"a web application"}', 'main.js': '' })
    const result = await inspectPath(folder)
    assert.equal(result.format, 'unknown')
    assert.deepEqual(
      result.findings.map(({ rule }) => rule),
      ['unknown-folder'],
    )
  })

  it('reads a broken MLmodel as a damaged MLflow model', async () => {
    await write({ MLmodel: 'flavors: {sklearn: {pickled_model: model.pkl' })
    const result = await inspectPath(folder)
    assert.equal(result.format, 'mlflow')
    assert.ok(result.partial)
    assert.equal(result.findings[0]?.severity, 'error')
  })

  it('refuses YAML whose aliases would fill the memory', async () => {
    const levels = Array.from({ length: 12 }, (_, level) => {
      const inner = level === 0 ? 'x' : `*a${level - 1}`
      return `a${level}: &a${level} [${Array.from({ length: 10 }, () => inner).join(', ')}]`
    })
    await write({ MLmodel: levels.join('\n') })
    const result = await inspectPath(folder)
    assert.equal(result.format, 'mlflow')
    assert.ok(result.partial)
  })

  it('does not follow a path of MLmodel out of the folder', async () => {
    await write({
      'secret.pkl': 'N.',
      'model/MLmodel': 'flavors:\n  sklearn:\n    pickled_model: ../secret.pkl\n',
    })
    const result = await inspectPath(join(folder, 'model'))
    assert.deepEqual(
      result.findings.map(({ rule }) => rule),
      ['missing-part'],
    )
  })

  it('takes a folder for its only model file', async () => {
    await cp(join(FIXTURES, 'pickle/forest.pkl'), join(folder, 'forest.pkl'))
    await write({ 'README.md': '# A forest' })
    const result = await inspectPath(folder)
    assert.equal(result.format, 'pickle')
    assert.equal(result.framework, 'sklearn')
  })

  it('does not choose between several models', async () => {
    await cp(join(FIXTURES, 'pickle/forest.pkl'), join(folder, 'a.pkl'))
    await cp(join(FIXTURES, 'pickle/tree.pkl'), join(folder, 'b.pkl'))
    const result = await inspectPath(folder)
    assert.equal(result.format, 'unknown')
    assert.match(result.findings[0]?.message ?? '', /2 model files/)
  })

  const CONFIGURATIONS = [
    ['mlflow/sklearn-cloudpickle', 'MLmodel'],
    ['transformers/classifier', 'config.json'],
    ['transformers/sharded', 'model.safetensors.index.json'],
    ['diffusers/pipeline', 'model_index.json'],
    ['peft/lora', 'adapter_config.json'],
    ['sentence-transformers/encoder', 'modules.json'],
  ] as const
  for (const [fixture, file] of CONFIGURATIONS) {
    it(`ends well on a damaged ${file} of ${fixture}`, async function () {
      this.timeout(60_000)
      const target = join(folder, 'model')
      await cp(join(FIXTURES, fixture), target, { recursive: true })
      const sound = await readFile(join(target, file))
      const random = seededRandom(3)
      for (let run = 0; run < 40; run++) {
        const damaged = Buffer.from(sound)
        const at = Math.floor(random() * damaged.length)
        damaged[at] = Math.floor(random() * 256)
        await writeFile(join(target, file), run % 2 === 0 ? damaged : damaged.subarray(0, at))
        const { findings } = await inspectPath(target)
        const failed = findings.find(({ rule }) => rule === 'reader-failed')
        assert.equal(failed, undefined, `${run}: ${failed?.message}`)
      }
    })
  }

  it('is empty where the folder is', async () => {
    const result = await inspectPath(folder)
    assert.equal(result.format, 'unknown')
    assert.deepEqual(result.summary, {})
  })
})
