import type { JsonObject, JsonValue } from '../../bytes/boundedJson'
import { toObject, toText } from '../../bytes/boundedJson'
import type { Content, ScanContext } from '../context'
import { judgeGlobal } from '../policy/judge'

/** Nodes that call functions by name, or call methods. */
const UNSAFE_NODES: ReadonlySet<string> = new Set([
  'MethodNode',
  'OperatorFuncNode',
  'PartialNode',
  'LossNode',
])
/** The nodes that skops has had. */
const NODES: ReadonlySet<string> = new Set(
  'BytearrayNode BytesNode CachedNode ConstructorFromReduceNode DTypeNode DefaultDictNode DictNode FunctionNode JsonNode ListNode LossNode MaskedArrayNode MethodNode NdArrayNode ObjectNode OperatorFuncNode PartialNode QuantileForestNode RandomGeneratorNode RandomStateNode ReduceNode SetNode SliceNode SparseMatrixNode TreeNode TupleNode TypeNode _DictWithDeprecatedKeysNode'.split(
    ' ',
  ),
)
const MAX_DEPTH = 200

/** Scans the schema of a skops file: every node names the class that it makes, or a function. */
export function scanSkops(schema: JsonObject, content: Content, context: ScanContext): void {
  context.markModel()
  walk(schema, 0, content, context)
}

function walk(
  value: JsonValue | undefined,
  depth: number,
  content: Content,
  context: ScanContext,
): void {
  if (typeof value !== 'object' || value === null) return
  if (depth > MAX_DEPTH) {
    context.add('skops/damaged', content, { evidence: 'nodes are nested too deep' })
    return
  }
  context.budget.step()
  const object = toObject(value)
  if (object && typeof object['__loader__'] === 'string') {
    checkNode(object, object['__loader__'], content, context)
  }
  for (const inner of Object.values(value) as (JsonValue | undefined)[]) {
    walk(inner, depth + 1, content, context)
  }
}

function checkNode(node: JsonObject, loader: string, content: Content, context: ScanContext): void {
  const module = toText(node['__module__']) ?? ''
  const name = toText(node['__class__']) ?? ''
  const path = `${loader} of ${module}.${name}`
  const { kind } = judgeGlobal(module, name)
  if (!NODES.has(loader)) context.add('skops/unknown-type', content, { evidence: path })
  if (UNSAFE_NODES.has(loader) && !isPlainFunction(loader, module, name)) {
    context.add('skops/unsafe-node', content, { evidence: path })
  }
  const target = functionOf(node)
  if (target && judgeGlobal(target.module, target.name).kind !== 'allowed') {
    const found = judgeGlobal(target.module, target.name).kind
    const isBad = found === 'denied' || found === 'library'
    context.add(isBad ? 'skops/dangerous-type' : 'skops/unknown-type', content, {
      evidence: `${loader} calls ${target.module}.${target.name}`,
    })
  }
  if (kind === 'denied' || kind === 'library') {
    if (!INERT.has(`${module}.${name}`))
      context.add('skops/dangerous-type', content, { evidence: path })
  } else if (
    kind === 'unknown' &&
    !INERT.has(`${module}.${name}`) &&
    !context.allow.has(`${module}.${name}`)
  ) {
    context.add('skops/unknown-type', content, { evidence: path })
  }
}

/** What a function node refers to: `content` has its module and name. */
function functionOf(
  node: JsonObject,
): { readonly module: string; readonly name: string } | undefined {
  if (node['__loader__'] !== 'FunctionNode') return undefined
  const inner = toObject(node['content'])
  const module = inner?.['module_path'] ?? node['__module__']
  const name = inner?.['function'] ?? node['__class__']
  return typeof module === 'string' && typeof name === 'string' ? { module, name } : undefined
}

/** A loss of scikit-learn is made of its own name. */
function isPlainFunction(loader: string, module: string, name: string): boolean {
  return loader === 'LossNode' && judgeGlobal(module, name).kind === 'allowed'
}

/** Types that skops writes for plain values. */
const INERT: ReadonlySet<string> = new Set([
  'builtins.type',
  'builtins.function',
  'builtins.method',
  'builtins.json',
  'builtins.builtin_function_or_method',
  'numpy.ufunc',
  'numpy.random.RandomState',
  'numpy.random.Generator',
  'numpy.random._generator.Generator',
  'numpy.random.mtrand.RandomState',
  'functools.partial',
])
