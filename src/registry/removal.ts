import { AppError } from '../base/errors'
import type { ChangeRunner } from './changeRunner'
import { requireDocument } from './changeRunner'
import { findVersion, recorded, restored, trashed, type Author, type Change } from './changes'
import type { ModelDocument, ModelVersion, TrashRecord, VersionRecord } from './model'
import { checkName, nameKey } from './names'
import type { Transaction } from './ports'
import type { ModelStage } from './stage'

/** Moves a version to the trash; `false` where there is none. */
export async function deleteVersion(
  runner: ChangeRunner,
  name: string,
  version: string,
  note?: string,
): Promise<boolean> {
  if (runner.parts.documents.read(name) === undefined) return false
  let deleted = false
  await runner.write(`delete ${name}:${version}`, () =>
    runner.change(name, async (document, transaction) => {
      const living = document?.deletedAt === undefined ? document : undefined
      const record = living && findVersion(living, version)
      if (!living || !record) return undefined
      deleted = true
      return {
        change: await trashVersion(
          runner,
          living,
          record,
          runner.author(undefined, note),
          transaction,
        ),
      }
    }),
  )
  return deleted
}

/** Moves a model with all its versions to the trash; `false` where there is none. */
export async function deleteModel(
  runner: ChangeRunner,
  name: string,
  note?: string,
): Promise<boolean> {
  if (runner.parts.documents.read(name) === undefined) return false
  let deleted = false
  await runner.write(`delete ${name}`, () =>
    runner.change(name, async (current, transaction) => {
      if (!current || current.deletedAt !== undefined) return undefined
      deleted = true
      const author = runner.author(undefined, note)
      let document = current
      for (const record of current.versions) {
        // One entry says it all, so the single ones are not kept.
        const change = await trashVersion(runner, document, record, author, transaction)
        document = { ...change.document, history: document.history }
      }
      const before = { versionIds: current.versions.map(({ id }) => id), aliases: current.aliases }
      const gone = { ...document, deletedAt: author.at.toISOString() }
      return { change: recorded(gone, author, 'deleteModel', { before }) }
    }),
  )
  return deleted
}

export async function trashVersion(
  runner: ChangeRunner,
  document: ModelDocument,
  record: VersionRecord,
  author: Author,
  transaction: Transaction,
): Promise<Change> {
  const artifact =
    record.artifact &&
    (await runner.relocation([document.name], transaction).toTrash(record.artifact, record.id))
  return trashed(document, record, artifact, author)
}

/**
 * Brings a version back from the trash, by name or id; one that was in production returns archived.
 * @throws AppError `notFound` where the trash does not hold it.
 */
export function restoreVersion(
  runner: ChangeRunner,
  name: string,
  version: string,
): Promise<ModelVersion> {
  return runner.write(`restore ${name}:${version}`, () =>
    runner.change(name, async (document, transaction) => {
      const record = document?.trash.find((candidate) =>
        [candidate.version, candidate.id].includes(version),
      )
      if (!document || !record) {
        throw new AppError('notFound', `The trash holds no version ${version} of model ${name}.`)
      }
      const change = await untrash(runner, document, record, runner.author(), transaction)
      return { change, version: record.version }
    }),
  )
}

export async function untrash(
  runner: ChangeRunner,
  document: ModelDocument,
  record: TrashRecord,
  author: Author,
  transaction: Transaction,
  stage?: ModelStage,
): Promise<Change> {
  const artifact =
    record.artifact &&
    (await runner
      .relocation([document.name], transaction)
      .toVersion(record.artifact, document.name, record.version))
  return restored(document, record, artifact, author, stage)
}

/** Gives a model another name; its artifacts move along. @throws AppError `conflict`, `notFound`. */
export async function renameModel(runner: ChangeRunner, name: string, to: string): Promise<void> {
  checkName('model', name)
  checkName('model', to)
  if (name === to) return
  const { documents } = runner.parts
  await runner.write(`rename ${name}`, () =>
    documents.transact([name, to], async (transaction) => {
      const document = requireDocument(name, await transaction.read(name))
      const names = await documents.names()
      const taken = names.find((other) => nameKey(other) === nameKey(to) && other !== name)
      if (taken !== undefined) {
        throw new AppError('conflict', `There is a model "${taken}" already; choose another name.`)
      }
      const change = await renamed(runner, document, to, runner.author(), transaction)
      runner.remember(to, change, transaction)
    }),
  )
  runner.tell([name, to])
}

/** In a transaction on both names: moves the artifacts, the document, and what it says. */
export async function renamed(
  runner: ChangeRunner,
  document: ModelDocument,
  to: string,
  author: Author,
  transaction: Transaction,
): Promise<Change> {
  const relocation = runner.relocation([document.name, to], transaction)
  const versions: VersionRecord[] = []
  for (const record of document.versions) {
    const { artifact } = record
    versions.push(
      artifact
        ? { ...record, artifact: await relocation.toVersion(artifact, to, record.version) }
        : record,
    )
  }
  const trash: TrashRecord[] = []
  for (const record of document.trash) {
    const { artifact } = record
    trash.push(
      artifact
        ? { ...record, artifact: await relocation.trashTo(artifact, to, record.version) }
        : record,
    )
  }
  const { name } = document
  const change = recorded({ ...document, name: to, versions, trash }, author, 'rename', {
    from: name,
    to,
  })
  transaction.rename(name, to)
  transaction.write(to, change.document)
  return change
}
