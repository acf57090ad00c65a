import type { Content, ScanContext } from '../context'
import { FILE_OPERATORS, SCRIPT_OPERATORS } from '../policy/tensorflowHazards'
import { TENSORFLOW_OPERATORS } from '../policy/tensorflowOperators'

const OPERATOR = /\bop\s*:\s*["']([^"'\n]*)["']/g
const DEFINED = /\bsignature\s*[{<]\s*name\s*:\s*["']([^"'\n]*)["']/g

/** Scans a graph of TensorFlow in protobuf's text format, which loaders take in place of the binary one. */
export function scanTextGraph(text: string, content: Content, context: ScanContext): boolean {
  if (!/\b(?:graph_def|meta_graphs|node|library)\s*[:{<]/.test(text)) return false
  context.markModel()
  const defined = new Set(Array.from(text.matchAll(DEFINED), ([, name]) => name))
  for (const match of text.matchAll(OPERATOR)) {
    const [, operator = ''] = match
    const details = { offset: match.index, evidence: operator }
    if (SCRIPT_OPERATORS.has(operator) || /\\/.test(operator)) {
      context.add('tf/dangerous-operator', content, details)
    } else if (FILE_OPERATORS.has(operator)) context.add('tf/file-operator', content, details)
    else if (!TENSORFLOW_OPERATORS.has(operator) && !defined.has(operator)) {
      context.add('tf/unknown-operator', content, details)
    }
  }
  return true
}
