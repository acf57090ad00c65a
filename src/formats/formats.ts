import { catboost, catboostJson } from './catboost'
import { coremlModel } from './coreml'
import { DETECT_ONLY } from './detectOnly'
import type { FileFormat } from './format'
import { gguf } from './gguf'
import { hdf5 } from './hdf5'
import { joblib } from './joblib'
import { kerasArchive } from './kerasArchive'
import { lightgbm } from './lightgbm'
import { nemo } from './nemo'
import { npy, npz } from './numpy'
import { onnx } from './onnx'
import { openvino } from './openvino'
import { pickle } from './pickle'
import { pmml } from './pmml'
import { executorch, ort } from './runtimeModels'
import { safetensors } from './safetensors'
import { safetensorsIndex } from './safetensorsIndex'
import { savedModelFile } from './savedModel'
import { skops } from './skops'
import { tfCheckpoint } from './tfCheckpoint'
import { tfFrozenGraph } from './tfFrozenGraph'
import { tfjs } from './tfjs'
import { tflite } from './tflite'
import { torchExport } from './torchExport'
import { torchIndex } from './torchIndex'
import { torchLegacy } from './torchLegacy'
import { torchPackage } from './torchPackage'
import { torchScript } from './torchScript'
import { torchServe } from './torchServe'
import { torchTar } from './torchTar'
import { torchZip } from './torchZip'
import { xgboostJson, xgboostUbjson } from './xgboost'

/** Every file format, most certain first: the first whose `match` holds reads the file. */
export const FILE_FORMATS: readonly FileFormat[] = [
  // Told by their first bytes.
  gguf,
  npy,
  catboost,
  tflite,
  executorch,
  ort,
  ...DETECT_ONLY,
  tfCheckpoint,
  lightgbm,
  xgboostUbjson,
  safetensors,
  // Archives, by what is in them.
  skops,
  torchServe,
  nemo,
  kerasArchive,
  torchLegacy,
  torchTar,
  torchPackage,
  torchExport,
  torchScript,
  torchZip,
  npz,
  // Behind the archives, since a member of one can look like an HDF5 file after a user block.
  hdf5,
  // Protobuf has no signature: the whole top level of the file has to fit.
  onnx,
  savedModelFile,
  tfFrozenGraph,
  coremlModel,
  // Texts.
  safetensorsIndex,
  torchIndex,
  xgboostJson,
  catboostJson,
  tfjs,
  openvino,
  pmml,
  // A pickle of protocol 0 has no signature: many a text begins like one.
  joblib,
  pickle,
]
