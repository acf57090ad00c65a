import type { JsonValue } from '../../bytes/boundedJson'
import type { Content, ScanContext } from '../context'
import { judgeGlobal } from '../policy/judge'

/** Packages whose configurations Hydra instantiates in models of NeMo, and what they use. */
const KNOWN =
  /^(?:nemo|nemo_text_processing|torch\.(?:nn|optim|utils\.data)|pytorch_lightning|lightning|lightning\.pytorch|transformers|omegaconf|megatron|nemo_automodel|torchmetrics|torchvision\.transforms|torchaudio\.transforms)\.[\w.]+$/
const HYDRA = new Set(['_target_', '_cls_'])
/** Words for the same in configurations of Lightning and of Stable Diffusion, which are YAML. */
const OTHERS = new Set(['target', 'class_path'])
const MAX_DEPTH = 64

/** Looks for `_target_`, which Hydra imports and calls, in every dict of a configuration. */
export function checkTargets(
  root: JsonValue | undefined,
  content: Content,
  context: ScanContext,
): void {
  walk(root, 0, content, context)
}

function walk(
  value: JsonValue | undefined,
  depth: number,
  content: Content,
  context: ScanContext,
): void {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return
  context.budget.step()
  for (const [key, inner] of Object.entries(value) as [string, JsonValue | undefined][]) {
    if ((HYDRA.has(key) || (isYaml(content) && OTHERS.has(key))) && typeof inner === 'string')
      checkTarget(key, inner, content, context)
    else walk(inner, depth + 1, content, context)
  }
}

function checkTarget(key: string, target: string, content: Content, context: ScanContext): void {
  const isComputed = target.includes('${')
  if (!target.includes('.') && !isComputed) return
  const isHydra = HYDRA.has(key)
  const { kind } = judgeTarget(target)
  const evidence = `${key}: ${target}`
  if (kind === 'denied' || (kind === 'library' && isHydra)) {
    context.add('config/target', content, { evidence })
  } else if (isHydra && (isComputed || (content.within === 'nemo' && !KNOWN.test(target)))) {
    context.add('config/unknown-target', content, { evidence })
  }
}

function isYaml({ name }: Content): boolean {
  return /\.ya?ml$/i.test(name)
}

/** A path is looked up from its longest module on, so each split is one that Python could make. */
function judgeTarget(target: string): ReturnType<typeof judgeGlobal> {
  const parts = target.split('.')
  let last: ReturnType<typeof judgeGlobal> = { kind: 'unknown' }
  for (let index = parts.length - 1; index > 0; index--) {
    last = judgeGlobal(parts.slice(0, index).join('.'), parts.slice(index).join('.'))
    if (last.kind === 'denied') return last
  }
  return last
}
