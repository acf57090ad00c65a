import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isAppError } from '../../../src/base/errors'
import { RULES, RULES_VERSION, scanPath, scanPathSync } from '../../../src/security/scan'
import { callPickle } from '../../corpus/gadgets'
import { external, onnx } from '../../corpus/onnxBuilders'
import { pb } from '../../support/protobuf'
import { PickleWriter } from '../../support/pickleWriter'
import { createTempFolder, removeFolder } from '../../support/tempFolder'
import { zip } from '../../support/zipWriter'

describe('scanPath', () => {
  let folder: string

  beforeEach(async () => {
    folder = await createTempFolder()
  })

  afterEach(() => removeFolder(folder))

  const write = (name: string, content: Uint8Array | string): string => {
    const path = join(folder, name)
    writeFileSync(path, content)
    return path
  }

  it('names the rule, the place and what was found', async () => {
    const report = await scanPath(write('model.pkl', callPickle('os', 'system')))
    assert.equal(report.verdict, 'dangerous')
    assert.equal(report.rules, RULES_VERSION)
    const [first] = report.findings
    assert.equal(first?.rule, 'pickle/dangerous-global')
    assert.equal(first?.severity, 'critical')
    assert.equal(first?.evidence, 'os.system')
    assert.equal(first?.offset, 14)
    assert.ok(first?.why && first.remedy && first.references)
  })

  it('shows the name that is looked up beside the one that is written', () => {
    const bytes = new PickleWriter().proto(2).global('__builtin__', 'eval').ops('.').bytes()
    const [first] = scanPathSync(write('model.pkl', bytes)).findings
    assert.equal(first?.evidence, '__builtin__.eval = builtins.eval')
  })

  it('says of files that no loader takes that they are no models', () => {
    const files = {
      'notes.txt': 'class Foo:\n  pass\n',
      'data.csv': 'a,b\n1,2\n',
      'image.png': Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'),
      'train.py': 'import os\nos.system("true")\n',
      'run.sh': '#!/bin/sh\ntrue\n',
      'data.json': '{"a": 1}',
      'empty.txt': '',
      'package.json': '{"name": "x", "config": {"port": 1}}',
      'page.html': '<html><body>config</body></html>',
    }
    for (const [name, content] of Object.entries(files)) {
      const { verdict, note, findings } = scanPathSync(write(name, content))
      assert.deepEqual(
        { name, verdict, note, findings },
        { name, verdict: 'clean', note: 'not a model', findings: [] },
      )
    }
  })

  it('lets the workspace allow what is unknown, and says so', () => {
    const path = write('model.pkl', callPickle('mypackage.models', 'Net'))
    assert.equal(scanPathSync(path).verdict, 'review')
    const report = scanPathSync(path, { allow: ['mypackage.models.Net'] })
    assert.equal(report.verdict, 'clean')
    assert.deepEqual(
      report.findings.map(({ rule, evidence }) => [rule, evidence]),
      [['pickle/allowed-by-workspace', 'mypackage.models.Net']],
    )
    assert.equal(scanPathSync(path, { allow: ['mypackage.models'] }).verdict, 'review')
  })

  it('never lets the workspace allow what is known to be dangerous', () => {
    const path = write('model.pkl', callPickle('os', 'system'))
    assert.equal(scanPathSync(path, { allow: ['os.system', 'posix.system'] }).verdict, 'dangerous')
  })

  it('names members of containers in folders by their whole path', () => {
    mkdirSync(join(folder, 'model', 'weights'), { recursive: true })
    const archive = zip([{ name: 'model/data.pkl', data: callPickle('os', 'system') }])
    writeFileSync(join(folder, 'model', 'weights', 'a.pt'), archive)
    const { verdict, findings } = scanPathSync(join(folder, 'model'))
    assert.equal(verdict, 'dangerous')
    assert.equal(findings[0]?.member, 'weights/a.pt!model/data.pkl')
  })

  it('escapes what comes out of a file', () => {
    const bytes = new PickleWriter()
      .proto(4)
      .text('evil\u202e\u001b[31m')
      .text('x')
      .ops('\x93.')
      .bytes()
    const text = JSON.stringify(scanPathSync(write('model.pkl', bytes)))
    assert.ok(!/[\u0000-\u001f\u202e]/.test(text))
    assert.ok(text.includes(String.raw`evil\\u202e\\x1b[31m`))
  })

  it('keeps evidence short', () => {
    const bytes = new PickleWriter().proto(4).text4('x'.repeat(5000)).text('y').ops('\x93.').bytes()
    for (const { evidence } of scanPathSync(write('model.pkl', bytes)).findings) {
      assert.ok((evidence?.length ?? 0) <= 200)
    }
  })

  it('never opens pipes, and never follows links out of the folder', () => {
    const model = join(folder, 'model')
    mkdirSync(model)
    writeFileSync(join(folder, 'outside.pkl'), callPickle('os', 'system'))
    symlinkSync('../outside.pkl', join(model, 'linked.pkl'))
    writeFileSync(join(model, 'a.txt'), 'a')
    symlinkSync('a.txt', join(model, 'b.txt'))
    execFileSync('mkfifo', [join(model, 'pipe')])
    const { findings } = scanPathSync(model)
    assert.deepEqual(
      findings.map(({ rule, member }) => [rule, member]),
      [
        ['folder/link', 'linked.pkl'],
        ['file/special', 'pipe'],
        ['folder/inner-link', 'b.txt'],
      ],
    )
  })

  it('does not open a pipe that it is told to scan', () => {
    const path = join(folder, 'pipe')
    execFileSync('mkfifo', [path])
    assert.equal(scanPathSync(path).verdict, 'incomplete')
  })

  it('follows the link that it is told to scan', () => {
    write('real.pkl', callPickle('os', 'system'))
    symlinkSync('real.pkl', join(folder, 'latest.pkl'))
    assert.equal(scanPathSync(join(folder, 'latest.pkl')).verdict, 'dangerous')
  })

  it('warns of weights that have another name elsewhere', () => {
    const model = join(folder, 'model')
    mkdirSync(model)
    writeFileSync(join(model, 'model.onnx'), onnx(pb([5, external('weights.bin')])))
    writeFileSync(join(folder, 'secret'), Buffer.alloc(64))
    linkSync(join(folder, 'secret'), join(model, 'weights.bin'))
    const { findings } = scanPathSync(model)
    assert.ok(findings.some(({ rule }) => rule === 'onnx/data-link'))
  })

  it('takes an empty folder for clean', () => {
    mkdirSync(join(folder, 'empty'))
    assert.deepEqual(scanPathSync(join(folder, 'empty')).verdict, 'clean')
  })

  it('says where there is nothing', async () => {
    await assert.rejects(
      scanPath(join(folder, 'missing')),
      (error) => isAppError(error) && error.code === 'notFound',
    )
  })

  it('ends when it is cancelled', async () => {
    const path = write(
      'model.pkl',
      Buffer.concat(Array.from({ length: 20_000 }, () => Buffer.from('}.'))),
    )
    await assert.rejects(
      scanPath(path, { signal: AbortSignal.abort() }),
      (error) => isAppError(error) && error.code === 'cancelled',
    )
  })

  it('has words for each rule', () => {
    for (const [id, { title, why, remedy, references = [] }] of Object.entries(RULES)) {
      assert.match(id, /^[a-z0-9]+\/[a-z0-9-]+$/)
      for (const text of [title, why, remedy]) assert.ok(text.length > 10, id)
      assert.ok(!title.endsWith('.'), id)
      for (const reference of references) assert.ok(new URL(reference).protocol === 'https:', id)
    }
  })
})
