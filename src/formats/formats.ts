import type { FileFormat } from './format'
import { skops } from './skops'
import { torchServe } from './torchServe'
import { nemo } from './nemo'
import { kerasArchive } from './kerasArchive'
import { torchIndex } from './torchIndex'
import { npy, npz } from './numpy'
import { torchLegacy } from './torchLegacy'
import { torchTar } from './torchTar'
import { torchPackage } from './torchPackage'
import { torchExport } from './torchExport'
import { torchScript } from './torchScript'
import { torchZip } from './torchZip'
import { joblib } from './joblib'
import { pickle } from './pickle'

import { safetensors } from './safetensors'
import { gguf } from './gguf'
import { safetensorsIndex } from './safetensorsIndex'
import { onnx } from './onnx'
import { savedModelFile } from './savedModel'
import { tfFrozenGraph } from './tfFrozenGraph'
import { tfCheckpoint } from './tfCheckpoint'
import { coremlModel } from './coreml'
import { tflite } from './tflite'
import { catboost } from './catboost'
import { catboostJson } from './catboost'
import { executorch } from './runtimeModels'
import { ort } from './runtimeModels'
import { xgboostJson } from './xgboost'
import { xgboostUbjson } from './xgboost'
import { lightgbm } from './lightgbm'
import { hdf5 } from './hdf5'
import { openvino } from './openvino'
import { pmml } from './pmml'
import { tfjs } from './tfjs'
import { DETECT_ONLY } from './detectOnly'
/** Every file format, most certain first: the first whose `match` holds reads the file. */
export const FILE_FORMATS: readonly FileFormat[] = [
  safetensors,
  gguf,
  safetensorsIndex,
  onnx,
  savedModelFile,
  tfFrozenGraph,
  tfCheckpoint,
  coremlModel,
  npy,
  skops,
  torchServe,
  nemo,
  kerasArchive,
  torchIndex,
  torchLegacy,
  torchTar,
  torchPackage,
  torchExport,
  torchScript,
  torchZip,
  npz,
  tflite,
  catboost,
  catboostJson,
  executorch,
  ort,
  xgboostJson,
  xgboostUbjson,
  lightgbm,
  hdf5,
  openvino,
  pmml,
  tfjs,
  ...DETECT_ONLY,
  // A pickle of protocol 0 has no signature: many a text begins like one.
  joblib,
  pickle,
]
