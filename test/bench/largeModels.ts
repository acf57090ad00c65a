import { join } from 'node:path'
import { ggufFile } from '../support/gguf'
import { entry, pb } from '../support/protobuf'
import { safetensorsFile } from '../support/safetensors'
import { sparseFile } from '../support/sparse'

/** A model that is too large to be read whole, and how long looking into it may take. */
export interface LargeModel {
  readonly name: string
  readonly path: string
  readonly milliseconds: number
  /** What Python's own library does to read as much; `path` is `sys.argv[1]`. */
  readonly python?: { readonly module: string; readonly code: string }
}

const GIB = 1024 ** 3

/** Writes the models of the budget into a folder, as sparse files. */
export function writeLargeModels(folder: string): LargeModel[] {
  return [safetensors(folder), tensors50k(folder), gguf(folder), onnx(folder), xgboost(folder)]
}

function safetensorsHeader(count: number, bytes: number): Record<string, object> {
  const header: Record<string, object> = { __metadata__: { format: 'pt' } }
  for (let index = 0; index < count; index++) {
    const name = `model.layers.${Math.floor(index / 9)}.self_attn.${index % 9}.q_proj.weight`
    header[name] = {
      dtype: 'BF16',
      shape: [bytes / 2],
      data_offsets: [index * bytes, (index + 1) * bytes],
    }
  }
  return header
}

const OPEN_SAFETENSORS = {
  module: 'safetensors',
  code: `
from safetensors import safe_open
with safe_open(path, "np") as f:
    n = len([f.get_slice(k).get_shape() for k in f.keys()])`,
}

function safetensors(folder: string): LargeModel {
  const path = join(folder, 'model.safetensors')
  const [count, bytes] = [640, 16 * 1024 ** 2]
  const head = safetensorsFile(safetensorsHeader(count, bytes))
  sparseFile(path, head, head.length + count * bytes)
  return { name: 'safetensors, 10 GiB', path, milliseconds: 100, python: OPEN_SAFETENSORS }
}

function tensors50k(folder: string): LargeModel {
  const path = join(folder, 'many.safetensors')
  const head = safetensorsFile(safetensorsHeader(50_000, 65_536))
  sparseFile(path, head, head.length + 50_000 * 65_536)
  return { name: 'safetensors, 50,000 tensors', path, milliseconds: 250, python: OPEN_SAFETENSORS }
}

function gguf(folder: string): LargeModel {
  const path = join(folder, 'model.gguf')
  const [rows, columns, count] = [4096, 4096, 256]
  const bytes = rows * columns * 2
  const tensors = Array.from({ length: count }, (_, index) => ({
    name: `blk.${index}.attn_q.weight`,
    dimensions: [columns, rows],
    type: 1,
    offset: index * bytes,
  }))
  const words = (length: number, of: (index: number) => string): string[] =>
    Array.from({ length }, (_, index) => of(index))
  const head = ggufFile(
    {
      'general.architecture': { type: 'string', value: 'llama' },
      'general.name': { type: 'string', value: 'Large' },
      'llama.context_length': { type: 'u32', value: 131_072 },
      // The vocabulary and merges of a current model, which nobody may keep in memory.
      'tokenizer.ggml.tokens': { type: 'strings', value: words(128_256, (i) => `token${i}`) },
      'tokenizer.ggml.merges': { type: 'strings', value: words(280_000, (i) => `Ġ${i} b`) },
    },
    tensors,
  )
  sparseFile(path, head, head.length + count * bytes)
  const code = `
from gguf import GGUFReader
n = len(GGUFReader(path).tensors)`
  return { name: 'GGUF, 8 GiB', path, milliseconds: 100, python: { module: 'gguf', code } }
}

function onnx(folder: string): LargeModel {
  const path = join(folder, 'model.onnx')
  const [count, side] = [500, 1024]
  const bytes = side * side * 4
  const external = (index: number): Uint8Array =>
    pb(
      [1, side],
      [1, side],
      [2, 1],
      [8, `layers.${index}.weight`],
      [13, entry('location', 'model.onnx.data')],
      [13, entry('offset', String(index * bytes))],
      [13, entry('length', String(bytes))],
      [14, 1],
    )
  const node = (index: number): Uint8Array =>
    pb([1, `h${index}`], [1, `layers.${index}.weight`], [2, `h${index + 1}`], [4, 'MatMul'])
  const indices = Array.from({ length: count }, (_, index) => index)
  const graph = pb(
    ...indices.map((index) => [1, node(index)] as const),
    [2, 'main_graph'],
    ...indices.map((index) => [5, external(index)] as const),
  )
  const model = pb([1, 10], [2, 'pytorch'], [7, graph], [8, pb([1, ''], [2, 20])])
  sparseFile(path, model, model.length)
  sparseFile(join(folder, 'model.onnx.data'), new Uint8Array(0), Math.max(2 * GIB, count * bytes))
  const code = `
import onnx
n = len(onnx.load(path, load_external_data=False).graph.initializer)`
  return {
    name: 'ONNX, 2 GB of external data',
    path,
    milliseconds: 100,
    python: { module: 'onnx', code },
  }
}

function xgboost(folder: string): LargeModel {
  const path = join(folder, 'model.json')
  const features = Array.from({ length: 500 }, (_, index) => `"feature_${index}"`).join()
  const head = Buffer.from(
    `{"learner":{"attributes":{"best_iteration":"9999"},"feature_names":[${features}],"feature_types":[],` +
      '"gradient_booster":{"model":{"gbtree_model_param":{"num_parallel_tree":"1","num_trees":"10000"},' +
      `"tree_info":[${Array.from({ length: 10_000 }, () => 0).join()}],"trees":[`,
  )
  const tail = Buffer.from(
    ']},"name":"gbtree"},"learner_model_param":{"base_score":"5E-1","num_class":"0","num_feature":"500"},' +
      '"objective":{"name":"binary:logistic"}},"version":[3,2,0]}',
  )
  sparseFile(path, head, 500_000_000, tail)
  return { name: 'XGBoost JSON, 500 MB', path, milliseconds: 100 }
}
