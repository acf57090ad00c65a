import assert from 'node:assert/strict'
import { parse } from 'yaml'
import { parseSafeYaml } from '../../../src/harvest/safeYaml'

describe('safe YAML', () => {
  it('builds nothing from a tag', async () => {
    const { data, skipped } = await parseSafeYaml(
      [
        'shape: !!python/tuple [1, 2]',
        'state: !!python/object:argparse.Namespace {lr: 0.1}',
        'call: !!python/object/apply:os.system ["touch /tmp/x"]',
        'layers: [1, !!python/name:torch.nn.ReLU "", 3]',
        'other: !custom text',
      ].join('\n'),
      undefined,
    )
    assert.deepEqual(data, {
      shape: [1, 2],
      state: { lr: 0.1 },
      layers: [1, 3],
      other: 'text',
    })
    assert.deepEqual(skipped, ['!!python/object/apply:os.system', '!!python/name:torch.nn.ReLU'])
  })

  it('refuses broken text with its place, and aliases that expand without end', async () => {
    await assert.rejects(parseSafeYaml('a: 1\nb: [', undefined), {
      code: 'corrupt',
      location: { line: 2, column: 5 },
    })
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]']
    for (const [from, to] of ['ab', 'bc', 'cd', 'de', 'ef', 'fg']) {
      bomb.push(`${to}: &${to} [${Array.from({ length: 9 }, () => `*${from}`).join(', ')}]`)
    }
    await assert.rejects(parseSafeYaml(bomb.join('\n'), undefined), { code: 'corrupt' })
  })

  it('reads a long file, cut at its entries, as the whole', async () => {
    const stages = Array.from(
      { length: 200 },
      (_, index) =>
        `  "train@${index}":\n    cmd: |\n      python: train\n\n      done\n    deps:\n    - path: a b\n      md5: ${index}\n    params:\n      params.yaml:\n        lr: 0.${index}\n`,
    )
    const text = `schema: '2.0'\n# a comment: here\nstages:\n${stages.join('')}list:\n- 1\n- k: v\nend: "x: y"\n`
    const { data } = await parseSafeYaml(text, undefined)
    assert.equal(JSON.stringify(data), JSON.stringify(parse(text)))
    const windows = await parseSafeYaml(text.replaceAll('\n', '\r\n'), undefined)
    assert.equal(JSON.stringify(windows.data), JSON.stringify(data))
  })

  it('names the line of an error in a long file', async () => {
    const lines = Array.from({ length: 1000 }, (_, index) => `key_${index}: ${index}`)
    lines[700] = 'key_700: [1'
    await assert.rejects(parseSafeYaml(lines.join('\n'), undefined), (error: Error) =>
      /line 70[12]/.test(error.message),
    )
  })
})
