import { isAppError } from '../base/errors'
import type { JsonObject, JsonValue } from '../bytes/boundedJson'
import { parseBoundedJson, toArray, toNumber, toObject, toText } from '../bytes/boundedJson'
import { findWeights, readJsonFile, readTextFile, readWeightFiles } from './folderFiles'
import type { FolderFormat, FolderSubject, FormatResult } from './format'
import { add, toCounts, toMetadata } from './summary'
import { describeConfig, tally } from './transformers'

/** A Sentence Transformers folder: `modules.json` lists what an input goes through. */
export const sentenceTransformers: FolderFormat = {
  id: 'sentence-transformers',
  match: (folder) =>
    modulesOf(folder).some((module) =>
      (toText(module['type']) ?? '').startsWith('sentence_transformers.'),
    ),
  inspect: inspectSentenceTransformers,
}

function modulesOf(folder: FolderSubject): JsonObject[] {
  const text = readTextFile(folder, 'modules.json')
  if (text === undefined) return []
  try {
    return toArray(parseBoundedJson(text).value).flatMap((item) => {
      const module = toObject(item)
      return module ? [module] : []
    })
  } catch (error) {
    if (isAppError(error)) return []
    throw error
  }
}

function inspectSentenceTransformers(folder: FolderSubject): FormatResult {
  const modules = modulesOf(folder)
  const layers = new Map<string, number>()
  const files: string[] = []
  let dimension: number | undefined
  let contextLength: number | undefined
  let config: JsonObject = {}
  for (const module of modules) {
    const path = toText(module['path']) ?? ''
    const base = path === '' ? '' : `${path}/`
    add(layers, (toText(module['type']) ?? '').split('.').at(-1) ?? '')
    files.push(...findWeights(folder, base, ['model', 'pytorch_model']))
    const settings = readJsonFile(folder, `${base}config.json`) ?? {}
    if (toText(settings['model_type']) !== undefined) config = settings
    const sentence = readJsonFile(folder, `${base}sentence_bert_config.json`)
    contextLength ??= toNumber(sentence?.['max_seq_length']) ?? tokenizerLength(folder, base)
    dimension = widthOf(settings) ?? dimension
  }
  const { metadata, ...described } = describeConfig(config)
  const versions = toObject(
    readJsonFile(folder, 'config_sentence_transformers.json')?.['__version__'],
  )
  const version = toText(versions?.['sentence_transformers'])
  const weights = readWeightFiles(folder, files)
  return {
    framework: 'sentence-transformers',
    summary: {
      ...described,
      ...tally(weights.tensors),
      producer: 'Sentence Transformers',
      ...(version && { producerVersion: version }),
      ...(contextLength !== undefined && { contextLength }),
      layers: toCounts(layers),
      metadata: { ...weights.metadata, ...metadata, ...toMetadata([['dimension', dimension]]) },
    },
    tensors: weights.tensors,
    findings: weights.findings,
    partial: weights.partial,
    ...(weights.parts && { parts: weights.parts }),
  }
}

/** The tokenizer's own bound; some state one of 10^30 to say that there is none. */
function tokenizerLength(folder: FolderSubject, base: string): number | undefined {
  const length = toNumber(
    readJsonFile(folder, `${base}tokenizer_config.json`)?.['model_max_length'],
  )
  return length !== undefined && Number.isSafeInteger(length) ? length : undefined
}

/** The width of what a pooling or dense module gives. */
function widthOf(settings: JsonObject): number | undefined {
  const value: JsonValue | undefined =
    settings['word_embedding_dimension'] ??
    settings['embedding_dimension'] ??
    settings['out_features']
  return toNumber(value)
}
