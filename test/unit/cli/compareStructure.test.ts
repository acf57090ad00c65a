import assert from 'node:assert/strict'
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { StructureComparison } from '../../../src/formats/compareStructure'
import { askCli, buildCli, runCli } from '../../support/cli'
import { FIXTURES } from '../../support/expected'
import { pb } from '../../support/protobuf'
import { createTempFolder, removeFolder } from '../../support/tempFolder'

/** An ONNX model with one weight of four numbers, whose bytes lie in another file. */
function modelWithDataAt(location: string): Uint8Array {
  const data = [
    ['location', location],
    ['length', '16'],
  ].map(([key, value]) => [13, pb([1, key ?? ''], [2, value ?? ''])] as const)
  const weight = pb([1, 4], [2, 1], [8, 'weight'], ...data, [14, 1])
  return pb([1, 8], [7, pb([5, weight])], [8, pb([2, 13])])
}

describe('compare --structure', () => {
  let folder: string
  before(buildCli)
  beforeEach(async () => {
    folder = await createTempFolder('structure')
  })
  afterEach(() => removeFolder(folder))

  const run = (...args: string[]) => runCli(['compare', '--structure', ...args], { cwd: folder })
  const compare = async (...args: string[]): Promise<StructureComparison> =>
    (await askCli(['compare', '--structure', '--content', ...args], {
      cwd: folder,
    })) as StructureComparison

  it('wants two models, and says which is not there', async () => {
    await cp(join(FIXTURES, 'onnx/dtypes.onnx'), join(folder, 'a.onnx'))
    for (const names of [['a.onnx'], ['a.onnx', 'a.onnx', 'a.onnx']]) {
      const { code, stderr } = await run(...names)
      assert.equal(code, 2)
      assert.match(stderr, /two models/)
    }
    const { code, stderr } = await run('a.onnx', 'b.onnx')
    assert.equal(code, 2)
    assert.match(stderr, /b\.onnx/)
  })

  it('says first which side is damaged: what it lacks there is not removed', async () => {
    const whole = join(FIXTURES, 'gguf/q4_0.gguf')
    const bytes = await readFile(whole)
    await writeFile(join(folder, 'whole.gguf'), bytes)
    await writeFile(join(folder, 'cut.gguf'), bytes.subarray(0, bytes.length - 100))
    assert.deepEqual((await compare('whole.gguf', 'whole.gguf')).problems, {
      before: [],
      after: [],
    })
    const { problems, tensors } = await compare('whole.gguf', 'cut.gguf')
    assert.equal(tensors.same, 12)
    assert.equal(tensors.content?.compared, 11)
    assert.equal(problems.before.length, 0)
    assert.equal(problems.after.length, 1)
    const { stdout } = await run('whole.gguf', 'cut.gguf')
    assert.match(stdout, /^cut\.gguf is damaged: .+\n/)
  })

  it('reads no tensors outside of the folder of the model that asks for it', async () => {
    for (const [name, byte] of [
      ['a', 1],
      ['b', 2],
    ] as const) {
      await mkdir(join(folder, name))
      await writeFile(join(folder, name, 'model.onnx'), modelWithDataAt(`../${name}.bin`))
      await writeFile(join(folder, `${name}.bin`), new Uint8Array(16).fill(byte))
    }
    const { tensors } = await compare('a/model.onnx', 'b/model.onnx')
    assert.equal(tensors.same, 1)
    assert.deepEqual(tensors.content, { compared: 0, changed: [], changedGroups: [] })
  })

  it('compares what there is, where the data of a tensor are missing', async () => {
    await writeFile(join(folder, 'a.onnx'), modelWithDataAt('a.bin'))
    await writeFile(join(folder, 'b.onnx'), modelWithDataAt('b.bin'))
    await writeFile(join(folder, 'a.bin'), new Uint8Array(16))
    await writeFile(join(folder, 'b.bin'), new Uint8Array(16).fill(1))
    assert.deepEqual((await compare('a.onnx', 'b.onnx')).tensors.content?.changed, ['weight'])
    await rm(join(folder, 'b.bin'))
    assert.equal((await compare('a.onnx', 'b.onnx')).tensors.content?.compared, 0)
    const { stdout } = await run('--content', 'a.onnx', 'b.onnx')
    assert.match(stdout, /The values of 1 tensor could not be read\./)
  })
})
