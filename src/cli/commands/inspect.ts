import { lstat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Command } from 'commander'
import { inspect, inspectDetailed, type ModelRegistry } from '../../app'
import { AppError, systemCode } from '../../base/errors'
import { escapeText, formatBytes } from '../../base/text'
import { describeParts } from '../../parts'
import type { Inspection, TensorInfo, TensorSpec } from '../../registry/inspection'
import type { Style } from '../answer'
import type { CommandContext } from '../context'
import { fields, table } from '../print'
import type { Answering } from '../program'

interface Result extends Inspection {
  readonly path: string
  readonly tensors?: readonly TensorInfo[]
}

export function addInspect(program: Command, answering: Answering): void {
  program
    .command('inspect')
    .description('Say what model files and folders are and hold, without executing anything.')
    .argument('<paths...>', 'files and folders, or references of registered versions')
    .option('--tensors', 'list every tensor')
    .action((paths: readonly string[], { tensors = false }: { readonly tensors?: boolean }) =>
      answering(async (context) => {
        const results = await context.interruptible(async ({ signal }) => {
          const options = signal ? { signal } : {}
          const found: Result[] = []
          for (const path of paths) {
            const place = await placeOf(context, path)
            const inspection = tensors
              ? await inspectDetailed(place, options)
              : await inspect(place, options)
            found.push({ path, ...inspection })
          }
          return found
        })
        return {
          json: { results },
          text: (style) => results.map((result) => resultText(result, style)).join('\n\n'),
        }
      }),
    )
}

/** A path that is there, else the artifact of the version that a reference means, else the path all the same. */
export async function placeOf(context: CommandContext, word: string): Promise<string> {
  const path = context.path(word)
  try {
    await lstat(path)
    return path
  } catch (error) {
    if (systemCode(error) !== 'ENOENT' && systemCode(error) !== 'ENOTDIR') throw error
  }
  const registry = await context.open({ readOnly: true })
  const version = resolveQuietly(registry, word)
  return (version && registry.artifactPath(version)) ?? path
}

function resolveQuietly(
  registry: ModelRegistry,
  word: string,
): ReturnType<ModelRegistry['resolve']> {
  try {
    return registry.resolve(word)
  } catch (error) {
    // What is neither a path nor a reference is a path that is not there, and that is a result.
    if (error instanceof AppError && error.code === 'invalid') return undefined
    throw error
  }
}

function resultText(result: Result, style: Style): string {
  const { path, format, framework, summary, findings, tensors, partial } = result
  const lines = [
    style.bold(escapeText(path)),
    fields(
      [
        ['Format', format],
        ['Framework', framework],
        ['Class', summary.modelClass],
        ['Architecture', summary.architecture],
        ['Producer', [summary.producer, summary.producerVersion].filter(Boolean).join(' ')],
        ['Parameters', summary.parameterCount?.toLocaleString('en-US')],
        ['Tensors', summary.tensorCount?.toLocaleString('en-US')],
        ['Types', countsText(summary.parametersByDtype)],
        ['Quantization', summary.quantization],
        ['Context length', summary.contextLength?.toLocaleString('en-US')],
        ['Operator sets', countsText(summary.opset)],
        ['Inputs', specsText(summary.inputs)],
        ['Outputs', specsText(summary.outputs)],
        ['Features', featuresText(summary.featureNames, summary.featureCount)],
        ['Classes', summary.classes?.join(', ')],
        ['Trees', summary.treeCount?.toLocaleString('en-US')],
        ['Layers', countsText(summary.layers)],
        ['Parts', result.parts && describeParts(basename(path), result.parts)],
        ['Complete', partial ? 'no: not everything could be looked at' : undefined],
      ],
      style,
    ),
    ...findings.map(({ severity, message }) => `${severity}: ${escapeText(message, 500)}`),
  ]
  if (tensors) {
    const rows = tensors.map(({ name, dtype, shape, bytes }) => [
      name,
      dtype,
      `[${shape.join(', ')}]`,
      bytes === undefined ? '' : formatBytes(bytes),
    ])
    lines.push('', table(['TENSOR', 'TYPE', 'SHAPE', 'SIZE'], rows, style))
  }
  return lines.join('\n')
}

function countsText(counts: Readonly<Record<string, number>> | undefined): string | undefined {
  return (
    counts &&
    Object.entries(counts)
      .map(([name, count]) => `${name} ${count.toLocaleString('en-US')}`)
      .join(', ')
  )
}

function specsText(specs: readonly TensorSpec[] | undefined): string | undefined {
  return specs
    ?.map(({ name, dtype, shape }) =>
      [name, dtype, shape && `[${shape.map((size) => size ?? '?').join(', ')}]`]
        .filter(Boolean)
        .join(' '),
    )
    .join('; ')
}

function featuresText(
  names: readonly string[] | undefined,
  count: number | undefined,
): string | undefined {
  return names ? names.join(', ') : count?.toLocaleString('en-US')
}
