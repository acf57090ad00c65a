import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readOrigin, withOrigin } from '../../src/origin'
import { createTempFolder, removeFolder } from '../support/tempFolder'

describe('the origin of a version', () => {
  let folder: string
  beforeEach(async () => {
    folder = await createTempFolder('origin')
    await writeFile(join(folder, 'model.onnx'), 'weights')
    await writeFile(join(folder, 'requirements.txt'), 'torch==2.0.0\n')
    const packages = join(folder, '.venv/lib/python3.11/site-packages')
    await mkdir(join(packages, 'torch-2.13.0.dist-info'), { recursive: true })
    await mkdir(join(packages, 'numpy-2.1.0.dist-info'))
    await writeFile(join(folder, '.venv/pyvenv.cfg'), 'version = 3.11.7\n')
  })
  afterEach(() => removeFolder(folder))

  const read = (options: Partial<Parameters<typeof readOrigin>[1]> = {}) =>
    readOrigin([join(folder, 'model.onnx')], {
      workspace: folder,
      harvest: true,
      git: false,
      ...options,
    })
  const request = { name: 'churn' }

  it('names what is installed where no file names what was used', async () => {
    assert.deepEqual(withOrigin(request, await read()).source?.environment, {
      numpy: '2.1.0',
      python: '3.11.7',
      torch: '2.0.0',
    })
    const other = await read({ interpreter: join(folder, 'nowhere') })
    assert.deepEqual(withOrigin(request, other).source?.environment, { torch: '2.0.0' })
    const none = await read({ harvest: false })
    assert.equal(withOrigin(request, none).source?.environment, undefined)
  })

  it('takes the repository from a host that knows it', async () => {
    const source = { commit: 'a'.repeat(40), dirty: false }
    const repository = {
      kind: 'repository',
      root: folder,
      source,
      changed: [],
      untracked: [],
    } as const
    const known = await read({ git: true, repository: () => Promise.resolve(repository) })
    assert.deepEqual(withOrigin(request, known).source?.git, source)
    const asked = await read({ git: true, repository: () => Promise.resolve(undefined) })
    assert.equal(asked.git, undefined)
  })
})
