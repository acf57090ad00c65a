import type { JsonObject, JsonValue } from '../../bytes/boundedJson'
import { parseBoundedJson, toArray, toObject } from '../../bytes/boundedJson'
import type { Content, ScanContext } from '../context'
import { extensionOf, isCorrupt } from '../context'
import { latin1 } from '../magic'
import { decodeJson } from '../text/encoding'
import { checkManifest } from './coremlScan'
import { scanKerasConfig } from './kerasScan'
import { scanSkops } from './skopsScan'
import { checkHuggingFace, checkModules } from './huggingFaceScan'
import { scanTemplate } from './templates'
import { scanOnnxJson } from './onnxScan'
import { checkTargets } from './targets'

/** Parsed in any case; larger texts only where something in them asks for it. */
const SMALL = 2 * 1024 * 1024
const LARGE = 100_000_000
const CHUNK = 1024 * 1024
const INTERESTING =
  /class_name|auto_map|chat_template|_target_|weight_map|__loader__|custom_pipelines|itemInfoEntries|learner|\\u00/
/** Keys of templates, and how deep they may stand. */
const TEMPLATE_KEY = /chat_template$|prompt_template$/
const MAX_PARTS = 4
/** Descriptions that a loader reads by their names. */
export const CONFIGURATION =
  /^(?:config|model|schema|tokenizer_config|processor_config|preprocessor_config|generation_config|adapter_config|model_index|metadata|manifest|chat_template)\.json$/i

/** Scans a JSON file. Returns whether it is JSON. */
export function scanJson(content: Content, context: ScanContext): boolean {
  const { reader, name } = content
  const isConfiguration = CONFIGURATION.test(name)
  if (reader.size > SMALL && !isInteresting(content)) {
    if (isConfiguration) context.markModel()
    return extensionOf(name) === '.json'
  }
  if (reader.size > LARGE) {
    context.add('scan/budget', content, { evidence: `${reader.size} bytes of JSON` })
    return true
  }
  try {
    const { value, duplicateKeys } = parseBoundedJson(decodeJson(reader.bytes(0, reader.size)))
    const object = toObject(value)
    const isModel = object !== undefined && describesModel(object, content)
    if (isModel) {
      context.markModel()
      for (const key of duplicateKeys)
        context.add('json/duplicate-keys', content, { evidence: key })
    }
    if (object) scanObject(object, content, context)
    else {
      if (content.within === 'keras') scanKerasConfig(value, 'config', content, context)
      checkModules(toArray(value), content, context)
    }
  } catch (error) {
    if (!isCorrupt(error)) throw error
    if (!isConfiguration && (content.within === undefined || extensionOf(name) !== '.json'))
      return false
    context.markModel()
    context.addDamage('json/damaged', content, error)
  }
  return true
}

function isInteresting({ reader }: Content): boolean {
  for (let at = 0; at < reader.size; at += CHUNK) {
    if (INTERESTING.test(latin1(reader.head(at, CHUNK + 64)).replaceAll('\0', ''))) return true
  }
  return false
}

function describesModel(object: JsonObject, { name, within }: Content): boolean {
  const has = (key: string): boolean => object[key] !== undefined
  return (
    within === 'keras' ||
    within === 'skops' ||
    (has('class_name') && has('config')) ||
    (has('learner') && has('version')) ||
    has('model_type') ||
    has('architectures') ||
    has('auto_map') ||
    has('weight_map') ||
    has('modelTopology') ||
    has('_diffusers_version') ||
    has('peft_type') ||
    has('chat_template') ||
    has('_skops_version') ||
    has('_class_name') ||
    name === 'model_index.json' ||
    (has('features_info') && has('model_info')) ||
    (has('nodes') && has('arg_nodes')) ||
    /^(?:tokenizer_config|generation_config)\.json$/.test(name)
  )
}

function scanObject(object: JsonObject, content: Content, context: ScanContext): void {
  const { name, within } = content
  if (
    object['graph'] !== undefined &&
    (object['irVersion'] ?? object['ir_version']) !== undefined
  ) {
    scanOnnxJson(object, content, context)
  }
  if ((within === 'skops' && name === 'schema.json') || object['_skops_version'] !== undefined) {
    scanSkops(object, content, context)
    return
  }
  if (within === 'keras' || mentionsKeras(object))
    scanKerasConfig(object, 'config', content, context)
  checkTemplates(object, content, context)
  checkHuggingFace(object, content, context)
  checkShards(object, content, context)
  checkManifest(object, content, context)
  checkTargets(object, content, context)
}

function mentionsKeras(object: JsonObject): boolean {
  const isLayer = object['class_name'] !== undefined && object['config'] !== undefined
  return (
    isLayer ||
    object['modelTopology'] !== undefined ||
    toObject(object['model_config']) !== undefined
  )
}

/** `chat_template` is a text, a list of named ones, or a dict of them; it may stand in a part of its own. */
function checkTemplates(
  object: JsonObject,
  content: Content,
  context: ScanContext,
  path = '',
  depth = 0,
): void {
  for (const [key, value] of Object.entries(object)) {
    const place = path === '' ? key : `${path}.${key}`
    if (TEMPLATE_KEY.test(key)) {
      for (const template of templatesOf(value)) scanTemplate(template, place, content, context)
    } else {
      const inner = toObject(value)
      if (inner && depth < MAX_PARTS) checkTemplates(inner, content, context, place, depth + 1)
    }
  }
}

function templatesOf(value: JsonValue | undefined): string[] {
  if (typeof value === 'string') return [value]
  const named = toArray(value).map((item) => toObject(item)?.['template'])
  return [...named, ...Object.values(toObject(value) ?? {})].filter(
    (template) => typeof template === 'string',
  )
}

/** The index of a sharded model names its files. */
function checkShards(object: JsonObject, content: Content, context: ScanContext): void {
  const map = toObject(object['weight_map'])
  if (!map) return
  const files = new Set(Object.values(map).map(String))
  for (const file of files) {
    if (/^[/\\~]|^\w+:|(?:^|[/\\])\.\.(?:[/\\]|$)|\0/.test(file)) {
      context.add('shards/path', content, { evidence: file })
    }
  }
}
