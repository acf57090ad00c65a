import assert from 'node:assert/strict'
import type * as Oracle from 'h5wasm/node'
import { ByteReader } from '../../../src/bytes/byteReader'
import { readHdf5 } from '../../../src/bytes/hdf5'
import { Budget } from '../../../src/bytes/limits'
import type { FormatResult } from '../../../src/formats/format'
import { hdf5 } from '../../../src/formats/hdf5'
import { fixture, fixturePath } from '../../support/fixtures'
import { assertHostile } from '../../support/hostile'
import { fileSubject } from '../../support/subject'

const FILES = [
  'compressed',
  'dense-earliest',
  'dense-latest',
  'earliest',
  'keras-2',
  'keras-2.weights',
  'keras-3',
  'keras-3.weights',
  'latest',
  'links',
  'long-attribute',
  'tracked-order',
  'user-block',
].map((name) => `hdf5/${name}.h5`)

function inspect(path: string): FormatResult {
  const subject = fileSubject(path, fixture(path))
  assert.equal(hdf5.match(subject), true)
  return hdf5.inspect(subject)
}

interface Known {
  readonly datasets: Map<string, readonly number[]>
  readonly texts: Map<string, string>
}

/** h5wasm has no build for `require`, which the tests are compiled to. */
async function loadOracle(): Promise<typeof Oracle> {
  const oracle = await import('h5wasm/node')
  await oracle.ready
  return oracle
}

/** What libhdf5 itself says: shapes of datasets, and the attributes that are text. */
async function ask(path: string): Promise<Known> {
  const { Dataset, File: OracleFile, Group: OracleGroup } = await loadOracle()
  const file = new OracleFile(fixturePath(path), 'r')
  const known: Known = { datasets: new Map(), texts: new Map() }
  const walk = (group: Oracle.Group, prefix: string): void => {
    for (const [name, attribute] of Object.entries(group.attrs)) {
      if (typeof attribute.value === 'string') known.texts.set(`${prefix}@${name}`, attribute.value)
    }
    for (const name of group.keys()) {
      const item = group.get(name)
      if (item instanceof Dataset) known.datasets.set(prefix + name, item.shape ?? [])
      else if (item instanceof OracleGroup) walk(item, `${prefix}${name}/`)
    }
  }
  walk(file, '')
  file.close()
  return known
}

describe('hdf5', () => {
  for (const path of FILES) {
    it(`knows the same of ${path} as libhdf5`, async () => {
      const known = await ask(path)
      const file = readHdf5(ByteReader.open(fixturePath(path)), new Budget())
      assert.deepEqual(file.problems, [])
      for (const dataset of file.datasets) {
        assert.deepEqual(dataset.shape, known.datasets.get(dataset.path), dataset.path)
      }
      // libhdf5 follows every name; an object with two names is listed once here.
      const shapes = (list: Iterable<readonly number[]>): string[] =>
        [...new Set([...list].map(String))].sort()
      assert.deepEqual(
        shapes(file.datasets.map(({ shape }) => shape)),
        shapes(known.datasets.values()),
      )
      for (const [place, text] of known.texts) {
        const [group = '', name = ''] = place.split('@')
        assert.equal(file.groups.get(group.replace(/\/$/, ''))?.get(name), text)
      }
    })
  }

  it('says where plain data lies', async () => {
    const { Dataset, File: OracleFile } = await loadOracle()
    const path = 'hdf5/user-block.h5'
    const { tensors, findings } = inspect(path)
    const big = tensors?.find(({ name }) => name === 'big')
    assert.equal(big?.dtype, '>f8')
    const file = new OracleFile(fixturePath(path), 'r')
    const dataset = file.get('big')
    assert.ok(dataset instanceof Dataset)
    const values = [...(dataset.value as Float64Array)]
    file.close()
    const view = new DataView(fixture(path).buffer, big?.offset ?? 0, big?.length ?? 0)
    assert.deepEqual([view.getFloat64(0), view.getFloat64(8)], values)
    assert.deepEqual(
      findings?.map(({ rule }) => rule),
      ['user-block'],
    )
  })

  it('reads what Keras 2 says of a model', () => {
    const { framework, summary } = inspect('hdf5/keras-2.h5')
    assert.equal(framework, 'keras')
    assert.equal(summary.modelClass, 'Sequential')
    assert.deepEqual(summary.layers, { Dense: 2, BatchNormalization: 1 })
    assert.equal(summary.parameterCount, 99)
    assert.equal(summary.metadata?.['trainableParameterCount'], 83)
    assert.equal(summary.metadata?.['optimizer'], 'Custom>Adam')
  })

  it('names links that leave the file, and does not follow them', () => {
    const { findings, tensors } = inspect('hdf5/links.h5')
    assert.deepEqual(
      findings?.map(({ rule, member }) => [rule, member]),
      [['external-link', 'outside']],
    )
    assert.equal(tensors?.length, 1)
  })

  it('keeps what can be read of a damaged file', () => {
    const bytes = fixture('hdf5/earliest.h5')
    const tree = Buffer.from(bytes).lastIndexOf('TREE')
    bytes.fill(0, tree, tree + 4)
    const result = hdf5.inspect(fileSubject('x.h5', bytes))
    assert.equal(result.partial, true)
    assert.equal(result.findings?.[0]?.offset, tree)
  })

  it('withstands damage', function () {
    this.timeout(60_000)
    for (const [path, step] of [
      ['hdf5/earliest.h5', 131],
      ['hdf5/latest.h5', 101],
      ['hdf5/dense-earliest.h5', 211],
      ['hdf5/dense-latest.h5', 211],
      ['hdf5/links.h5', 41],
    ] as const) {
      assertHostile(hdf5, fixture(path), { step, runs: 100 })
    }
  })
})
