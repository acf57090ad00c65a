import { coremlPackage } from './coreml'
import { diffusers, diffusersModel } from './diffusers'
import type { FolderFormat } from './format'
import { mlflow } from './mlflow'
import { peft } from './peft'
import { savedModel } from './savedModel'
import { sentenceTransformers } from './sentenceTransformers'
import { transformers } from './transformers'

/** Every folder format, most certain first. */
export const FOLDER_FORMATS: readonly FolderFormat[] = [
  mlflow,
  diffusers,
  diffusersModel,
  sentenceTransformers,
  peft,
  transformers,
  savedModel,
  coremlPackage,
]
