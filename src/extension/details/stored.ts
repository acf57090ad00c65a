import * as v from 'valibot'
import type { InspectionSummary } from '../../registry/inspection'
import type { ModelVersion } from '../../registry/model'
import { VERDICTS, type ScanReport } from '../../registry/scan'

/**
 * A document may come from anywhere, and only its outer fields are checked when it is read: what is malformed inside of
 * them is passed over here, and the rest shown.
 */
const optional = <T extends v.GenericSchema>(schema: T) => v.fallback(v.optional(schema), undefined)
const text = v.string()
const count = v.pipe(v.number(), v.finite(), v.minValue(0))
const scalar = v.union([v.string(), v.pipe(v.number(), v.finite()), v.boolean()])
/** Items of a list that are what they should be. */
const listOf = <T extends v.GenericSchema>(item: T) =>
  v.pipe(
    v.array(v.unknown()),
    v.transform((items) =>
      items.flatMap((one): v.InferOutput<T>[] => {
        const parsed = v.safeParse(item, one)
        return parsed.success ? [parsed.output] : []
      }),
    ),
  )
/** Fields of a record whose values are what they should be. */
const recordOf = <T extends v.GenericSchema>(value: T) =>
  v.pipe(
    v.custom<Record<string, unknown>>(
      (input) => typeof input === 'object' && input !== null && !Array.isArray(input),
    ),
    v.transform((fields) =>
      Object.fromEntries(
        Object.entries(fields).flatMap(([key, one]): [string, v.InferOutput<T>][] => {
          const parsed = v.safeParse(value, one)
          return parsed.success ? [[key, parsed.output]] : []
        }),
      ),
    ),
  )

/** An object without the fields that are not there, as JSON has it. */
function plain<T extends v.ObjectEntries>(entries: T) {
  return v.pipe(
    v.object(entries),
    v.transform(
      (fields) =>
        Object.fromEntries(
          Object.entries(fields).filter(([, value]) => value !== undefined),
        ) as typeof fields,
    ),
  )
}

const tensor = plain({
  name: text,
  dtype: optional(text),
  shape: optional(v.array(v.nullable(v.union([v.pipe(v.number(), v.finite()), text])))),
})
const SummarySchema = plain({
  tensorCount: optional(count),
  parameterCount: optional(count),
  parametersByDtype: optional(recordOf(count)),
  inputs: optional(listOf(tensor)),
  outputs: optional(listOf(tensor)),
  producer: optional(text),
  producerVersion: optional(text),
  opset: optional(recordOf(count)),
  architecture: optional(text),
  quantization: optional(text),
  contextLength: optional(count),
  modelClass: optional(text),
  hyperparameters: optional(recordOf(v.nullable(scalar))),
  featureNames: optional(listOf(text)),
  featureCount: optional(count),
  classes: optional(listOf(text)),
  treeCount: optional(count),
  layers: optional(recordOf(count)),
  metadata: optional(recordOf(scalar)),
})
const InspectionSchema = v.object({
  summary: SummarySchema,
  partial: v.fallback(v.boolean(), false),
})

/** What is stored of a version's structure; `undefined` where nothing is. */
export function storedStructure({
  inspection,
}: ModelVersion): { readonly summary: InspectionSummary; readonly isPartial: boolean } | undefined {
  const parsed = v.safeParse(InspectionSchema, inspection)
  if (!parsed.success) return undefined
  const { summary, partial } = parsed.output
  return Object.keys(summary).length === 0 ? undefined : { summary, isPartial: partial }
}

const FindingSchema = plain({
  rule: v.fallback(text, ''),
  severity: v.fallback(v.picklist(['critical', 'high', 'medium', 'low', 'info']), 'high'),
  message: text,
  member: optional(text),
  offset: optional(count),
  evidence: optional(text),
  why: optional(text),
  remedy: optional(text),
})
const ScanSchema = v.object({
  verdict: v.picklist(VERDICTS),
  findings: v.fallback(listOf(FindingSchema), []),
  rules: v.fallback(text, ''),
  note: optional(text),
  sha256: text,
  at: v.fallback(text, ''),
})

export interface CurrentScan {
  readonly report: ScanReport
  readonly at: string
}

/** What the scanner said of the artifact that the version has now. */
export function storedScan({ scan, artifact }: ModelVersion): CurrentScan | undefined {
  const parsed = v.safeParse(ScanSchema, scan)
  if (!parsed.success || parsed.output.sha256 !== artifact?.sha256) return undefined
  const { verdict, findings, rules, note, at } = parsed.output
  return { report: { verdict, findings, rules, ...(note === undefined ? {} : { note }) }, at }
}

const GitSchema = v.object({
  commit: text,
  branch: optional(text),
  remote: optional(text),
  author: optional(text),
  dirty: v.fallback(v.boolean(), false),
})
const SourceSchema = v.object({
  path: optional(text),
  outside: v.fallback(v.optional(v.boolean(), false), false),
  run: optional(text),
  git: optional(GitSchema),
  datasets: v.fallback(
    v.optional(listOf(v.object({ path: text, digest: optional(text) })), []),
    [],
  ),
  notebook: optional(v.object({ path: text, cell: v.pipe(v.number(), v.integer()) })),
  environment: v.fallback(v.optional(recordOf(text), {}), {}),
  values: v.fallback(v.optional(recordOf(v.object({ file: text, key: text })), {}), {}),
})

/** Where a version comes from. */
export function storedSource({ source }: ModelVersion): v.InferOutput<typeof SourceSchema> {
  return v.parse(SourceSchema, source ?? {})
}
