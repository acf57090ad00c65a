import type { TensorInfo } from '../../../../src/registry/inspection'

/** A tensor of 32-bit floats. */
export function tensor(name: string, shape: readonly number[] = [2, 3], dtype = 'F32'): TensorInfo {
  const parameters = shape.reduce((product, size) => product * size, 1)
  return { name, dtype, shape, parameters, bytes: parameters * 4 }
}

/** A language model of so many layers: an embedding, layers of three tensors, a head. */
export function languageModel(layers: number): TensorInfo[] {
  const tensors = [tensor('model.embed.weight', [100, 8])]
  for (let layer = 0; layer < layers; layer++)
    for (const [part, shape] of [
      ['attn.weight', [8, 8]],
      ['attn.bias', [8]],
      ['mlp.weight', [8, 32]],
    ] as const)
      tensors.push(tensor(`model.layers.${layer}.${part}`, shape))
  return [...tensors, tensor('head.weight', [100, 8], 'F16')]
}
