/** What to do, said the same way wherever it is the same. */
export const REMEDY = {
  refuse:
    'Do not load this file. Get the model from its author in a format without code, such as safetensors or ONNX.',
  vet: 'Find out where the named code comes from and what it does before you load the file, or ask for the model in a format without code.',
  again: 'Get the file again from its source and scan the new copy.',
  inspect: 'Scan the content by itself, uncompressed and unencrypted, before you load it.',
  paths: 'Do not load this file outside of a sandbox. Ask for a model whose data lie beside it.',
  update:
    'Make sure that the loader is a current release, or convert the model to a format without code.',
} as const
