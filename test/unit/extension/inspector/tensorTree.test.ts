import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import {
  buildTensorTree,
  filterTree,
  type Entry,
  type ModuleEntry,
} from '../../../../src/extension/inspector/tensorTree'
import { languageModel, tensor } from './tensors'
import { propertyRuns } from '../../../support/propertyRuns'

/** The tree as lines of labels. */
function outline(module: ModuleEntry, indent = ''): string[] {
  return module.children.flatMap((child) => [
    indent + child.label,
    ...(child.kind === 'module' ? outline(child, `${indent}  `) : []),
  ])
}

function names(entry: Entry): string[] {
  return entry.kind === 'tensor' ? [entry.name] : entry.children.flatMap(names)
}

describe('buildTensorTree', () => {
  it('groups by what names begin with, and leaves out modules around one thing', async () => {
    const tree = await buildTensorTree(languageModel(2))
    assert.deepEqual(outline(tree), [
      'model',
      '  embed.weight',
      '  layers',
      '    0',
      '      attn',
      '        weight',
      '        bias',
      '      mlp.weight',
      '    1',
      '      attn',
      '        weight',
      '        bias',
      '      mlp.weight',
      'head.weight',
    ])
  })

  it('adds up tensors, parameters and bytes', async () => {
    const tree = await buildTensorTree(languageModel(2))
    assert.equal(tree.tensors, 8)
    assert.equal(tree.parameters, 2 * 800 + 2 * (64 + 8 + 256))
    assert.equal(tree.bytes, 4 * tree.parameters)
  })

  it('takes names as they come: without parts, with slashes, empty, of the language', async () => {
    const odd = [
      '',
      'weight',
      'dense/kernel:0',
      'dense/bias:0',
      '__proto__.a',
      '__proto__.b',
      '.x',
      'y.',
    ]
    const tree = await buildTensorTree(odd.map((name) => tensor(name)))
    assert.deepEqual(names(tree).toSorted(), odd.toSorted())
    assert.deepEqual(outline(tree).toSorted(), [
      '',
      '  a',
      '  b',
      '  bias:0',
      '  kernel:0',
      '.x',
      '__proto__',
      'dense',
      'weight',
      'y.',
    ])
  })

  it('does not nest as deep as a name wants it to', async () => {
    const deep = `${'a.'.repeat(100_000)}w`
    const tree = await buildTensorTree([tensor(deep), tensor(`${deep}2`)])
    assert.deepEqual(names(tree), [deep, `${deep}2`])
  })

  it('loses no tensor, whatever the names', async () => {
    const name = fc.stringMatching(/^[ab./]{0,8}$/)
    await fc.assert(
      fc.asyncProperty(fc.array(name, { maxLength: 30 }), async (list) => {
        const tree = await buildTensorTree(list.map((one) => tensor(one)))
        assert.equal(tree.tensors, list.length)
        assert.deepEqual(names(tree).toSorted(), list.toSorted())
      }),
      propertyRuns(300),
    )
  })
})

describe('filterTree', () => {
  it('keeps what is wanted, with sums of that alone', async () => {
    const tree = await buildTensorTree(languageModel(3))
    const kept = filterTree(tree, ({ name }) => name.endsWith('bias'))
    assert.equal(kept?.tensors, 3)
    assert.equal(kept?.parameters, 24)
    assert.deepEqual(
      kept && names(kept),
      [0, 1, 2].map((layer) => `model.layers.${layer}.attn.bias`),
    )
    assert.equal(
      filterTree(tree, () => false),
      undefined,
    )
  })
})
