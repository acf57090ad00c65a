import type { JsonObject, JsonValue } from '../../bytes/boundedJson'
import { toArray, toObject, toText } from '../../bytes/boundedJson'
import type { Content, ScanContext } from '../context'
import { judgeGlobal } from '../policy/judge'

/** Libraries that Diffusers, PEFT and Sentence Transformers import by their names. */
const LIBRARIES =
  /^(?:diffusers|transformers|sentence_transformers|peft|torch|torchvision|timm|onnxruntime|optimum|accelerate|flax|open_clip|model2vec|tokenizers|k_diffusion|nncf)(?:\.|$)/
/** Pipelines and components that are modules of Diffusers itself. */
const INNER =
  /^(?:stable_diffusion\w*|\w+_pipeline|latent_diffusion\w*|pipelines|schedulers|models|null)$/

/** Keys whose values are repositories of code, with a slash. */
const KERNELS = [
  'attn_implementation',
  '_attn_implementation',
  '_attn_implementation_internal',
  'experts_implementation',
  'custom_generate',
] as const

/** What configurations of Hugging Face's libraries name, and their loaders import. */
export function checkHuggingFace(object: JsonObject, content: Content, context: ScanContext): void {
  for (const key of ['auto_map', 'custom_pipelines'] as const) {
    const value = object[key]
    if (value === undefined || value === null) continue
    for (const text of textsOf(value)) checkReference(key, text, content, context)
  }
  const library = toText(toObject(object['auto_mapping'])?.['parent_library'])
  if (library !== undefined) checkImport('parent_library', library, '', content, context)
  for (const key of ['activation_function', 'module_class'] as const) {
    const value = toText(object[key])
    if (value?.includes('.')) checkPath(key, value, content, context)
  }
  for (const key of KERNELS) {
    const value = toText(object[key])
    if (value?.includes('/')) checkReference(key, value, content, context)
  }
  if (object['trust_remote_code'] === true)
    checkReference('trust_remote_code', '', content, context)
  if (content.name === 'model_index.json') checkPipeline(object, content, context)
}

/** `modules.json` of Sentence Transformers: a list of classes by their paths. */
export function checkModules(
  items: readonly JsonValue[],
  content: Content,
  context: ScanContext,
): void {
  for (const item of items) {
    const object = toObject(item)
    const type = toText(object?.['type'])
    if (type === undefined || object?.['path'] === undefined || !type.includes('.')) continue
    context.markModel()
    checkPath('type', type, content, context)
  }
}

/** `{"unet": ["diffusers", "UNet2DConditionModel"]}`: a library and a class of it, or a file of the folder. */
function checkPipeline(object: JsonObject, content: Content, context: ScanContext): void {
  for (const [key, value] of Object.entries(object)) {
    const [library, name] = toArray(value)
    if (typeof library !== 'string' || typeof name !== 'string') continue
    if (!INNER.test(library)) checkImport(key, library, name, content, context)
  }
}

function checkPath(key: string, path: string, content: Content, context: ScanContext): void {
  const dot = path.lastIndexOf('.')
  checkImport(key, path.slice(0, dot), path.slice(dot + 1), content, context)
}

function checkImport(
  key: string,
  module: string,
  name: string,
  content: Content,
  context: ScanContext,
): void {
  const { kind } = judgeGlobal(module, name)
  if (kind === 'allowed') return
  const isDangerous = kind === 'denied' || kind === 'library' || module.includes('/')
  if (!isDangerous && LIBRARIES.test(module)) return
  context.add(isDangerous ? 'huggingface/dangerous-code' : 'huggingface/remote-code', content, {
    evidence: `${key}: ${name === '' ? module : `${module}.${name}`}`,
  })
}

/** A class in a Python file beside the configuration, or in another repository: `owner/name--module.Class`. */
function checkReference(key: string, text: string, content: Content, context: ScanContext): void {
  const reference = text.slice(text.lastIndexOf('--') + 1).replace(/^-/, '')
  const dot = reference.lastIndexOf('.')
  const { kind } = judgeGlobal(reference.slice(0, Math.max(0, dot)), reference.slice(dot + 1))
  const isDangerous = kind === 'denied' || /(?:^|[/\\])\.\.(?:[/\\]|$)/.test(text)
  context.add(isDangerous ? 'huggingface/dangerous-code' : 'huggingface/remote-code', content, {
    evidence: `${key}: ${text}`,
  })
}

function textsOf(value: JsonValue): string[] {
  if (typeof value === 'string') return [value]
  const object = toObject(value)
  const inner = object ? Object.values(object) : toArray(value)
  return inner.flatMap((item) => (item === undefined ? [] : textsOf(item)))
}
