import { toArray, toText } from '../bytes/boundedJson'
import type { JsonValue } from '../bytes/boundedJson'
import type { MetadataValue } from '../registry/inspection'
import { finding } from './findings'
import { findWeights, readJsonFile, readTextFile, readWeightFiles } from './folderFiles'
import type { FolderFormat, FolderSubject, FormatResult } from './format'
import { toMetadata } from './summary'
import { tally } from './transformers'

/** An adapter of Hugging Face PEFT: `adapter_config.json` and its weights, without the base model. */
export const peft: FolderFormat = {
  id: 'peft',
  match: (folder) => readJsonFile(folder, 'adapter_config.json') !== undefined,
  inspect: inspectPeft,
}

function inspectPeft(folder: FolderSubject): FormatResult {
  const config = readJsonFile(folder, 'adapter_config.json') ?? {}
  const files = findWeights(folder, '', ['adapter_model'])
  const weights = readWeightFiles(folder, files)
  const architecture = toText(config['peft_type'])
  const version = toText(config['peft_version']) ?? versionOfCard(folder)
  const baseModel = toText(config['base_model_name_or_path'])
  const hyperparameters = Object.fromEntries(
    Object.entries(config).flatMap(([name, value]) => {
      const scalar = settingOf(value)
      return scalar === undefined ? [] : [[name, scalar] as const]
    }),
  )
  return {
    framework: 'peft',
    summary: {
      ...tally(weights.tensors),
      producer: 'PEFT',
      ...(version && { producerVersion: version }),
      ...(architecture && { architecture }),
      hyperparameters,
      metadata: toMetadata([
        ...Object.entries(weights.metadata),
        ['baseModel', baseModel],
        ['taskType', toText(config['task_type'])],
        ['targetModules', namesOf(config['target_modules'])],
      ]),
    },
    tensors: weights.tensors,
    findings:
      files.length > 0
        ? weights.findings
        : [finding('missing-part', 'warning', 'The adapter has a configuration but no weights.')],
    partial: weights.partial || files.length === 0,
    ...(weights.parts && { parts: weights.parts }),
  }
}

/** Numbers and switches of the configuration; the rest is not a setting of the training. */
function settingOf(value: JsonValue | undefined): MetadataValue | undefined {
  return typeof value === 'number' || typeof value === 'boolean' ? value : undefined
}

function namesOf(value: JsonValue | undefined): string | undefined {
  if (typeof value === 'string') return value
  const names = toArray(value).flatMap((name) => toText(name) ?? [])
  return names.length > 0 ? names.sort().join(', ') : undefined
}

/** Older adapters have PEFT's version in their model card only. */
function versionOfCard(folder: FolderSubject): string | undefined {
  return /^- PEFT (\d[\w.]*)$/m.exec(readTextFile(folder, 'README.md') ?? '')?.[1]
}
