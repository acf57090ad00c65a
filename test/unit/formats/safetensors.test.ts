import assert from 'node:assert/strict'
import { AppError } from '../../../src/base/errors'
import type { FormatResult } from '../../../src/formats/format'
import { safetensors } from '../../../src/formats/safetensors'
import { safetensorsIndex } from '../../../src/formats/safetensorsIndex'
import { assertHostile } from '../../support/hostile'
import { safetensorsFile, safetensorsOf } from '../../support/safetensors'
import { type Files, fileSubject } from '../../support/subject'

function inspect(
  bytes: Uint8Array,
  name = 'model.safetensors',
  siblings: Files = {},
): FormatResult {
  const subject = fileSubject(name, bytes, siblings)
  assert.equal(safetensors.match(subject), true)
  return safetensors.inspect(subject)
}

const rulesOf = (result: FormatResult): string[] => (result.findings ?? []).map(({ rule }) => rule)
const entry = (begin: number, end: number): object => ({
  dtype: 'F32',
  shape: [(end - begin) / 4],
  data_offsets: [begin, end],
})
const json = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value))

describe('safetensors', () => {
  it('lists tensors with their bytes, and counts parameters by dtype', () => {
    const file = safetensorsOf(
      [
        ['a.weight', 'F32', [2, 3], 24],
        ['a.bias', 'F16', [], 2],
        ['__proto__', 'BF16', [4], 8],
      ],
      { format: 'pt', epoch: '3' },
    )
    const { framework, summary, tensors, findings } = inspect(file)
    assert.equal(framework, 'pytorch')
    assert.equal(summary.tensorCount, 3)
    assert.equal(summary.parameterCount, 11)
    assert.deepEqual(summary.parametersByDtype, { F32: 6, BF16: 4, F16: 1 })
    assert.deepEqual(summary.bytesByDtype, { F32: 24, BF16: 8, F16: 2 })
    assert.deepEqual(summary.metadata, { format: 'pt', epoch: '3' })
    const start = file.length - 34
    assert.deepEqual(
      tensors?.map(({ name, offset, length }) => [name, offset, length]),
      [
        ['a.weight', start, 24],
        ['a.bias', start + 24, 2],
        ['__proto__', start + 26, 8],
      ],
    )
    assert.deepEqual(findings, [])
  })

  it('reads what follows the metadata in any form, and names what comes twice', () => {
    const plain = (name: string, begin: number): string =>
      `"${name}":{"dtype":"F32","shape":[1],"data_offsets":[${begin},${begin + 4}]}`
    const spaced = (name: string, begin: number): string =>
      `"${name}" : {"dtype" : "F32", "shape" : [1], "data_offsets" : [${begin}, ${begin + 4}]}`
    const metadata = '"__metadata__":{"format":"pt","a,b":"{[\\""}'
    const header = [metadata, plain('a', 0), spaced('b', 4), plain('a', 8), metadata].join()
    const result = inspect(safetensorsFile(`{${header}}`, 12))
    assert.deepEqual(result.summary.metadata, { format: 'pt', 'a,b': '{["' })
    assert.equal(result.framework, 'pytorch')
    const messages = result.findings?.map(({ rule, message }) => [rule, /"\w+"/.exec(message)?.[0]])
    assert.deepEqual(messages, [
      ['duplicate-key', '"__metadata__"'],
      ['duplicate-key', '"a"'],
    ])
  })

  it('finds names that come twice among thousands, far from one another', () => {
    const names = Array.from({ length: 5000 }, (_, index) => `layer.${index}.${'x'.repeat(90)}`)
    const twice = [...names, names[17], names[4999]]
    const entries = twice.map(
      (name, index) =>
        `"${name}":{"dtype":"U8","shape":[1],"data_offsets":[${index},${index + 1}]}`,
    )
    const { findings } = inspect(safetensorsFile(`{${entries.join()}}`, twice.length))
    assert.deepEqual(
      findings?.map(({ rule, message }) => [rule, /layer\.\d+/.exec(message)?.[0]]),
      [
        ['duplicate-key', 'layer.17'],
        ['duplicate-key', 'layer.4999'],
      ],
    )
  })

  for (const header of [
    '{"a":ENTRY,}',
    '{"__metadata__":{"format":"pt"},}',
    '{"a":ENTRY,,"b":ENTRY}',
  ]) {
    it(`refuses a comma that no member follows: ${header}`, () => {
      const file = safetensorsFile(header.replaceAll('ENTRY', JSON.stringify(entry(0, 4))), 4)
      assert.throws(
        () => safetensors.inspect(fileSubject('model.safetensors', file)),
        (error) => error instanceof AppError && error.code === 'corrupt',
      )
    })
  }

  it('reads a file without tensors', () => {
    assert.equal(inspect(safetensorsFile('{}      ')).summary.tensorCount, 0)
  })

  it('names what breaks the format', () => {
    const broken: [string, Uint8Array][] = [
      ['hole', safetensorsFile({ a: entry(0, 4), b: entry(8, 12) }, 12)],
      ['overlap', safetensorsFile({ a: entry(0, 8), b: entry(4, 12) }, 12)],
      ['trailing-data', safetensorsFile({ a: entry(0, 4) }, 5)],
      ['truncated', safetensorsFile({ a: entry(0, 4) }, 3)],
      ['duplicate-key', safetensorsFile(`{"a":${JSON.stringify(entry(0, 4))},"a":{}}`, 4)],
      [
        'invalid-size',
        safetensorsFile({ a: { dtype: 'F32', shape: [3], data_offsets: [0, 4] } }, 4),
      ],
      [
        'unknown-dtype',
        safetensorsFile({ a: { dtype: 'F99', shape: [1], data_offsets: [0, 4] } }, 4),
      ],
      [
        'invalid-tensor',
        safetensorsFile({ a: { dtype: 'F32', shape: [-1], data_offsets: [0, 4] } }),
      ],
      ['invalid-tensor', safetensorsFile({ a: { dtype: 'F32', shape: 4, data_offsets: [0, 4] } })],
      [
        'invalid-tensor',
        safetensorsFile({ a: { dtype: 'F32', shape: [1], data_offsets: [4, 0] } }),
      ],
      ['invalid-metadata', safetensorsFile({ __metadata__: { a: 1 } })],
    ]
    for (const [rule, file] of broken) assert.ok(rulesOf(inspect(file)).includes(rule), rule)
  })

  it('says what is wrong with a header that can not be read', () => {
    const good = safetensorsFile({ a: entry(0, 4) }, 4)
    for (const [file, offset] of [
      [good.slice(0, 40), 40],
      [safetensorsFile({ a: entry(0, 4) }, 4, 2 ** 40), 0],
      [safetensorsFile('{"a":{"dtype" "F32"}}'), 8 + 14],
    ] as const) {
      assert.throws(
        () => inspect(file),
        (error) => {
          assert.ok(error instanceof AppError)
          assert.deepEqual([error.code, error.location?.offset], ['corrupt', offset])
          return true
        },
      )
    }
  })

  it('counts packed weights as the parameters that they are', () => {
    const gptq = inspect(
      safetensorsOf([
        ['l.qweight', 'I32', [8, 64], 2048],
        ['l.qzeros', 'I32', [1, 8], 32],
        ['l.scales', 'F16', [1, 64], 128],
        ['l.g_idx', 'I32', [64], 256],
        ['scales', 'F32', [2], 8],
      ]),
    )
    assert.equal(gptq.summary.parameterCount, 64 * 64 + 2)
    assert.equal(gptq.summary.quantization, 'gptq 4-bit')
    const nf4 = inspect(
      safetensorsOf([
        ['l.weight', 'U8', [512, 1], 512],
        ['l.weight.absmax', 'F32', [16], 64],
        ['l.weight.quant_map', 'F32', [16], 64],
        ['l.weight.quant_state.bitsandbytes__nf4', 'U8', [90], 90],
      ]),
    )
    assert.equal(nf4.summary.parameterCount, 1024)
    assert.equal(nf4.summary.quantization, 'bitsandbytes nf4')
    const mxfp4 = inspect(
      safetensorsOf([
        ['e.down_proj_blocks', 'U8', [2, 16], 32],
        ['e.down_proj_scales', 'U8', [2], 2],
      ]),
    )
    assert.equal(mxfp4.summary.parameterCount, 64)
  })

  it('takes the architecture from the config.json beside it, and the training from kohya metadata', () => {
    const file = safetensorsOf([['a', 'F32', [1], 4]], {
      ss_learning_rate: '1e-4',
      ss_epoch: '3',
      ss_tag_frequency: '{}',
      'modelspec.title': 'My style',
    })
    const config = json({ architectures: ['BertModel'], max_position_embeddings: 512 })
    const { summary, suggestedName } = inspect(file, 'model.safetensors', { 'config.json': config })
    assert.equal(summary.architecture, 'BertModel')
    assert.equal(summary.contextLength, 512)
    assert.deepEqual(summary.hyperparameters, { learning_rate: 1e-4, epoch: 3 })
    assert.equal(summary.metadata?.['ss_tag_frequency'], undefined)
    assert.equal(suggestedName, 'My style')
    const other = inspect(file, 'lora.safetensors', { 'config.json': config })
    assert.equal(other.summary.architecture, undefined)
  })

  it('names the missing shards of a shard', () => {
    const file = safetensorsOf([['a', 'F32', [1], 4]])
    const { parts, findings } = inspect(file, 'model-00001-of-00003.safetensors', {
      'model-00003-of-00003.safetensors': file,
    })
    assert.deepEqual(parts, {
      present: ['model-00001-of-00003.safetensors', 'model-00003-of-00003.safetensors'],
      missing: ['model-00002-of-00003.safetensors'],
    })
    assert.match(findings?.[0]?.message ?? '', /model-00002-of-00003\.safetensors is missing/)
  })

  it('reads the same of entries in any form that JSON allows', () => {
    const header = {
      'plain.weight': { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] },
      'other order': { data_offsets: [24, 26], shape: [], dtype: 'F16' },
      'escaped \\ " \n': { shape: [1], dtype: 'U8', data_offsets: [26, 27] },
      ümläut: { dtype: 'U8', shape: [0, 7], data_offsets: [27, 27] },
      'after it': { dtype: 'U8', shape: [1], data_offsets: [27, 28] },
    }
    const forms = [header, JSON.stringify(header, null, 2), `${JSON.stringify(header)}   `]
    const [plain, ...others] = forms.map((form) => {
      const file = safetensorsFile(form, 28)
      const { tensors, findings } = inspect(file)
      assert.deepEqual(findings, [])
      return tensors?.map((tensor) => ({ ...tensor, offset: (tensor.offset ?? 0) - file.length }))
    })
    assert.deepEqual(
      plain?.map(({ name, shape }) => [name, shape]),
      Object.entries(header).map(([name, { shape }]) => [name, shape]),
    )
    for (const other of others) assert.deepEqual(other, plain)
  })

  it('takes no number that JSON forbids', () => {
    for (const number of ['01', '-1', '1.5', '1,', '9999999999999999999']) {
      const entry = `{"a":{"dtype":"U8","shape":[${number}],"data_offsets":[0,1]}}`
      const outcome = ((): unknown => {
        try {
          return rulesOf(inspect(safetensorsFile(entry, 1)))
        } catch (error) {
          return error instanceof AppError ? error.code : error
        }
      })()
      assert.notDeepEqual(outcome, [], number)
    }
  })

  it('does not match other files', () => {
    for (const bytes of [new Uint8Array(0), json({ a: 1 }), new Uint8Array(100), json('GGUF')]) {
      assert.equal(safetensors.match(fileSubject('x', bytes)), false)
    }
  })

  it('withstands damage', () => {
    assertHostile(
      safetensors,
      safetensorsOf(
        [
          ['a.weight', 'F32', [2, 3], 24],
          ['b', 'U8', [0], 0],
        ],
        { format: 'pt' },
      ),
    )
  })
})

describe('safetensors index', () => {
  const one = safetensorsOf([['a', 'F32', [2], 8]], { format: 'pt' })
  const two = safetensorsOf([['b', 'F16', [3], 6]])
  const index = (weight_map: Record<string, unknown>): Uint8Array =>
    json({ metadata: { total_size: 14 }, weight_map })
  const name = 'model.safetensors.index.json'
  const [first, second] = [1, 2].map((n) => `model-0000${n}-of-00002.safetensors`) as [
    string,
    string,
  ]

  it('sums up the shards that are there', () => {
    const subject = fileSubject(name, index({ a: first, b: second }), {
      [first]: one,
      [second]: two,
    })
    assert.equal(safetensorsIndex.match(subject), true)
    const result = safetensorsIndex.inspect(subject)
    assert.equal(result.framework, 'pytorch')
    assert.deepEqual(result.summary.parametersByDtype, { F16: 3, F32: 2 })
    assert.deepEqual(
      result.tensors?.map(({ name, file }) => [name, file]),
      [
        ['a', first],
        ['b', second],
      ],
    )
    assert.deepEqual(result.findings, [])
    assert.equal(result.partial, false)
    assert.deepEqual(result.parts, { present: [name, first, second], missing: [] })
  })

  it('names missing shards, tensors and unsafe paths', () => {
    const result = safetensorsIndex.inspect(
      fileSubject(name, index({ a: first, x: first, b: second, c: '../../etc/c.safetensors' }), {
        [first]: one,
      }),
    )
    assert.deepEqual(result.parts?.missing, [second])
    assert.equal(result.partial, true)
    assert.deepEqual(rulesOf(result).sort(), ['missing-part', 'missing-tensor', 'unsafe-path'])
  })

  it('withstands damage', () => {
    assertHostile(safetensorsIndex, index({ a: first, b: second }), { siblings: { [first]: one } })
  })
})
