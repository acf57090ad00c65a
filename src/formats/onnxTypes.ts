/** `TensorProto.DataType` (onnx.proto) by its own names: name and bits of an element; `undefined` bits for strings. */
const DATA_TYPES: readonly (readonly [id: number, name: string, bits: number | undefined])[] = [
  [1, 'FLOAT', 32],
  [2, 'UINT8', 8],
  [3, 'INT8', 8],
  [4, 'UINT16', 16],
  [5, 'INT16', 16],
  [6, 'INT32', 32],
  [7, 'INT64', 64],
  [8, 'STRING', undefined],
  [9, 'BOOL', 8],
  [10, 'FLOAT16', 16],
  [11, 'DOUBLE', 64],
  [12, 'UINT32', 32],
  [13, 'UINT64', 64],
  [14, 'COMPLEX64', 64],
  [15, 'COMPLEX128', 128],
  [16, 'BFLOAT16', 16],
  [17, 'FLOAT8E4M3FN', 8],
  [18, 'FLOAT8E4M3FNUZ', 8],
  [19, 'FLOAT8E5M2', 8],
  [20, 'FLOAT8E5M2FNUZ', 8],
  [21, 'UINT4', 4],
  [22, 'INT4', 4],
  [23, 'FLOAT4E2M1', 4],
  [24, 'FLOAT8E8M0', 8],
  [25, 'UINT2', 2],
  [26, 'INT2', 2],
  [27, 'FLOAT6E2M3', 6],
  [28, 'FLOAT6E3M2', 6],
]

const BY_ID = new Map(DATA_TYPES.map(([id, name, bits]) => [id, { name, bits }]))

export function onnxDtype(id: number): {
  readonly name: string
  readonly bits: number | undefined
} {
  return BY_ID.get(id) ?? { name: `type ${id}`, bits: undefined }
}
