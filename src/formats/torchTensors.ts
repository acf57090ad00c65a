import type { PickleCall, PickleGlobal, PickleValue } from '../bytes/pickleValues'
import { attributesOf, calleeOf, entriesOf, isKind, itemsOf, toRecord } from '../bytes/pickleValues'
import { bytesOf } from '../bytes/pickleArrays'
import type { ByteReader } from '../bytes/byteReader'
import { LIMITS } from '../bytes/limits'
import type { TensorInfo } from '../registry/inspection'
import { elementCount } from './summary'

/** Element types by the name of their storage class and as `torch.float32`, with the bytes of an element. */
const DTYPES: readonly (readonly [storage: string, dtype: string, bytes: number])[] = [
  ['DoubleStorage', 'float64', 8],
  ['FloatStorage', 'float32', 4],
  ['HalfStorage', 'float16', 2],
  ['BFloat16Storage', 'bfloat16', 2],
  ['LongStorage', 'int64', 8],
  ['IntStorage', 'int32', 4],
  ['ShortStorage', 'int16', 2],
  ['CharStorage', 'int8', 1],
  ['ByteStorage', 'uint8', 1],
  ['BoolStorage', 'bool', 1],
  ['ComplexFloatStorage', 'complex64', 8],
  ['ComplexDoubleStorage', 'complex128', 16],
  ['QInt8Storage', 'qint8', 1],
  ['QUInt8Storage', 'quint8', 1],
  ['QInt32Storage', 'qint32', 4],
  ['QUInt4x2Storage', 'quint4x2', 1],
  ['QUInt2x4Storage', 'quint2x4', 1],
  ['', 'uint16', 2],
  ['', 'uint32', 4],
  ['', 'uint64', 8],
  ['', 'complex32', 4],
  ['', 'float8_e4m3fn', 1],
  ['', 'float8_e5m2', 1],
  ['', 'float8_e4m3fnuz', 1],
  ['', 'float8_e5m2fnuz', 1],
  ['', 'float8_e8m0fnu', 1],
  ['', 'float4_e2m1fn_x2', 1],
]
const BY_STORAGE = new Map(DTYPES.map((entry) => [entry[0], entry]))
const BY_NAME = new Map(DTYPES.map((entry) => [entry[1], entry]))

/** A storage as a checkpoint names it: the record `data/<key>`, of `elements` elements; the key is empty where a plain pickle carries it. */
export interface TorchStorage {
  readonly key: string
  readonly dtype: string
  readonly itemSize: number
  readonly elements: number
}

/** A tensor of a checkpoint: where it lies in its storage, in elements. */
export interface TorchTensor {
  readonly dtype: string
  readonly itemSize: number
  readonly shape: readonly number[]
  readonly storage: TorchStorage | undefined
  readonly storageOffset: number
  /** True where the elements follow one another in the storage, so that they are one range of bytes. */
  readonly contiguous: boolean
}

/** A tensor and the dictionary keys or attributes that lead to it, joined by dots. */
export interface NamedTensor extends TorchTensor {
  readonly name: string
}

/** Bytes of a nested pickle in which the class of its storage is looked for: it stands at the beginning. */
const NESTED = 2048

/**
 * The storage inside the bytes that a plain pickle gives to `torch.storage._load_from_bytes`: a file of `torch.save` in
 * itself, of which the class of the storage alone is wanted.
 */
function nestedStorage(
  value: PickleValue | undefined,
  reader: ByteReader,
): TorchStorage | undefined {
  if (!isKind(value, 'call') || calleeOf(value)?.path !== 'torch.storage._load_from_bytes') {
    return undefined
  }
  const head = bytesOf(itemsOf(value.args)[0], NESTED, reader)
  if (!head) return undefined
  const name = /(?:ctorch\n|torch[^\w.]{1,6})(\w+Storage)\b/.exec(
    Buffer.from(head).toString('latin1'),
  )?.[1]
  const entry = name === undefined ? undefined : BY_STORAGE.get(name)
  return entry && { key: '', dtype: entry[1], itemSize: entry[2], elements: 0 }
}

/** The storage of a persistent id `('storage', class, key, location, numel)`, as torch.save writes it. */
function storageOf(value: PickleValue | undefined): TorchStorage | undefined {
  if (!isKind(value, 'persistent-id')) return undefined
  const [tag, type, key, , elements] = itemsOf(value.id)
  if (tag !== 'storage' || !isKind(type, 'global') || typeof elements !== 'number') return undefined
  const entry = BY_STORAGE.get(type.name)
  // UntypedStorage counts bytes; the tensor gives the type.
  const [, dtype, itemSize] = entry ?? ['', 'uint8', 1]
  if (typeof key !== 'string' && typeof key !== 'number') return undefined
  return { key: String(key), dtype, itemSize, elements }
}

/** The tensor that a call of one of `torch._utils`' functions makes, through parameters and subclasses. */
export function tensorOf(
  value: PickleValue | undefined,
  reader: ByteReader,
  level = 0,
): TorchTensor | undefined {
  if (!isKind(value, 'call') || !isKind(value.callee, 'global') || level > 4) return undefined
  const args = itemsOf(value.args)
  switch (value.callee.path) {
    case 'torch._utils._rebuild_tensor':
    case 'torch._utils._rebuild_tensor_v2':
    case 'torch._utils._rebuild_qtensor':
      return strided(args, undefined, reader)
    case 'torch._utils._rebuild_tensor_v3':
      return strided(args, dtypeName(args[6]), reader)
    case 'torch._utils._rebuild_parameter':
    case 'torch._utils._rebuild_parameter_with_state':
      return tensorOf(args[0], reader, level + 1)
    case 'torch._utils._rebuild_sparse_tensor':
      return sparse(args, reader)
    case 'torch._utils._rebuild_meta_tensor_no_storage':
      return withoutStorage(dtypeName(args[0]), args[1])
    case 'torch._utils._rebuild_device_tensor_from_cpu_tensor':
      return tensorOf(args[0], reader, level + 1)
    case 'torch._tensor._rebuild_from_type_v2':
      return rebuilt(args, value, reader, level)
    default:
      return undefined
  }
}

/** `_rebuild_from_type_v2(function, type, arguments, state)`: a subclass of Tensor. */
function rebuilt(
  args: readonly PickleValue[],
  value: PickleCall,
  reader: ByteReader,
  level: number,
): TorchTensor | undefined {
  const [callee, , inner] = args
  if (!isKind(callee, 'global') || inner === undefined) return undefined
  return tensorOf({ ...value, callee, args: inner }, reader, level + 1)
}

function strided(
  [storageValue, offset, size, stride]: readonly PickleValue[],
  dtype: string | undefined,
  reader: ByteReader,
): TorchTensor | undefined {
  const shape = numbersOf(size)
  if (!shape || typeof offset !== 'number') return undefined
  const storage = storageOf(storageValue) ?? nestedStorage(storageValue, reader)
  const known = BY_NAME.get(dtype ?? storage?.dtype ?? '')
  return {
    dtype: dtype ?? storage?.dtype ?? 'unknown',
    itemSize: known?.[2] ?? storage?.itemSize ?? 0,
    shape,
    storage,
    storageOffset: offset,
    contiguous: isContiguous(shape, numbersOf(stride)),
  }
}

/** `_rebuild_sparse_tensor(layout, (indices, values, size, …))`: the size of the whole, the type of the values. */
function sparse([, data]: readonly PickleValue[], reader: ByteReader): TorchTensor | undefined {
  const parts = itemsOf(data)
  const isCompressed = parts.length >= 4 && tensorOf(parts[2], reader) !== undefined
  const values = tensorOf(isCompressed ? parts[2] : parts[1], reader)
  const shape = numbersOf(isCompressed ? parts[3] : parts[2])
  return values && shape && { ...values, shape, storage: undefined, contiguous: false }
}

function withoutStorage(
  dtype: string | undefined,
  size: PickleValue | undefined,
): TorchTensor | undefined {
  const shape = numbersOf(size)
  if (!shape || dtype === undefined) return undefined
  const itemSize = BY_NAME.get(dtype)?.[2] ?? 0
  return { dtype, itemSize, shape, storage: undefined, storageOffset: 0, contiguous: false }
}

function dtypeName(value: PickleValue | undefined): string | undefined {
  return isKind(value, 'global') && value.module === 'torch' ? value.name : undefined
}

/** A shape or stride: a tuple of counts, or `torch.Size` of one. */
function numbersOf(value: PickleValue | undefined): readonly number[] | undefined {
  const items =
    calleeOf(value)?.path === 'torch.Size' && isKind(value, 'call')
      ? itemsOf(itemsOf(value.args)[0])
      : itemsOf(value)
  const isTuple = isKind(value, 'tuple') || isKind(value, 'list') || isKind(value, 'call')
  return isTuple &&
    items.every((item): item is number => Number.isSafeInteger(item) && Number(item) >= 0)
    ? items
    : undefined
}

function isContiguous(shape: readonly number[], stride: readonly number[] | undefined): boolean {
  if (!stride || stride.length !== shape.length) return false
  let expected = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis] ?? 0
    if (size !== 1 && stride[axis] !== expected) return false
    expected *= size
  }
  return true
}

/** Dictionaries, lists and modules that are gone into on the way to tensors. */
const LEVELS = 64
/** Names under which one dictionary is listed. */
const SHARED = 8

/** Every tensor of a checkpoint's dictionaries and modules, by the keys that lead to it, in the order of the file. */
export function collectTensors(root: PickleValue | undefined, reader: ByteReader): NamedTensor[] {
  const tensors: NamedTensor[] = []
  const visits = new Map<PickleValue, number>()
  const visit = (value: PickleValue | undefined, name: string, level: number): void => {
    if (typeof value !== 'object' || value === null || tensors.length >= LIMITS.tensors) return
    const tensor = tensorOf(value, reader)
    if (tensor) {
      tensors.push({ ...tensor, name: level === 0 ? 'tensor' : name })
      return
    }
    // Shared weights are listed under each of their names, as state_dict() does; but a value may also hold itself.
    const count = visits.get(value) ?? 0
    if (level > LEVELS || count >= SHARED) return
    visits.set(value, count + 1)
    const join = (key: string): string => (level === 0 ? key : `${name}.${key}`)
    if (isModule(value)) {
      visitModule(value, join, level)
    } else if (isScriptModule(value)) {
      for (const [name, item] of attributesOf(value)) visit(item, join(name), level + 1)
      for (const [index, item] of packedItems(value).entries())
        visit(item, join(String(index)), level + 1)
    } else {
      for (const [key, item] of entriesOf(value)) visit(item, join(keyText(key)), level + 1)
      for (const [index, item] of itemsOf(value).entries())
        visit(item, join(String(index)), level + 1)
    }
  }
  const visitModule = (value: PickleCall, join: (key: string) => string, level: number): void => {
    const attributes = attributesOf(value)
    const transient = new Set(itemsOf(attributes.get('_non_persistent_buffers_set')))
    for (const [name, item] of toRecord(attributes.get('_parameters')))
      visit(item, join(name), level + 1)
    for (const [name, item] of toRecord(attributes.get('_buffers'))) {
      if (!transient.has(name)) visit(item, join(name), level + 1)
    }
    for (const [name, item] of toRecord(attributes.get('_modules')))
      visit(item, join(name), level + 1)
    visit(attributes.get(PACKED), join(PACKED), level + 1)
  }
  visit(root, '', 0)
  return tensors
}

/** Where quantised layers keep weight and bias in one object of the engine that multiplies them. */
const PACKED = '_packed_params'

/** What such an object is restored from: a tuple of tensors. */
function packedItems(value: PickleValue): readonly PickleValue[] {
  return isKind(value, 'call') && isKind(value.state, 'tuple') ? value.state.items : []
}

function keyText(key: PickleValue): string {
  return typeof key === 'object' ? '?' : String(key)
}

/** A pickled `nn.Module`: what it holds are its attributes. */
export function isModule(value: PickleValue | undefined): value is PickleCall {
  if (!isKind(value, 'call')) return false
  const attributes = attributesOf(value)
  return attributes.has('_parameters') && attributes.has('_modules')
}

/** An object of TorchScript, whose classes all lie below `__torch__`, or one of them in a module of Python. */
function isScriptModule(value: PickleValue | undefined): boolean {
  const made = calleeOf(value)
  return made !== undefined && (made.module.startsWith('__torch__') || made.name === 'ScriptObject')
}

/** The classes of a TorchScript module and of all in it. */
export function scriptClasses(root: PickleValue | undefined): PickleGlobal[] {
  return classesBelow(root, (value) =>
    isScriptModule(value) ? [...attributesOf(value).values()] : undefined,
  )
}

/** The classes of a module and of all modules in it. */
export function moduleClasses(root: PickleValue | undefined): PickleGlobal[] {
  return classesBelow(root, (value) =>
    isModule(value) ? [...toRecord(attributesOf(value).get('_modules')).values()] : undefined,
  )
}

/** Classes of the values for which there is a list of inner ones, from the root on. */
function classesBelow(
  root: PickleValue | undefined,
  innerOf: (value: PickleValue) => PickleValue[] | undefined,
): PickleGlobal[] {
  const classes: PickleGlobal[] = []
  const seen = new Set<PickleValue>()
  const queue: PickleValue[] = root === undefined ? [] : [root]
  for (const value of queue) {
    if (seen.has(value)) continue
    seen.add(value)
    const inner = innerOf(value)
    if (!inner) continue
    const made = calleeOf(value)
    if (made) classes.push(made)
    for (const item of inner) queue.push(item)
  }
  return classes
}

/** What the inspection lists of a tensor; `place` is where its storage's record begins, if that is known. */
export function toTensorInfo(
  tensor: NamedTensor,
  place?: { readonly offset: number; readonly length: number },
): TensorInfo {
  const parameters = elementCount(tensor.shape) ?? 0
  const bytes = parameters * tensor.itemSize
  const offset =
    place && tensor.contiguous ? place.offset + tensor.storageOffset * tensor.itemSize : undefined
  const fits =
    place !== undefined && offset !== undefined && offset + bytes <= place.offset + place.length
  return {
    name: tensor.name,
    dtype: tensor.dtype,
    shape: tensor.shape,
    parameters,
    ...(tensor.itemSize > 0 && { bytes }),
    ...(fits && { offset, length: bytes }),
  }
}
