import { isAppError } from '../base/errors'
import type { JsonObject, JsonValue } from '../bytes/boundedJson'
import { parseBoundedJson, toArray, toObject, toText } from '../bytes/boundedJson'
import { ByteReader } from '../bytes/byteReader'
import { LIMITS } from '../bytes/limits'
import { readNpyHeader } from '../bytes/npyHeader'
import type { PickleCall, PickleGlobal, PickleValue } from '../bytes/pickleValues'
import type { ZipArchive } from '../bytes/zip'
import type { FileFormat, FileSubject, FormatResult } from './format'
import { describeWithBooster } from './nativeModel'
import { decodeElements, dtypeOfDescr } from '../bytes/numpyDtype'
import { elementCount, toMetadata } from './summary'

const SCHEMA = 'schema.json'
/** The schema repeats class and module at every value; a forest of 1,000 trees has some 30 MB. */
const MAX_SCHEMA = 64 * 1024 * 1024
/** Elements of an array that are taken for display. */
const DECODED = 200

/** An estimator saved by skops: a tree of classes and values as JSON, arrays as npy beside it. */
export const skops: FileFormat = {
  id: 'skops',
  extensions: ['.skops'],
  match(subject) {
    const archive = subject.zip()
    const entry = archive?.get(SCHEMA)
    if (!archive || !entry) return false
    try {
      // The first node's loader stands at the beginning; the version that skops writes stands at the end.
      return Buffer.from(archive.head(entry, 4096)).toString('utf8').includes('"__loader__"')
    } catch (error) {
      if (isAppError(error)) return false
      throw error
    }
  },
  inspect: inspectSkops,
}

function inspectSkops(subject: FileSubject): FormatResult {
  const archive = subject.zip()
  const entry = archive?.get(SCHEMA)
  if (!archive || !entry) return { framework: 'custom', summary: {}, partial: true }
  const member = archive.open(entry)
  const schema = toObject(parseBoundedJson(member.head(0, MAX_SCHEMA), { maxDepth: 512 }).value)
  const value = new SkopsTree(archive).value(schema, 0)
  // Values of skops are JSON: none of them lies in a reader.
  const described = describeWithBooster(value, ByteReader.of(new Uint8Array(0)), subject)
  const { summary } = described
  return {
    ...described,
    summary: {
      ...summary,
      metadata: toMetadata([
        ...Object.entries(summary.metadata ?? {}),
        ['skopsVersion', toText(schema?.['_skops_version'])],
        ['protocol', typeof schema?.['protocol'] === 'number' ? schema['protocol'] : undefined],
      ]),
    },
  }
}

/** The nodes of a schema as the values that a pickle of the same object would hold. */
class SkopsTree {
  readonly #archive: ZipArchive
  readonly #byId = new Map<number, PickleValue>()
  #nodes = 0

  constructor(archive: ZipArchive) {
    this.#archive = archive
  }

  value(node: JsonObject | undefined, level: number): PickleValue {
    if (!node || level > LIMITS.depth || this.#nodes++ > LIMITS.pickleValues) {
      return { kind: 'unknown', reason: 'no node' }
    }
    const id = node['__id__']
    const known = typeof id === 'number' ? this.#byId.get(id) : undefined
    if (known !== undefined) return known
    const value = this.#read(node, level)
    if (typeof id === 'number') this.#byId.set(id, value)
    return value
  }

  #read(node: JsonObject, level: number): PickleValue {
    const { content } = node
    const items = (): PickleValue[] =>
      toArray(content).map((item) => this.value(toObject(item), level + 1))
    switch (toText(node['__loader__'])) {
      case 'JsonNode':
        return jsonScalar(content)
      case 'DictNode':
      case 'DefaultDictNode':
      case 'OrderedDictNode':
        return this.#dict(content, level)
      case 'ListNode': {
        const list = items()
        return { kind: 'list', items: list, length: list.length }
      }
      case 'TupleNode':
        return { kind: 'tuple', items: items() }
      case 'SetNode': {
        const set = items()
        return { kind: 'set', items: set, length: set.length }
      }
      case 'NdArrayNode':
        return this.#array(node, items)
      case 'TypeNode':
      case 'FunctionNode':
      case 'UfuncNode':
        return globalOf(node)
      default:
        return this.#object(node, level)
    }
  }

  #dict(content: JsonValue | undefined, level: number): PickleValue {
    const entries = Object.entries(toObject(content) ?? {}).map(
      ([key, item]): [PickleValue, PickleValue] => [key, this.value(toObject(item), level + 1)],
    )
    return { kind: 'dict', entries, length: entries.length }
  }

  #object(node: JsonObject, level: number): PickleValue {
    const state = toObject(toObject(node['content']) ?? toObject(node['attrs']))
    const made: PickleCall = {
      kind: 'call',
      opcode: 'NEWOBJ',
      callee: globalOf(node),
      args: { kind: 'tuple', items: [] },
      kwargs: undefined,
      offset: 0,
      state: state && this.value(state, level + 1),
      items: undefined,
      entries: undefined,
    }
    return made
  }

  /**
   * An array of objects is a list in the schema; one of numbers an npy member, of which the beginning is read. Scalars
   * such as `numpy.float64` are members as well.
   */
  #array(node: JsonObject, items: () => PickleValue[]): PickleValue {
    const list = toText(node['type']) === 'numpy' ? this.#numbers(toText(node['file'])) : items()
    if (toText(node['__class__']) !== 'ndarray' && list.length === 1) return list[0] ?? null
    return { kind: 'list', items: list, length: list.length }
  }

  #numbers(name: string | undefined): PickleValue[] {
    const entry = name === undefined ? undefined : this.#archive.get(name)
    if (!entry) return []
    try {
      const head = this.#archive.head(entry, 65_536)
      const header = readNpyHeader(ByteReader.of(head))
      const dtype = dtypeOfDescr(header.descr)
      const count = Math.min(DECODED, elementCount(header.shape) ?? 0)
      return (dtype && decodeElements(head.subarray(header.dataOffset), dtype, count)) ?? []
    } catch (error) {
      if (isAppError(error)) return []
      throw error
    }
  }
}

/** A scalar is JSON in a text. */
function jsonScalar(content: JsonValue | undefined): PickleValue {
  const text = toText(content)
  if (text === undefined) return { kind: 'unknown', reason: 'no scalar' }
  try {
    const { value } = parseBoundedJson(text)
    return typeof value === 'object' && value !== null ? text : value
  } catch (error) {
    if (isAppError(error)) return text
    throw error
  }
}

function globalOf(node: JsonObject): PickleGlobal {
  const module = toText(node['__module__']) ?? ''
  const name = toText(node['__class__']) ?? ''
  return {
    kind: 'global',
    module,
    name,
    rawModule: module,
    rawName: name,
    path: `${module}.${name}`,
    offset: 0,
  }
}
