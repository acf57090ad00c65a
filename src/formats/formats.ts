import type { FileFormat } from './format'

import { safetensors } from './safetensors'
import { gguf } from './gguf'
import { safetensorsIndex } from './safetensorsIndex'
import { onnx } from './onnx'
import { savedModelFile } from './savedModel'
import { tfFrozenGraph } from './tfFrozenGraph'
import { tfCheckpoint } from './tfCheckpoint'
/** Every file format, most certain first: the first whose `match` holds reads the file. */
export const FILE_FORMATS: readonly FileFormat[] = [
  safetensors,
  gguf,
  safetensorsIndex,
  onnx,
  savedModelFile,
  tfFrozenGraph,
  tfCheckpoint,
]
