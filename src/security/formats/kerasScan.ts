import { ByteReader } from '../../bytes/byteReader'
import { parseBoundedJson, toArray, toObject, toText } from '../../bytes/boundedJson'
import type { JsonObject, JsonValue } from '../../bytes/boundedJson'
import type { Content, ScanContext } from '../context'
import { KERAS_DENIED, KERAS_LOADERS, KERAS_ROOTS } from '../policy/kerasNames'
import { judgeGlobal } from '../policy/judge'
import { encodedPickle } from '../text/encoding'

/** Scans a description of a Keras model that is kept as JSON text. */
export function scanKerasText(
  text: string,
  key: string,
  content: Content,
  context: ScanContext,
): void {
  context.guard('json/damaged', content, () => {
    const { value, duplicateKeys } = parseBoundedJson(text)
    for (const name of duplicateKeys)
      context.add('json/duplicate-keys', content, { evidence: name })
    if (typeof value === 'object' && value !== null) scanKerasConfig(value, key, content, context)
    else context.add('json/damaged', content, { evidence: `${key} is no description` })
  })
}

/**
 * Looks at every dict of a description, wherever it stands: Keras deserializes objects out of layers, initializers,
 * optimizers, losses, custom objects and build configurations alike.
 */
export function scanKerasConfig(
  root: JsonValue,
  key: string,
  content: Content,
  context: ScanContext,
): void {
  context.markModel()
  const stack: { readonly value: JsonValue; readonly path: string }[] = [{ value: root, path: key }]
  for (let item = stack.pop(); item; item = stack.pop()) {
    context.budget.step()
    const { value, path } = item
    const object = toObject(value)
    if (object) {
      new ObjectCheck(object, path, content, context).check()
      for (const [name, inner] of Object.entries(object)) {
        if (typeof inner === 'object' && inner !== null) {
          stack.push({ value: inner, path: `${path}.${name}` })
        } else if (typeof inner === 'string')
          scanTextValue(inner, `${path}.${name}`, content, context)
      }
    } else {
      const items = toArray(value)
      if (isCode(items)) context.add('keras/lambda', content, { evidence: `${path} is byte code` })
      for (const [index, inner] of items.entries()) {
        if (typeof inner === 'object' && inner !== null) {
          stack.push({ value: inner, path: `${path}[${index}]` })
        }
      }
    }
  }
}

/** A text of a description: another description as JSON, or bytes in Base64 that are a pickle. */
function scanTextValue(text: string, path: string, content: Content, context: ScanContext): void {
  if (/^\s*\{.*"class_name"/s.test(text)) scanKerasText(text, path, content, context)
  const bytes = encodedPickle(text)
  if (!bytes) return
  context.scanInner(content, { reader: ByteReader.of(bytes), name: '', path, within: 'pickle' })
}

/** Modules of TensorFlow that read and write files, and run Python. */
const TF_MODULES =
  /(?:^|\.)(?:io|raw_ops|py_function|numpy_function|load_library|load_op_library|saved_model|gfile|script_ops|io_ops)(?:\.|$)/
/** Functions of TensorFlow that run Python, load code, or reach files and other machines. */
const TF_DENIED =
  /(?:^|\.)(?:io|raw_ops|py_function|numpy_function|load_library|load_op_library|saved_model|distribute|data|config|summary|queue|debugging|profiler|train|keras|compat|autograph|function|print)(?:\.|$)/

/** Python's `marshal` of a code object begins with 0xE3 or `c`, which in Base64 is `4w…` or `Yw…`. */
function isMarshal(value: JsonValue | undefined): boolean {
  return (
    typeof value === 'string' &&
    value.length > 24 &&
    /^(?:4w|4gs|Yw)[A-Za-z0-9+/\n]+={0,2}\s*$/.test(value)
  )
}

/** `[code, defaults, closure]`, as Keras keeps a function. */
function isCode(items: readonly JsonValue[]): boolean {
  return items.length >= 2 && items.length <= 3 && isMarshal(items[0])
}

class ObjectCheck {
  readonly #object: JsonObject
  readonly #path: string
  readonly #content: Content
  readonly #context: ScanContext

  constructor(object: JsonObject, path: string, content: Content, context: ScanContext) {
    this.#object = object
    this.#path = path
    this.#content = content
    this.#context = context
  }

  #add(rule: Parameters<ScanContext['add']>[0], found: string): void {
    this.#context.add(rule, this.#content, { evidence: `${this.#path}: ${found}` })
  }

  #text(key: string): string | undefined {
    const value = this.#object[key]
    return typeof value === 'string' ? value : undefined
  }

  check(): void {
    const className = this.#text('class_name')
    const registered = this.#text('registered_name')
    const names = [className, registered].filter((name) => name !== undefined)
    for (const name of names) this.#checkClass(name)
    this.#checkFunction(className)
    const module = this.#text('module')
    if (module !== undefined && (className !== undefined || 'config' in this.#object)) {
      this.#checkModule(module, className)
    } else if (this.#object['module'] === null && registered !== undefined) {
      // What belongs to no module was registered by the code around, under its own name.
      this.#add('keras/custom-object', registered)
    }
    this.#checkLookup()
    if (this.#object['enable_unsafe_deserialization'] !== undefined) {
      this.#add('keras/dangerous-object', 'enable_unsafe_deserialization')
    }
  }

  #checkClass(name: string): void {
    const last =
      name
        .slice(name.lastIndexOf('>') + 1)
        .split('.')
        .at(-1) ?? name
    if (last === 'Lambda' || last === '__lambda__') this.#add('keras/lambda', name)
    else if (KERAS_LOADERS.has(last)) this.#add('keras/loader-layer', name)
  }

  #checkFunction(className: string | undefined): void {
    const type = this.#text('function_type') ?? this.#text('output_shape_type')
    if (type === 'lambda') this.#add('keras/lambda', 'function_type lambda')
    if (className === 'function') {
      const name = this.#text('config')
      if (name !== undefined && KERAS_DENIED.has(name.split('.').at(-1) ?? name)) {
        this.#add('keras/dangerous-object', name)
      }
    }
    if (className === 'TFOpLambda' || className === 'SlicingOpLambda') this.#checkOperation()
    if (isMarshal(this.#object['code'])) this.#add('keras/lambda', 'byte code')
  }

  /** A function of TensorFlow by its path below `tf`. */
  #checkOperation(): void {
    const name = toText(toObject(this.#object['config'])?.['function'])
    if (name !== undefined && TF_DENIED.test(name)) this.#add('keras/dangerous-object', name)
  }

  #checkModule(module: string, className: string | undefined): void {
    const [root = ''] = module.split('.')
    const name = className ?? ''
    const target = className === 'function' ? (this.#text('config') ?? '') : name
    const last = target.split(/[.>]/).at(-1) ?? target
    if (KERAS_ROOTS.has(root)) {
      const isDenied =
        KERAS_DENIED.has(last) || (root === 'tensorflow' && TF_MODULES.test(`${module}.${target}`))
      if (isDenied) this.#add('keras/dangerous-object', `${module}.${target}`)
      return
    }
    if (root === 'builtins' && this.#isPlainFunction(className)) return
    const { kind } = judgeGlobal(module, last)
    const isDangerous = kind === 'denied' || kind === 'library' || root === 'builtins'
    this.#add(isDangerous ? 'keras/dangerous-object' : 'keras/custom-object', `${module}.${target}`)
  }

  /** How Keras 3 names a function of its own: module `builtins`, class `function`, and the name as its config. */
  #isPlainFunction(className: string | undefined): boolean {
    const config = this.#text('config')
    if (className !== 'function' || config === undefined) return false
    return (
      /^[a-z]\w*$/.test(config) &&
      judgeGlobal('builtins', config).kind !== 'denied' &&
      !KERAS_DENIED.has(config)
    )
  }

  /** A vocabulary may be a list, or the path of a file that is read while loading. */
  #checkLookup(): void {
    for (const key of [
      'vocabulary',
      'idf_weights',
      'vocabulary_file',
      'merges',
      'filepath',
      'file_path',
      'proto',
    ]) {
      const value = this.#text(key)
      if (value === undefined || value === '') continue
      if (key === 'proto' && !/^(?:[/~\\]|\w:\\|\w+:\/\/)/.test(value)) continue
      const isAbsolute = /^(?:[/~\\]|[A-Za-z]:[\\/]|\w+:\/\/|.*\.\.[/\\])/.test(value)
      if (key === 'vocabulary' || isAbsolute) this.#add('keras/outside-file', `${key} ${value}`)
    }
  }
}
