import type { FolderFormat } from './format'
import { mlflow } from './mlflow'
import { diffusers } from './diffusers'
import { sentenceTransformers } from './sentenceTransformers'
import { peft } from './peft'
import { transformers } from './transformers'

import { savedModel } from './savedModel'
import { coremlPackage } from './coreml'
/** Every folder format, most certain first. */
export const FOLDER_FORMATS: readonly FolderFormat[] = [
  mlflow,
  diffusers,
  sentenceTransformers,
  peft,
  transformers,
  savedModel,
  coremlPackage,
]
