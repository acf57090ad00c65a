import type { Content, ScanContext } from '../context'
import { checkTemplate } from '../text/jinja'

/** Reports what a chat template does beside writing text. `key` says where it stands in the file. */
export function scanTemplate(
  template: string,
  key: string,
  content: Content,
  context: ScanContext,
  offset = 0,
): void {
  const seen = new Set<string>()
  for (const problem of checkTemplate(template)) {
    if (seen.has(problem.rule + problem.evidence)) continue
    seen.add(problem.rule + problem.evidence)
    context.add(problem.rule, content, {
      offset: offset + problem.offset,
      evidence: `${key}: ${problem.evidence}`,
    })
  }
}
