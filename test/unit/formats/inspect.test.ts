import assert from 'node:assert/strict'
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../../src/base/errors'
import { Budget } from '../../../src/bytes/limits'
import { inspectPath } from '../../../src/formats/inspect'
import type { Inspection } from '../../../src/registry/inspection'
import { FIXTURES } from '../../support/expected'
import { PickleWriter } from '../../support/pickleWriter'
import { createTempFolder, removeFolder } from '../../support/tempFolder'
import { zip } from '../../support/zipWriter'

const FOREST = new PickleWriter()
  .global('sklearn.ensemble._forest', 'RandomForestClassifier')
  .ops(')R}')
  .line('S', "'max_depth'")
  .line('I', '3')
  .ops('sb.')
  .bytes()

describe('inspectPath', () => {
  let folder: string

  beforeEach(async () => {
    folder = await createTempFolder('inspect')
  })

  afterEach(async () => {
    await removeFolder(folder)
  })

  async function inspect(name: string, content: Uint8Array | string): Promise<Inspection> {
    const path = join(folder, name)
    await writeFile(path, content)
    return inspectPath(path)
  }

  function rules({ findings }: Inspection): string[] {
    return findings.map(({ rule }) => rule)
  }

  it('goes by content, and says when the extension is that of another format', async () => {
    const wrong = await inspect('model.safetensors', FOREST)
    assert.equal(wrong.format, 'pickle')
    assert.equal(wrong.framework, 'sklearn')
    assert.deepEqual(wrong.summary.hyperparameters, { max_depth: 3 })
    assert.deepEqual(rules(wrong), ['wrong-extension'])
    assert.deepEqual(rules(await inspect('model.pkl', FOREST)), [])
    assert.deepEqual(rules(await inspect('model', FOREST)), [])
    assert.deepEqual(rules(await inspect('model.bin', FOREST)), [])
    // What joblib wrote is called .pkl as often as .joblib.
    const dumped = await inspect(
      'dumped.pkl',
      await readFile(join(FIXTURES, 'joblib/arrays.joblib')),
    )
    assert.deepEqual([dumped.format, rules(dumped)], ['joblib', []])
  })

  it('calls what it does not know unknown, and says what the name promises', async () => {
    const result = await inspect('model.onnx', 'this is no model')
    assert.equal(result.format, 'unknown')
    assert.equal(result.framework, 'custom')
    assert.deepEqual(rules(result), ['mislabelled'])
    const text = await inspect('notes.txt', 'this is no model')
    assert.equal(text.format, 'unknown')
    assert.deepEqual(text.findings, [])
  })

  const foreign: readonly (readonly [string, string])[] = [
    ['empty', ''],
    ['lfs-pointer', 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n'],
    ['executable', '\x7fELF\x02\x01'],
    ['script', '#!/bin/sh\nrm -rf /\n'],
    ['archive', '7z\xbc\xaf\x27\x1c\x00'],
    ['web-page', '<!DOCTYPE html><html>'],
  ]
  for (const [rule, content] of foreign) {
    it(`tells that a model is ${rule}`, async () => {
      const result = await inspect('model.pt', Buffer.from(content, 'latin1'))
      assert.equal(result.format, 'unknown')
      assert.ok(rules(result).includes(rule))
    })
  }

  it('says one thing of a file without content', async () => {
    assert.deepEqual(rules(await inspect('model.onnx', '')), ['empty'])
  })

  it('says that an archive is cut off, and where', async () => {
    const bytes = zip([
      { name: 'archive/data.pkl', data: FOREST },
      { name: 'archive/version', data: '3\n' },
    ])
    const { findings, format } = await inspect('model.pt', bytes.subarray(0, bytes.length - 40))
    assert.equal(format, 'unknown')
    assert.deepEqual(
      findings.map(({ rule, offset }) => [rule, offset]),
      [['truncated', bytes.length - 40]],
    )
    assert.match(findings[0]?.message ?? '', /^The ZIP archive is cut off: .* at byte \d+/)
  })

  it('names absurd counts as the file has them', async () => {
    const header = Buffer.alloc(8)
    header.writeBigUInt64LE(2n ** 63n)
    const weights = await inspect('a.safetensors', Buffer.concat([header, Buffer.from('{}')]))
    assert.match(weights.findings[0]?.message ?? '', /9223372036854775808 bytes/)
    const counts = Buffer.alloc(24)
    counts.write('GGUF')
    counts.writeUInt32LE(3, 4)
    counts.writeBigUInt64LE(2n ** 60n, 16)
    const model = await inspect('a.gguf', counts)
    assert.match(model.findings[0]?.message ?? '', /^0 tensors and 1152921504606846976 metadata/)
  })

  it('says that a member is too large, whatever size it claims', async () => {
    const bytes = zip([
      { name: 'archive/data.pkl', data: Buffer.alloc(65 * 1024 * 1024), deflate: true, size: 1 },
      { name: 'archive/version', data: '3\n' },
    ])
    const { findings, partial } = await inspect('model.pt', bytes)
    assert.ok(partial)
    assert.match(findings[0]?.message ?? '', /is too large to be inflated/)
  })

  it('follows no symbolic link, and reads nothing but files and folders', async () => {
    await writeFile(join(folder, 'real.pkl'), FOREST)
    await symlink(join(folder, 'real.pkl'), join(folder, 'link.pkl'))
    assert.deepEqual(rules(await inspectPath(join(folder, 'link.pkl'))), ['symbolic-link'])
    assert.deepEqual(rules(await inspectPath('/dev/null')), ['not-a-file'])
    assert.deepEqual(rules(await inspectPath(join(folder, 'absent.pkl'))), ['not-found'])
  })

  it('is not caught in a loop of links in a folder', async () => {
    await mkdir(join(folder, 'model'))
    await symlink(join(folder, 'model'), join(folder, 'model', 'self'))
    await writeFile(join(folder, 'model', 'forest.pkl'), FOREST)
    const result = await inspectPath(join(folder, 'model'))
    assert.equal(result.format, 'pickle')
    assert.deepEqual(rules(result), ['symbolic-link'])
  })

  it('reports damage of a known format as partial, with its place', async () => {
    const bytes = zip([
      { name: 'archive/data.pkl', data: FOREST.subarray(0, 50) },
      { name: 'archive/version', data: '3\n' },
    ])
    const result = await inspect('model.pt', bytes)
    assert.equal(result.format, 'torch-zip')
    assert.ok(result.partial)
    const [damage] = result.findings
    assert.equal(damage?.rule, 'damaged')
    assert.equal(damage?.member, 'archive/data.pkl')
  })

  it('says that an encrypted archive can not be read', async () => {
    const bytes = zip([{ name: 'archive/data.pkl', data: FOREST, flags: 1 }])
    const result = await inspect('model.pt', bytes)
    assert.ok(result.partial)
    assert.match(result.findings[0]?.message ?? '', /encrypted/)
  })

  it('names the records of a checkpoint that are missing or of the wrong size', async () => {
    const writer = (key: string): PickleWriter =>
      new PickleWriter()
        .proto(2)
        .ops('}')
        .text4('weight')
        .global('torch._utils', '_rebuild_tensor_v2')
        .ops('((')
        .text4('storage')
        .global('torch', 'FloatStorage')
        .text4(key)
        .text4('cpu')
        .int(4)
        .ops('tQ')
        .int(0)
        .ops('(')
        .int(4)
        .ops('t(')
        .int(1)
        .ops('t\x89')
        .global('collections', 'OrderedDict')
        .ops(')RtRs.')
    const members = [
      { name: 'archive/data.pkl', data: writer('0').bytes() },
      { name: 'archive/data/0', data: new Uint8Array(16) },
    ]
    const sound = await inspect('model.pt', zip(members))
    assert.deepEqual(sound.findings, [])
    assert.deepEqual(sound.summary.parametersByDtype, { float32: 4 })
    const short = await inspect(
      'short.pt',
      zip([members[0], { ...members[1], data: '' }] as typeof members),
    )
    assert.deepEqual(rules(short), ['storage-size'])
    const missing = await inspect(
      'missing.pt',
      zip([{ name: 'archive/data.pkl', data: writer('7').bytes() }]),
    )
    assert.deepEqual(rules(missing), ['missing-part'])
  })

  it('shows no control characters of a file in a finding', async () => {
    const bytes = zip([
      { name: 'archive/data.pkl\u001b[31m', data: 'x' },
      { name: 'archive/\u202edata.pkl', data: FOREST },
    ])
    const { findings } = await inspect('model.pt', bytes)
    assert.ok(
      findings.every(({ message, member }) => !/[\u0000-\u001f\u202e]/.test(`${message}${member}`)),
    )
  })

  it('keeps the summary small whatever the file holds', async () => {
    const writer = new PickleWriter().global('sklearn.svm._classes', 'SVC').ops(')R}(')
    for (let index = 0; index < 5000; index++)
      writer.text4(`setting${index}`).text4('x'.repeat(5000))
    const result = await inspect('model.pkl', writer.ops('ub.').bytes())
    assert.equal(result.format, 'pickle')
    assert.ok(JSON.stringify(result).length < 300_000)
  })

  it('lists tensors when asked', async () => {
    const path = join(folder, 'model.pkl')
    await writeFile(path, FOREST)
    assert.equal('tensors' in (await inspectPath(path)), false)
    assert.deepEqual((await inspectPath(path, { detailed: true })).tensors, [])
  })

  it('ends when it is cancelled or takes too long', async () => {
    const path = join(folder, 'model.pkl')
    await writeFile(path, new PickleWriter().ops('N0'.repeat(20_000)).ops('N.').bytes())
    await assert.rejects(
      inspectPath(path, { signal: AbortSignal.abort() }),
      (error) => error instanceof AppError && error.code === 'cancelled',
    )
    const result = await inspectPath(path, { budget: new Budget({ steps: 60_000 }) })
    assert.ok(result.partial)
    assert.deepEqual(rules(result), ['too-large'])
  })

  it('does not go deeper into archives in archives than a few levels', async () => {
    let bytes = zip([
      { name: 'MAR-INF/MANIFEST.json', data: '{"model":{"serializedFile":"m"}}' },
      { name: 'm', data: FOREST },
    ])
    for (let level = 0; level < 20; level++) {
      bytes = zip([
        { name: 'MAR-INF/MANIFEST.json', data: '{"model":{"serializedFile":"m"}}' },
        { name: 'm', data: bytes },
      ])
    }
    const result = await inspect('model.mar', bytes)
    assert.equal(result.format, 'torchserve-mar')
    assert.equal(result.summary.modelClass, undefined)
  })
})
