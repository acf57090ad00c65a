import * as v from 'valibot'
import type { ChartKind, ChartScope, ChartsQuery, Picture } from '../../webview/charts/protocol'

/** What a page says is checked, as anything from outside. */
export const VersionKeySchema = v.object({ folder: v.string(), reference: v.string() })

export const ScopeSchema = v.variant('kind', [
  v.object({ kind: v.literal('all') }),
  v.object({ kind: v.literal('model'), folder: v.string(), model: v.string() }),
  v.object({ kind: v.literal('versions'), versions: v.array(VersionKeySchema) }),
]) satisfies v.GenericSchema<unknown, ChartScope>

const KindSchema = v.picklist([
  'history',
  'metrics',
  'tradeoff',
  'parameters',
  'curves',
]) satisfies v.GenericSchema<unknown, ChartKind>

export const QuerySchema = v.object({
  scope: v.optional(ScopeSchema),
  chart: KindSchema,
  metric: v.optional(v.string()),
  x: v.optional(v.string()),
  y: v.optional(v.string()),
  metrics: v.optional(v.array(v.string())),
  parameters: v.optional(v.array(v.string())),
  curve: v.optional(v.string()),
  smoothing: v.pipe(v.number(), v.minValue(0), v.maxValue(0.999)),
}) satisfies v.GenericSchema<unknown, ChartsQuery>

export const PictureSchema = v.variant('format', [
  v.object({ format: v.literal('svg'), name: v.string(), text: v.string() }),
  v.object({ format: v.literal('png'), name: v.string(), bytes: v.instance(Uint8Array) }),
]) satisfies v.GenericSchema<unknown, Picture>
