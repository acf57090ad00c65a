import type { FolderFormat } from './format'

import { savedModel } from './savedModel'
import { coremlPackage } from './coreml'
/** Every folder format, most certain first. */
export const FOLDER_FORMATS: readonly FolderFormat[] = [savedModel, coremlPackage]
