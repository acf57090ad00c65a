import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { archiveCases } from './archiveCases'
import type { CorpusCase } from './case'
import { gadgetCases } from './gadgets'
import { joblibCases } from './joblibCases'
import { hdf5Cases, kerasCases } from './kerasCases'
import { onnxCases } from './onnxCases'
import { pickleTrickCases } from './pickleTricks'
import { runtimeCases, safetensorsCases } from './runtimeCases'
import { skopsCases } from './skopsCases'
import { tensorflowCases } from './tensorflowCases'
import { textCases } from './textCases'

/** Everything that must be caught. */
export function corpusCases(): CorpusCase[] {
  return [
    ...gadgetCases(),
    ...pickleTrickCases(),
    ...joblibCases(),
    ...archiveCases(),
    ...kerasCases(),
    ...hdf5Cases(),
    ...tensorflowCases(),
    ...onnxCases(),
    ...runtimeCases(),
    ...safetensorsCases(),
    ...skopsCases(),
    ...textCases(),
  ]
}

/** A name that every file system takes, another one for each case. */
function folderName(name: string): string {
  return name.replace(/[^\w.-]/g, (character) =>
    character === ' ' ? '-' : `~${character.charCodeAt(0)}`,
  )
}

/** Writes a case below a folder; returns the path to scan: the file itself, or the folder where there are several. */
export function writeCase(root: string, { name, files, links = {} }: CorpusCase): string {
  const folder = join(root, folderName(name))
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  for (const [path, target] of Object.entries(links)) symlinkSync(target, join(folder, path))
  const paths = Object.keys(files)
  const isFolder = paths.length + Object.keys(links).length > 1
  return isFolder ? folder : join(folder, paths[0] ?? '')
}
