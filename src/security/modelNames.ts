import { extensionOf } from './context'

/** Extensions of which the content has to be a model. */
const MODEL = new Set(
  '.pkl .pickle .pck .dill .joblib .pt .pth .pt2 .ckpt .h5 .hdf5 .keras .onnx .ort .safetensors .gguf .tflite .npz .npy .skops .nemo .mlmodel .ubj .cbm .mar .ggml .pte .pmml .orbax .distcp .onnxtxt .onnxtext .onnxjson'.split(
    ' ',
  ),
)
/** Formats without code: nobody who loads such a file expects that it executes anything. */
const WITHOUT_CODE = new Set(
  '.safetensors .onnx .ort .gguf .tflite .h5 .hdf5 .json .txt .md .csv .tsv .png .jpg .jpeg .gif .svg .xml .yaml .yml .pmml .mlmodel .ubj .cbm .toml .log .html .css .js .ini .cfg .parquet .arrow'.split(
    ' ',
  ),
)
/** Files that are executables or archives by their own names. */
const HONEST_PROGRAM = new Set(
  '.so .dll .dylib .exe .sh .bash .py .pl .rb .class .jar .dex .o .a .bat .ps1 .cmd .bin-sh .js .mjs .cjs .lua .r .jl .php .app .com .msi .deb .rpm .node .wasm .ts .zsh .fish .awk .tcl .nu'.split(
    ' ',
  ),
)
const HONEST_ARCHIVE = new Set('.7z .rar .cab .xar .pkg .deb .a .lib .zst .zstd .tzst'.split(' '))
const WEIGHTS =
  /^(?:pytorch_model|adapter_model|diffusion_pytorch_model|training_args|optimizer|scheduler)\b.*\.bin$/i

const PICKLE = new Set('.pkl .pickle .pck .dill .joblib .pt .pth .ckpt .bin'.split(' '))

/** Whether a file of this name is loaded as a pickle. */
export function isPickleName(name: string): boolean {
  return PICKLE.has(extensionOf(name))
}

/** Whether a name promises a model. */
export function isModelName(name: string): boolean {
  return MODEL.has(extensionOf(name)) || WEIGHTS.test(name)
}

export function promisesNoCode(name: string): boolean {
  return WITHOUT_CODE.has(extensionOf(name))
}

export function isHonestProgram(name: string): boolean {
  return HONEST_PROGRAM.has(extensionOf(name)) || /\.so\.\d/.test(name)
}

export function isHonestArchive(name: string): boolean {
  return HONEST_ARCHIVE.has(extensionOf(name))
}

/** Native code that frameworks load custom operators from. */
export function isNativeLibrary(name: string): boolean {
  return /\.(?:so|dll|dylib|node)$|\.so\.\d/i.test(name)
}
