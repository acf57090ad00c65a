import { escapeText, formatBytes } from '../../base/text'
import type { Overview } from '../protocol'
import { formatCount, formatExact } from '../ui/text'
import { formatLabel, frameworkLabel } from './labels'

/** One thing that is known of a model, as it is shown. */
export interface Fact {
  readonly label: string
  readonly value: string
  /** The value in full, where `value` is rounded. */
  readonly exact?: string
}

/** What is known at a glance, most telling first; what the format does not say is left out. */
export function factsOf({
  summary,
  size,
  kind,
}: Pick<Overview, 'summary' | 'size' | 'kind'>): Fact[] {
  const facts: (Fact | undefined)[] = [
    // Without a tensor nothing was counted.
    count('Parameters', summary.tensorCount === 0 ? undefined : summary.parameterCount),
    size === undefined
      ? undefined
      : {
          label: kind === 'folder' ? 'Size of the folder' : 'Size',
          value: formatBytes(size),
          exact: `${formatExact(size)} bytes`,
        },
    text('Architecture', summary.architecture),
    text('Class', lastPart(summary.modelClass), summary.modelClass),
    text('Quantization', summary.quantization),
    count('Context length', summary.contextLength),
    count('Tensors', summary.tensorCount === 0 ? undefined : summary.tensorCount),
    count('Trees', summary.treeCount),
    count('Features', summary.featureCount ?? summary.featureNames?.length),
    count('Classes', summary.classes?.length),
    text('Opset', opset(summary.opset)),
    text('Made by', [summary.producer, summary.producerVersion].filter(Boolean).join(' ')),
  ]
  return facts.filter((fact) => fact !== undefined)
}

/** `ONNX · PyTorch`, without saying the same twice. */
export function kindOf({ format, framework }: Pick<Overview, 'format' | 'framework'>): string {
  const [what, who] = [formatLabel(format), frameworkLabel(framework)]
  return who === undefined || what.toLowerCase().includes(who.toLowerCase())
    ? what
    : `${what} · ${who}`
}

function count(label: string, value: number | undefined): Fact | undefined {
  if (value === undefined) return undefined
  return { label, value: formatCount(value), exact: formatExact(value) }
}

function text(label: string, value: string | undefined, exact?: string): Fact | undefined {
  if (value === undefined || value === '') return undefined
  return {
    label,
    value: escapeText(value),
    ...(exact === undefined || exact === value ? {} : { exact: escapeText(exact) }),
  }
}

/** `sklearn.pipeline.Pipeline` is a `Pipeline`. */
function lastPart(name: string | undefined): string | undefined {
  return name?.split('.').at(-1)
}

/** The default operator set by its number alone. */
function opset(sets: Overview['summary']['opset']): string | undefined {
  return Object.entries(sets ?? {})
    .map(([domain, version]) => (domain === 'ai.onnx' ? String(version) : `${domain} ${version}`))
    .join(', ')
}
