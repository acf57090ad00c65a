import type { Document } from 'yaml'
import { parseDocument, visit, YAMLParseError } from 'yaml'
import type { JsonValue } from '../../bytes/boundedJson'
import { toObject, toText } from '../../bytes/boundedJson'
import type { Content, ScanContext } from '../context'
import { judgeGlobal } from '../policy/judge'
import { scanKerasConfig } from './kerasScan'
import { checkTargets } from './targets'

/** Text that is searched, and that is parsed as well: a parser takes a thousand times as long. */
const MAX_TEXT = 4 * 1024 * 1024
const MAX_YAML = 256 * 1024
/** Tags that make PyYAML import and call: `!!python/object/apply:os.system`. */
const PYTHON_TAG =
  /!!?(?:<?tag:yaml\.org,2002:)?python\/(?:object|name|module|apply|new|object\/\w+)[:\w./ ]*|!<?tag:yaml\.org,2002:python\/[\w/]+:?[\w.]*/g
/** Values that are no objects of some class. */
const PLAIN_TAG = /python\/(?:tuple|str|int|float|bool|none|list|dict|long|unicode|complex|bytes)/
/** What is looked for in any YAML file; all others are not parsed. */
const INTERESTING = /_target_|_cls_|target|class_path|class_name|\\[xu]|%TAG|python/
/** Loaders of MLflow's own flavors. */
const FLAVOR =
  /^mlflow\.(?:sklearn|pytorch|tensorflow|keras|xgboost|lightgbm|catboost|onnx|statsmodels|prophet|spacy|transformers|sentence_transformers|pmdarima|fastai|h2o|spark|diviner|langchain|llama_index|openai|paddle|shap|promptflow|dspy|johnsnowlabs|mleap)(?:\.model)?$/
const PYFUNC = /^mlflow\.pyfunc(?:\.model|\.loaders\.\w+)?$/

/** Code that a flavor brings, and the files that it opens. */
const CODE = ['code', 'model_code_path'] as const
const DATA = ['data', 'model_data', 'pickled_model', 'model_path', 'python_model'] as const
const OUTSIDE = /^(?:[/~\\]|[A-Za-z]:|\w+:\/\/)|(?:^|[/\\])\.\.(?:[/\\]|$)/

/** Scans a YAML file: configurations of Hydra and NeMo, and the description of MLflow's models. */
export function scanYaml(content: Content, context: ScanContext): void {
  const { reader, name } = content
  const isModel = name === 'MLmodel' || content.within === 'nemo'
  if (isModel) context.markModel()
  const searched = Buffer.from(reader.head(0, MAX_TEXT)).toString('utf8')
  const text = searched.slice(0, MAX_YAML)
  if (reader.size > MAX_YAML && isModel) context.add('scan/budget', content)
  const withoutComments = searched.replace(/^\s*#.*$/gm, '')
  for (const match of withoutComments.matchAll(PYTHON_TAG)) {
    if (PLAIN_TAG.test(match[0])) continue
    context.add('config/yaml-object', content, { offset: match.index, evidence: match[0] })
  }
  if (!isModel && !INTERESTING.test(text)) return
  try {
    const document = parseDocument(text, {
      schema: 'failsafe',
      logLevel: 'silent',
      uniqueKeys: false,
    })
    if (document.errors.length > 0 && isModel) {
      context.add('config/damaged', content, { evidence: document.errors[0]?.message ?? '' })
    }
    checkTags(document, content, context)
    const value: JsonValue = document.toJS({ maxAliasCount: 100 })
    checkTargets(value, content, context)
    const object = toObject(value)
    // Keras wrote its models as YAML, too, until version 2.6 of TensorFlow.
    if (object?.['class_name'] !== undefined && object['config'] !== undefined) {
      scanKerasConfig(object, 'config', content, context)
    }
    if (name === 'MLmodel') checkMlflow(value, content, context)
  } catch (error) {
    // An alias that expands without end is refused with a ReferenceError.
    if (!(error instanceof YAMLParseError) && !(error instanceof ReferenceError)) throw error
    if (isModel) context.add('config/damaged', content, { evidence: error.message })
  }
}

/** Tags whose beginning `%TAG` declares: only a parser knows what they are. */
function checkTags(document: Document.Parsed, content: Content, context: ScanContext): void {
  visit(document, {
    Node: (_key, node) => {
      const tag = 'tag' in node ? node.tag : undefined
      if (tag?.startsWith('tag:yaml.org,2002:python/') !== true || PLAIN_TAG.test(tag)) return
      context.add('config/yaml-object', content, {
        ...(node.range && { offset: node.range[0] }),
        evidence: tag,
      })
    },
  })
}

function checkMlflow(value: JsonValue, content: Content, context: ScanContext): void {
  const flavors = toObject(toObject(value)?.['flavors'])
  for (const [flavor, settings] of Object.entries(flavors ?? {})) {
    const object = toObject(settings)
    const loader = object?.['loader_module']
    if (typeof loader === 'string') checkLoader(loader, content, context)
    for (const key of CODE) {
      const code = object?.[key]
      if (typeof code === 'string' && code !== '' && code !== 'null' && code !== '~') {
        context.add('mlflow/code', content, { evidence: `${flavor}: ${code}` })
      }
    }
    for (const key of DATA) {
      const path = toText(object?.[key])
      if (path !== undefined && OUTSIDE.test(path)) {
        context.add('mlflow/path', content, { evidence: `${flavor}.${key}: ${path}` })
      }
    }
  }
}

function checkLoader(loader: string, content: Content, context: ScanContext): void {
  if (FLAVOR.test(loader)) return
  const dot = loader.lastIndexOf('.')
  const [module, name] = dot < 0 ? [loader, ''] : [loader.slice(0, dot), loader.slice(dot + 1)]
  const kinds = [judgeGlobal(loader, '').kind, judgeGlobal(module, name).kind]
  const isDangerous =
    !PYFUNC.test(loader) && (kinds.includes('denied') || kinds.includes('library'))
  context.add(isDangerous ? 'mlflow/dangerous-loader' : 'mlflow/loader', content, {
    evidence: loader,
  })
}
