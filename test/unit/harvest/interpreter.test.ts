import assert from 'node:assert/strict'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { readInterpreter } from '../../../src/harvest/interpreter'
import { createTempFolder, removeFolder } from '../../support/tempFolder'

describe('the packages of an interpreter', () => {
  let folder: string
  beforeEach(async () => {
    folder = await createTempFolder('interpreter')
  })
  afterEach(() => removeFolder(folder))

  async function make(...paths: readonly (string | readonly [path: string, text: string])[]) {
    for (const entry of paths) {
      const [path, text] = typeof entry === 'string' ? [entry, ''] : entry
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), text)
    }
  }
  const read = async (path: string) => Object.fromEntries(await readInterpreter(join(folder, path)))

  it('are those of a virtual environment, by folder or by interpreter', async () => {
    const packages = '.venv/lib/python3.11/site-packages'
    await make(
      ['.venv/pyvenv.cfg', 'home = /usr/bin\nversion = 3.11.7\n'],
      `${packages}/scikit_learn-1.9.1.dist-info/METADATA`,
      `${packages}/torch-2.13.0+cpu.dist-info/METADATA`,
      `${packages}/numpy-1.26.4-py3.11.egg-info/PKG-INFO`,
      `${packages}/requests-2.0.dist-info/METADATA`,
      `${packages}/torch/version.py`,
    )
    await make('python3')
    await mkdir(join(folder, '.venv/bin'))
    await symlink(join(folder, 'python3'), join(folder, '.venv/bin/python'))
    const expected = {
      'scikit-learn': '1.9.1',
      torch: '2.13.0+cpu',
      numpy: '1.26.4',
      python: '3.11.7',
    }
    assert.deepEqual(await read('.venv'), expected)
    assert.deepEqual(await read('.venv/bin/python'), expected)
  })

  it('are those of uv, conda and Windows', async () => {
    await make(
      ['uv/pyvenv.cfg', 'uv = 0.9\nversion_info = 3.12.1.final.0\n'],
      'uv/Lib/site-packages/onnx-1.18.0.dist-info/METADATA',
      'conda/conda-meta/python-3.10.14-h955ad1f_1.json',
      'conda/lib/python3.10/site-packages/xgboost-2.1.0.dist-info/METADATA',
      'conda/python.exe',
    )
    assert.deepEqual(await read('uv'), { onnx: '1.18.0', python: '3.12.1' })
    const conda = { xgboost: '2.1.0', python: '3.10.14' }
    assert.deepEqual(await read('conda'), conda)
    assert.deepEqual(await read('conda/python.exe'), conda)
  })

  it('of a shared prefix are those of its own version', async () => {
    await make(
      'usr/bin/python3.11',
      'usr/lib/python3/dist-packages/joblib-1.2.0.dist-info/METADATA',
      'usr/lib/python3.11/site-packages/keras-3.1.0.dist-info/METADATA',
      'usr/lib/python3.9/site-packages/keras-2.1.0.dist-info/METADATA',
    )
    await symlink('python3.11', join(folder, 'usr/bin/python3'))
    assert.deepEqual(await read('usr/bin/python3'), {
      joblib: '1.2.0',
      keras: '3.1.0',
      python: '3.11',
    })
  })

  it('are none where nothing is', async () => {
    assert.deepEqual(await read('nowhere'), {})
    assert.deepEqual(await read('.'), {})
  })
})
