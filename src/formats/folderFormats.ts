import type { FolderFormat } from './format'

/** Every folder format, most certain first. */
export const FOLDER_FORMATS: readonly FolderFormat[] = []
