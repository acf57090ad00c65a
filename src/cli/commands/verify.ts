import type { Command } from 'commander'
import { parseReference } from '../../registry/reference'
import type { VerifyReport } from '../../registry/verify'
import type { Style } from '../answer'
import { table } from '../print'
import type { Answering } from '../program'
import { requireModel, requireVersion } from '../reference'

export function addVerify(program: Command, answering: Answering): void {
  program
    .command('verify')
    .description('Read artifacts again and compare them with what was registered.')
    .argument('[reference]', 'a version or a model; everything by default')
    .action((reference: string | undefined) =>
      answering(async (context) => {
        const registry = await context.open({ isAnonymous: true })
        const target = ((): { name?: string; version?: string } => {
          if (reference === undefined) return {}
          const { model, version, label } = parseReference(reference)
          if (version === undefined && label === undefined) {
            return { name: requireModel(registry, model).name }
          }
          const found = requireVersion(registry, reference)
          return { name: found.model, version: found.version }
        })()
        const report = await context.interruptible((options) => registry.verify(target, options))
        for (const { error } of report.broken) context.note(error)
        return {
          json: report,
          text: (style) => reportText(report, style),
          exitCode: report.ok ? 0 : 1,
        }
      }),
    )
}

function reportText({ results, broken, ok }: VerifyReport, style: Style): string {
  if (results.length === 0)
    return broken.length === 0
      ? 'There are no artifacts to verify.'
      : 'No artifact can be verified.'
  const rows = results.map(({ reference, status, files, reason }) => [
    reference,
    status,
    reason ??
      files
        .map(({ path, status: what, sharedWith }) =>
          [`${path} ${what}`, ...(sharedWith ? [`shared with ${sharedWith.join(', ')}`] : [])].join(
            ', ',
          ),
        )
        .join('; '),
  ])
  const advice = ok ? '' : '\n"model-registry repair" says what can be done.'
  return table(['VERSION', 'STATUS', 'FILES'], rows, style) + advice
}
