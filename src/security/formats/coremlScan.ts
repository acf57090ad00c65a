import type { JsonObject } from '../../bytes/boundedJson'
import { toObject } from '../../bytes/boundedJson'
import type { Message } from '../../bytes/protobuf'
import type { Content, ScanContext } from '../context'

/** Fields of `Model` (Model.proto): code and models from elsewhere. */
const CUSTOM_MODEL = 555
const LINKED_MODEL = 556
const PIPELINES = new Set([200, 201, 202])
const NETWORKS = new Set([303, 403, 500])
/** `NeuralNetwork.layers`, and the custom one among the kinds of a layer. */
const LAYERS = 1
const CUSTOM_LAYER = 500

/** Walks a Core ML model for what the app has to provide. */
export function scanCoreml(
  model: Message,
  content: Content,
  context: ScanContext,
  depth = 0,
): void {
  while (model.next()) {
    const { field } = model
    if (field === CUSTOM_MODEL) context.add('coreml/custom', content, { offset: model.tag })
    else if (field === LINKED_MODEL) context.add('coreml/linked', content, { offset: model.tag })
    else if (NETWORKS.has(field)) scanNetwork(model.message(), content, context)
    else if (PIPELINES.has(field) && depth < 16)
      scanPipeline(field, model.message(), content, context, depth)
  }
}

function scanNetwork(network: Message, content: Content, context: ScanContext): void {
  while (network.next()) {
    if (network.field !== LAYERS) continue
    const layer = network.message()
    while (layer.next()) {
      if (layer.field !== CUSTOM_LAYER) continue
      const custom = layer.message()
      let className = ''
      while (custom.next()) if (custom.field === 10) className = custom.text(200)
      context.add('coreml/custom', content, { offset: layer.tag, evidence: className })
    }
  }
}

/** A pipeline has its models as field 1; a classifier's or regressor's is a pipeline in field 1 itself. */
function scanPipeline(
  kind: number,
  pipeline: Message,
  content: Content,
  context: ScanContext,
  depth: number,
): void {
  while (pipeline.next()) {
    if (pipeline.field !== 1) continue
    if (kind === 202) scanCoreml(pipeline.message(), content, context, depth + 1)
    else scanPipeline(202, pipeline.message(), content, context, depth)
  }
}

/** `Manifest.json` of a package names the files that Core ML opens. */
export function checkManifest(object: JsonObject, content: Content, context: ScanContext): void {
  const entries = toObject(object['itemInfoEntries'])
  if (!entries) return
  context.markModel()
  for (const entry of Object.values(entries)) {
    const path = toObject(entry)?.['path']
    if (typeof path === 'string' && /^[/\\~]|^\w+:|(?:^|[/\\])\.\.(?:[/\\]|$)|\0/.test(path)) {
      context.add('coreml/path', content, { evidence: path })
    }
  }
}
