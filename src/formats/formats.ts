import type { FileFormat } from './format'

/** Every file format, most certain first: the first whose `match` holds reads the file. */
export const FILE_FORMATS: readonly FileFormat[] = []
