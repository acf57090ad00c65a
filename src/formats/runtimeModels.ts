import { isAppError } from '../base/errors'
import type { ByteReader } from '../bytes/byteReader'
import { hasFlatBufferIdentifier, Table } from '../bytes/flatbuffers'
import type { Budget } from '../bytes/limits'
import type { InspectionSummary } from '../registry/inspection'
import type { FileFormat, FormatResult } from './format'
import { toMetadata } from './summary'

/** ExecuTorch programs: known by name and version. `Program { version 0, execution_plan 1 { name 0 } }` */
export const executorch: FileFormat = {
  id: 'executorch',
  extensions: ['.pte'],
  match: ({ head }) => hasFlatBufferIdentifier(head, /^ET\d\d$/),
  inspect: ({ reader, budget }) =>
    describe('pytorch', reader, budget, (program) => ({
      producer: 'ExecuTorch',
      metadata: toMetadata([
        ['version', program.u32(0)],
        ['methods', [...program.tables(1)].map((plan) => plan.text(0) ?? '').join(', ')],
      ]),
    })),
}

/** ONNX Runtime's own format: known by name and version. `InferenceSession { ort_version 0, model 1 }` */
export const ort: FileFormat = {
  id: 'ort',
  extensions: ['.ort'],
  match: ({ head }) => hasFlatBufferIdentifier(head, /^ORTM$/),
  inspect: ({ reader, budget }) =>
    describe('onnx', reader, budget, (session) => {
      const model = session.table(1)
      const producer = model?.text(2)
      const producerVersion = model?.text(3)
      return {
        ...(producer && { producer }),
        ...(producerVersion && { producerVersion }),
        metadata: toMetadata([
          ['ortVersion', session.text(0)],
          ['irVersion', model?.u64(0)],
        ]),
      }
    }),
}

/** The identifier alone says what the file is: damage behind it makes the result partial. */
function describe(
  framework: string,
  reader: ByteReader,
  budget: Budget,
  read: (root: Table) => InspectionSummary,
): FormatResult {
  try {
    return { framework, summary: read(Table.root(reader, budget)) }
  } catch (error) {
    if (!isAppError(error) || error.code !== 'corrupt') throw error
    const { offset } = error.location ?? {}
    return {
      framework,
      summary: {},
      partial: true,
      findings: [
        {
          rule: 'damaged',
          severity: 'error',
          message: error.message,
          ...(offset !== undefined && { offset }),
        },
      ],
    }
  }
}
