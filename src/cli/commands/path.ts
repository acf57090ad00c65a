import type { Command } from 'commander'
import { AppError } from '../../base/errors'
import type { Answering } from '../program'
import { requireVersion } from '../reference'

export function addPath(program: Command, answering: Answering): void {
  program
    .command('path')
    .description("Print the absolute path of a version's file, or of its folder.")
    .argument('<reference>', 'model:version, model@stage, model@alias, or a model for its latest')
    .action((reference: string) =>
      answering(async (context) => {
        const registry = await context.open({ isAnonymous: true })
        const version = requireVersion(registry, reference)
        const isHere = await registry.hasArtifact(version)
        const path = registry.artifactPath(version)
        if (path === undefined) {
          throw new AppError(
            'notFound',
            `${version.fullName} has no artifact on this machine's disk.`,
          )
        }
        if (!isHere) {
          throw new AppError(
            'notFound',
            `The artifact of ${version.fullName} is not here, or not complete (${path}). Copy it from the machine that registered it.`,
          )
        }
        return { json: { path }, text: () => path }
      }),
    )
}
