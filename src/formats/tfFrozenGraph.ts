import { AppError } from '../base/errors'
import { Message, probeTopLevel, WireType } from '../bytes/protobuf'
import type { FileFormat, FileSubject, FormatResult } from './format'
import { Findings, tallyTensors, toCounts, toMetadata } from './summary'
import { TfGraph } from './tfGraph'

/** A TensorFlow 1 graph whose variables were made constants: a `GraphDef` as a file. */
export const tfFrozenGraph: FileFormat = {
  id: 'tf-frozen-graph',
  extensions: ['.pb'],
  match: isGraph,
  inspect({ reader, budget }): FormatResult {
    const findings = new Findings()
    const graph = new TfGraph()
    const message = Message.ofCut(reader, budget)
    let partial = false
    try {
      while (message.next()) graph.readField(message)
      message.checkWhole()
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'corrupt') throw error
      partial = true
      findings.add('damaged', 'error', error.message, { offset: error.location?.offset ?? 0 })
    }
    return {
      framework: 'tensorflow',
      summary: {
        ...tallyTensors(graph.constants),
        inputs: graph.placeholders,
        outputs: graph.outputs(),
        layers: toCounts(graph.operations),
        metadata: toMetadata([
          ['nodeCount', graph.nodeCount],
          ['functions', graph.functions.length || undefined],
        ]),
      },
      tensors: graph.constants,
      findings: findings.list(),
      partial,
    }
  },
}

/** `GraphDef { node 1+, library 2, version 3, versions 4 }`, the first node having a name and an operation. */
function isGraph({ reader, budget }: FileSubject): boolean {
  const top = probeTopLevel(reader, budget, (field, wire) =>
    field === 3 ? wire === WireType.varint : field <= 4 && wire === WireType.bytes,
  )
  const first = top?.payloads.get(1)
  if (!top || !first) return false
  if (top.cut === undefined && !top.kinds.has('4:2') && !top.kinds.has('3:0')) return false
  const node = probeTopLevel(
    reader.view(first.start, first.length),
    budget,
    (field, wire) => field <= 7 && wire === WireType.bytes,
  )
  const [name, operation] = [node?.payloads.get(1), node?.payloads.get(2)]
  if (!name || !operation || operation.length > 256) return false
  const text = new TextDecoder('latin1').decode(
    reader.bytes(first.start + operation.start, operation.length),
  )
  return /^[A-Za-z][\w>/]*$/.test(text)
}
