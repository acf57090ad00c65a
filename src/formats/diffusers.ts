import type { JsonObject } from '../bytes/boundedJson'
import { toArray, toText } from '../bytes/boundedJson'
import type { InspectionFinding, InspectionSummary } from '../registry/inspection'
import { escapeText } from '../base/text'
import { finding } from './findings'
import { findWeights, readJsonFile, readWeightFiles } from './folderFiles'
import type { FolderFormat, FolderSubject, FormatResult } from './format'
import { add, toCounts } from './summary'
import { tally } from './transformers'

/** Names of weights in a component's folder; variants such as fp16 stand beside them. */
const STEMS = [
  'diffusion_pytorch_model',
  'model',
  'pytorch_model',
  'diffusion_pytorch_model.fp16',
  'model.fp16',
]

/** A pipeline of Hugging Face Diffusers: `model_index.json` and a folder for each component. */
export const diffusers: FolderFormat = {
  id: 'diffusers',
  match: (folder) => readJsonFile(folder, 'model_index.json')?.['_class_name'] !== undefined,
  inspect: inspectDiffusers,
}

/** One model of a pipeline by itself, such as an autoencoder or a ControlNet: `config.json` and weights. */
export const diffusersModel: FolderFormat = {
  id: 'diffusers',
  match(folder) {
    const config = readJsonFile(folder, 'config.json')
    return config?.['_class_name'] !== undefined && config['_diffusers_version'] !== undefined
  },
  inspect(folder): FormatResult {
    const config = readJsonFile(folder, 'config.json') ?? {}
    const weights = readWeightFiles(folder, findWeights(folder, '', STEMS))
    const isWithout = weights.tensors.length === 0
    const message =
      'The folder has a configuration but no weights (diffusion_pytorch_model.safetensors).'
    return {
      framework: 'diffusers',
      summary: { ...tally(weights.tensors), ...producedBy(config), metadata: weights.metadata },
      tensors: weights.tensors,
      findings: [
        ...(isWithout ? [finding('missing-part', 'warning', message)] : []),
        ...weights.findings,
      ],
      partial: weights.partial || isWithout,
      ...(weights.parts && { parts: weights.parts }),
    }
  },
}

function producedBy(config: JsonObject): InspectionSummary {
  const architecture = toText(config['_class_name'])
  const version = toText(config['_diffusers_version'])
  return {
    producer: 'Diffusers',
    ...(version && { producerVersion: version }),
    ...(architecture && { architecture }),
  }
}

function inspectDiffusers(folder: FolderSubject): FormatResult {
  const index = readJsonFile(folder, 'model_index.json') ?? {}
  const findings: InspectionFinding[] = []
  const components = new Map<string, number>()
  const files: string[] = []
  const missing: string[] = []
  for (const [name, value] of Object.entries(index)) {
    const [library, type] = toArray(value).map(toText)
    if (name.startsWith('_') || library === undefined || type === undefined) continue
    add(components, type)
    const base = `${name}/`
    if (![...folder.files.keys()].some((path) => path.startsWith(base))) missing.push(name)
    files.push(...findWeights(folder, base, STEMS))
  }
  for (const name of missing) {
    const message = `The folder of the component ${escapeText(name)} is missing.`
    findings.push(finding('missing-part', 'warning', message))
  }
  const weights = readWeightFiles(folder, files)
  const parts = {
    present: weights.parts?.present ?? [],
    missing: [...missing, ...(weights.parts?.missing ?? [])],
  }
  return {
    framework: 'diffusers',
    summary: {
      ...tally(weights.tensors),
      ...producedBy(index),
      metadata: weights.metadata,
      ...(components.size > 0 && { layers: toCounts(components) }),
    },
    tensors: weights.tensors,
    findings: [...findings, ...weights.findings],
    partial: weights.partial || missing.length > 0,
    ...((parts.present.length > 0 || parts.missing.length > 0) && { parts }),
  }
}
