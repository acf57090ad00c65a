import assert from 'node:assert/strict'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { findLeftOut } from '../../../../src/extension/register/folderContents'
import { createTempFolder, removeFolder } from '../../../support/tempFolder'

describe('what is left out of a folder', () => {
  let folder: string
  beforeEach(async () => {
    folder = await createTempFolder('contents')
  })
  afterEach(() => removeFolder(folder))

  const put = async (path: string): Promise<void> => {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), 'x')
  }

  it('is version control, caches, environments and nested checkpoints', async () => {
    for (const path of [
      'config.json',
      'model.safetensors',
      'onnx/model.onnx',
      '.git/HEAD',
      'code/__pycache__/a.pyc',
      'my-env/pyvenv.cfg',
      'conda/conda-meta/history',
      'checkpoint-500/optimizer.pt',
      'runs/checkpoints/last.ckpt',
      'epoch=3/model.ckpt',
    ])
      await put(path)
    const found = await findLeftOut(folder)
    assert.deepEqual(found.map(({ path, why }) => `${path}: ${why}`).toSorted(), [
      '.git: not a part of a model',
      'checkpoint-500: checkpoints of the training',
      'code/__pycache__: not a part of a model',
      'conda: an environment',
      'epoch=3: checkpoints of the training',
      'my-env: an environment',
      'runs/checkpoints: checkpoints of the training',
    ])
  })

  it('is nothing of a plain model, of a file, or of what is not there', async () => {
    await put('1_Pooling/config.json')
    await put('variables/variables.index')
    assert.deepEqual(await findLeftOut(folder), [])
    assert.deepEqual(await findLeftOut(join(folder, '1_Pooling/config.json')), [])
    assert.deepEqual(await findLeftOut(join(folder, 'nowhere')), [])
  })

  it('does not follow links', async () => {
    await put('a/model.onnx')
    await symlink(folder, join(folder, 'a', 'loop'))
    assert.deepEqual(await findLeftOut(folder), [])
  })
})
