import { AppError } from '../base/errors'
import { requireDocument, type ChangeRunner } from './changeRunner'
import { transitioned } from './changes'
import type { ModelVersion, RegisteredModel } from './model'
import { checkPromotion, type PromotionOptions } from './promotion'
import { ModelStage } from './stage'
import { verifyVersions } from './verify'

/** Versions that were in production before the present one and can be again, the last one first. */
export function formerProduction(model: RegisteredModel): readonly ModelVersion[] {
  const current = model.productionVersion
  const found: ModelVersion[] = []
  const undone = new Set(model.history.flatMap(({ undoes }) => undoes ?? []))
  for (const entry of [...model.history].reverse()) {
    // Who took a promotion back wants that version there no more; the undo itself leads to what was there anyway.
    if (undone.has(entry.id) || entry.undoes !== undefined) continue
    // A version was in production when it went there, and when another one took its place.
    const ids = [
      ...(entry.to === ModelStage.production ? [entry.versionId] : []),
      entry.demotedId,
      ...(entry.from === ModelStage.production ? [entry.versionId] : []),
    ]
    for (const id of ids) {
      const version = id === undefined ? undefined : model.versions.find((other) => other.id === id)
      if (version && version.id !== current?.id && !found.includes(version)) found.push(version)
    }
  }
  return found
}

/**
 * Puts the previous production version back, after its content was read and found as it was registered. The promotion
 * rules hold for it as for any other, save for comparisons with the version that it replaces.
 * @throws AppError `notFound` where there was none, `corrupt` where its artifact is damaged, `policy`, `unsafe`.
 */
export async function rollback(
  runner: ChangeRunner,
  name: string,
  options: PromotionOptions & { readonly note?: string; readonly version?: string },
): Promise<ModelVersion> {
  const model = (await runner.snapshotNow(name)) ?? runner.requireModel(name)
  const former = formerProduction(model)
  const target =
    options.version === undefined
      ? former[0]
      : former.find(({ version }) => version === options.version)
  if (!target) {
    throw new AppError(
      'notFound',
      options.version === undefined
        ? `No other version of ${name} was in production before; move one there with "transition".`
        : `${name}:${options.version} was not in production before.`,
    )
  }
  const { ok } = await verifyVersions(runner, [target], options)
  if (!ok) {
    throw new AppError(
      'corrupt',
      `${target.fullName} can't go back to production: its artifact is not what was registered. Run "model-registry verify ${target.fullName}".`,
    )
  }
  const allowed = await runner.explained(`roll back ${name}`, () =>
    checkPromotion(runner, target, ModelStage.production, options, { isRollback: true }),
  )
  return runner.write(`roll back ${name}`, () =>
    runner.change(name, async (current) => {
      const document = requireDocument(name, current)
      const record = document.versions.find(({ id }) => id === target.id)
      const production = document.versions.find(({ stage }) => stage === ModelStage.production)
      const isAsChecked = runner.snapshot(name)?.getVersion(target.version) === target
      if (!record || !isAsChecked || production?.id !== model.productionVersion?.id) {
        throw new AppError('conflict', `${name} was changed meanwhile; look at it and try again.`)
      }
      const author = { ...runner.author(undefined, options.note), ...allowed }
      const change = transitioned(document, record, ModelStage.production, author, 'rollback')
      return { change, version: record.version }
    }),
  )
}
