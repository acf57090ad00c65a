import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gguf as readOracle } from '@huggingface/gguf'
import { AppError } from '../../../src/base/errors'
import type { FormatResult } from '../../../src/formats/format'
import { gguf } from '../../../src/formats/gguf'
import { GGML_TYPES } from '../../../src/formats/ggufTypes'
import { ggufFile } from '../../support/gguf'
import type { GgufOptions } from '../../support/gguf'
import { fixture, fixturePath } from '../../support/fixtures'
import { assertHostile } from '../../support/hostile'
import { type Files, fileSubject } from '../../support/subject'

const METADATA = {
  'general.architecture': { type: 'string', value: 'llama' },
  'general.name': { type: 'string', value: 'Tiny Llama' },
  'general.size_label': { type: 'string', value: '1K' },
  'general.file_type': { type: 'u32', value: 7 },
  'llama.context_length': { type: 'u32', value: 2048 },
  'llama.block_count': { type: 'u32', value: 1 },
  'llama.rope.freq_base': { type: 'f32', value: 10_000 },
  'llama.attention.head_count': { type: 'numbers', value: [4, 8] },
  'tokenizer.ggml.tokens': { type: 'strings', value: ['<s>', '', 'ä'] },
  'tokenizer.chat_template': { type: 'string', value: '{{ messages }}' },
  'tokenizer.ggml.add_bos_token': { type: 'bool', value: true },
  'general.parameter_count': { type: 'u64', value: 1n << 40n },
} as const
const TENSORS = [
  { name: 'token_embd.weight', dimensions: [32, 3], type: 8, offset: 0 },
  { name: 'output_norm.weight', dimensions: [32], type: 0, offset: 128 },
]
const file = (options: GgufOptions = {}): Uint8Array =>
  ggufFile(METADATA, TENSORS, { dataLength: 256, ...options })

function inspect(bytes: Uint8Array, name = 'model.gguf', siblings: Files = {}): FormatResult {
  const subject = fileSubject(name, bytes, siblings)
  assert.equal(gguf.match(subject), true)
  return gguf.inspect(subject)
}

const rulesOf = (result: FormatResult): string[] => (result.findings ?? []).map(({ rule }) => rule)

describe('gguf', () => {
  for (const options of [
    { version: 3 },
    { version: 2 },
    { version: 1 },
    { version: 3, bigEndian: true },
  ]) {
    it(`reads ${JSON.stringify(options)}`, () => {
      const bytes = file(options)
      const { framework, summary, tensors, findings, partial, suggestedName } = inspect(bytes)
      assert.equal(framework, 'llama.cpp')
      assert.equal(suggestedName, 'Tiny Llama')
      assert.equal(partial, false)
      assert.deepEqual(findings, [])
      assert.equal(summary.architecture, 'llama')
      assert.equal(summary.quantization, 'Q8_0')
      assert.equal(summary.contextLength, 2048)
      assert.equal(summary.parameterCount, 128)
      assert.deepEqual(summary.parametersByDtype, { Q8_0: 96, F32: 32 })
      assert.deepEqual(summary.bytesByDtype, { F32: 128, Q8_0: 102 })
      assert.deepEqual(summary.hyperparameters, {
        context_length: 2048,
        block_count: 1,
        'rope.freq_base': 10_000,
        'attention.head_count': '4, 8',
      })
      assert.equal(summary.metadata?.['vocabulary'], 3)
      assert.equal(summary.metadata?.['tokenizer.chat_template'], '{{ messages }}')
      assert.equal(summary.metadata?.['general.size_label'], '1K')
      const data = bytes.length - 256
      assert.deepEqual(tensors, [
        {
          name: 'token_embd.weight',
          dtype: 'Q8_0',
          shape: [32, 3],
          parameters: 96,
          bytes: 102,
          offset: data,
          length: 102,
        },
        {
          name: 'output_norm.weight',
          dtype: 'F32',
          shape: [32],
          parameters: 32,
          bytes: 128,
          offset: data + 128,
          length: 128,
        },
      ])
    })
  }

  it('knows the same of a file as an independent reader', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gguf-'))
    try {
      const path = join(folder, 'model.gguf')
      const every = [...GGML_TYPES].map(([type], index) => ({
        name: `t${index}`,
        dimensions: [256, index + 1],
        type,
        offset: 0,
      }))
      const bytes = ggufFile(METADATA, every, { dataLength: 100_000 })
      writeFileSync(path, bytes)
      const oracle = await readOracle(path, { allowLocalFile: true })
      const { tensors, summary } = inspect(bytes)
      assert.deepEqual(
        tensors?.map(({ name, shape }) => [name, shape]),
        oracle.tensorInfos.map((info) => [info.name, info.shape.map(Number)]),
      )
      assert.equal(tensors?.[0]?.offset, Number(oracle.tensorDataOffset))
      const metadata = new Map<string, unknown>(Object.entries(oracle.metadata))
      assert.equal(summary.contextLength, metadata.get('llama.context_length'))
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  for (const name of ['bf16', 'f16', 'f32', 'q4_0', 'q5_1', 'q8_0', 'big-endian', 'version-2']) {
    it(`knows the same of ${name}.gguf as an independent reader`, async () => {
      const path = `gguf/${name}.gguf`
      const oracle = await readOracle(fixturePath(path), { allowLocalFile: true })
      const { tensors, summary } = inspect(fixture(path))
      assert.deepEqual(
        tensors?.map((tensor) => [tensor.name, tensor.shape, tensor.offset]),
        oracle.tensorInfos.map((info) => [
          info.name,
          info.shape.map(Number),
          Number(oracle.tensorDataOffset + info.offset),
        ]),
      )
      for (const [key, value] of Object.entries(oracle.metadata)) {
        if (typeof value === 'string') assert.equal(summary.metadata?.[key], value, key)
      }
    })
  }

  it('takes the quantization from the tensors where the file names none', () => {
    const bytes = ggufFile({}, TENSORS, { dataLength: 256 })
    assert.equal(inspect(bytes).summary.quantization, 'Q8_0')
  })

  it('names tensors that leave the file, are unknown or impossible', () => {
    const cases: [string, (typeof TENSORS)[number], number][] = [
      ['truncated', { name: 'a', dimensions: [32], type: 0, offset: 256 }, 256],
      ['unknown-dtype', { name: 'a', dimensions: [32], type: 99, offset: 0 }, 256],
      ['invalid-size', { name: 'a', dimensions: [31], type: 8, offset: 0 }, 256],
      ['misaligned', { name: 'a', dimensions: [1], type: 0, offset: 4 }, 256],
      ['invalid-tensor', { name: 'a', dimensions: [2 ** 40, 2 ** 40], type: 0, offset: 0 }, 256],
    ]
    for (const [rule, tensor, dataLength] of cases) {
      assert.ok(rulesOf(inspect(ggufFile({}, [tensor], { dataLength }))).includes(rule), rule)
    }
  })

  it('keeps what stands before the damage', () => {
    const bytes = file()
    const { partial, summary, findings } = inspect(bytes.slice(0, 300))
    assert.equal(partial, true)
    assert.equal(summary.architecture, 'llama')
    assert.equal(findings?.[0]?.rule, 'truncated')
  })

  it('refuses impossible versions and counts before it reads on', () => {
    for (const [offset, value] of [
      [4, 4],
      [12, 0xffff_ffff],
      [20, 0xffff_ffff],
    ] as const) {
      const bytes = file()
      new DataView(bytes.buffer, bytes.byteOffset).setUint32(offset, value, true)
      assert.throws(() => inspect(bytes), AppError)
    }
  })

  it('names the missing shards, and lists the tensors of those that are there', () => {
    const { parts, tensors } = inspect(file(), 'tiny-00001-of-00003.gguf', {
      'tiny-00003-of-00003.gguf': ggufFile({}, [{ ...TENSORS[1]!, name: 'last' }], {
        dataLength: 256,
      }),
    })
    assert.deepEqual(parts?.missing, ['tiny-00002-of-00003.gguf'])
    assert.deepEqual(
      tensors?.map(({ name, file }) => [name, file]),
      [
        ['token_embd.weight', undefined],
        ['output_norm.weight', undefined],
        ['last', 'tiny-00003-of-00003.gguf'],
      ],
    )
  })

  it('withstands damage', () => {
    assertHostile(gguf, file())
    assertHostile(gguf, file({ version: 1, bigEndian: true }), { runs: 100 })
  })
})
