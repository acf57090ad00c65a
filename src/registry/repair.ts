import { AppError } from '../base/errors'
import { requireDocument, type ChangeRunner } from './changeRunner'
import { recorded, requireVersion } from './changes'
import { bringAllHome } from './homecoming'
import type { Artifact, ModelVersion } from './model'
import { checkName, nameKey } from './names'
import type { RunOptions } from './ports'
import { lookAt } from './lookAt'
import { verifyVersions, type VerifyReport } from './verify'

/** Something that is broken, and what can be done about it. */
export interface RepairCase {
  readonly model: string
  readonly version?: string
  readonly problem: string
  /** `recover` the document from its last good copy, `relink` the artifact from elsewhere, `forget` the version. */
  readonly actions: readonly ('recover' | 'relink' | 'forget')[]
}

/** What is broken now: documents that can't be read, and artifacts that are not here or known to be changed. */
export async function listRepairs(runner: ChangeRunner): Promise<readonly RepairCase[]> {
  const { documents } = runner.parts
  await documents.refresh()
  const cases: RepairCase[] = []
  for (const name of documents.list()) {
    const state = documents.read(name)
    if (state?.kind === 'broken') {
      const kept = (await documents.hasLastGood?.(name)) ?? false
      cases.push({ model: name, problem: state.error.message, actions: kept ? ['recover'] : [] })
      continue
    }
    const versions = runner.snapshot(name)?.versions ?? []
    await bringAllHome(runner, name, versions)
    for (const version of versions) {
      const problem = await artifactProblem(runner, version)
      if (problem !== undefined) {
        cases.push({
          model: name,
          version: version.version,
          problem,
          actions: ['relink', 'forget'],
        })
      }
    }
  }
  return cases
}

/** Why a version's artifact can't be used, from sizes and the last verification; `undefined` where it can. */
export async function artifactProblem(
  runner: ChangeRunner,
  version: ModelVersion,
): Promise<string | undefined> {
  const { artifact, fullName } = version
  if (!artifact) return undefined
  const { store } = runner.parts
  const { stat, reason } = await lookAt(store, artifact)
  if (!stat) return reason ?? `The artifact of ${fullName} is not here.`
  const sizes = new Map(stat.files.map((file) => [file.path, file.size]))
  const bad = artifact.files.find(({ path, size }) => sizes.get(path) !== size)
  if (bad) {
    return sizes.has(bad.path)
      ? `The file ${bad.path} of ${fullName} has another size than was registered.`
      : `The file ${bad.path} of ${fullName} is not here.`
  }
  const noted = await store.verifiedStatus?.(artifact.uri)
  return noted === 'changed' ? `The content of ${fullName} is not what was registered.` : undefined
}

/** Puts the last good copy of a document in its place. @throws AppError `notFound` where none is kept. */
export async function recoverDocument(
  runner: ChangeRunner,
  name: string,
): Promise<string | undefined> {
  checkName('model', name)
  const { documents } = runner.parts
  const state = documents.read(name)
  if (state?.kind === 'good') {
    throw new AppError(
      'invalid',
      `The document of ${name} is in order; there is nothing to recover.`,
    )
  }
  return runner.write(`recover the document of ${name}`, async () => {
    if (!documents.recoverLastGood) {
      throw new AppError('invalid', 'This database keeps no earlier copies.')
    }
    const kept = await documents.recoverLastGood(name)
    runner.tell([name])
    return kept
  })
}

/**
 * Brings back a missing or changed artifact from a path whose content has the registered digest.
 * @throws AppError `invalid` where it has not.
 */
export async function relinkArtifact(
  runner: ChangeRunner,
  name: string,
  version: string,
  path: string,
  options: RunOptions,
): Promise<ModelVersion> {
  const { store } = runner.parts
  const found = runner.requireVersion(name, version)
  const { artifact, fullName } = found
  if (!artifact) throw new AppError('invalid', `${fullName} has no artifact.`)
  if (!isLost(await verifyVersions(runner, [found], options))) {
    throw new AppError('conflict', `${fullName} is in order; there is nothing to bring back.`)
  }
  if (!store.stage) throw new AppError('invalid', 'This store can only save whole versions.')
  const stage = store.stage.bind(store)
  return runner.write(`relink ${fullName}`, async () => {
    const staged = await stage({ source: { paths: [path], follow: true }, ...options })
    try {
      if (staged.sha256 !== artifact.sha256 || staged.kind !== artifact.kind) {
        throw new AppError(
          'invalid',
          `${path} is not the artifact of ${fullName}: its SHA-256 is ${staged.sha256.slice(0, 12)}…, not ${artifact.sha256.slice(0, 12)}….`,
        )
      }
      return await runner.change(name, async (current, transaction) => {
        const document = requireDocument(name, current)
        const record = requireVersion(document, version)
        await setAside(runner, name, artifact)
        const placed = await staged.commit(name, version)
        transaction.afterWrite(() => staged.keep())
        const versions = document.versions.map((other) =>
          other.id === record.id ? { ...other, artifact: placed } : other,
        )
        const author = runner.author(undefined, `Artifact brought back from ${path}`)
        return {
          change: recorded({ ...document, versions }, author, 'repair', {
            version,
            versionId: record.id,
          }),
          version,
        }
      })
    } catch (error) {
      await staged.discard()
      throw error
    }
  })
}

/** What is damaged goes to the trash: only a person may decide that it is worth nothing. */
async function setAside(runner: ChangeRunner, model: string, artifact: Artifact): Promise<void> {
  const { store } = runner.parts
  const [owner = '', version] = artifact.uri.split('/')
  // A document that was copied names the artifacts of the model that it was copied from: those stay. And what may not be
  // read may not be moved either.
  if (nameKey(owner) !== nameKey(model) || !(await lookAt(store, artifact)).stat) return
  await store.placeToTrash?.(`${owner}/${version}`)
}

function isLost({ results }: VerifyReport): boolean {
  return results.some(({ status }) => status === 'missing' || status === 'changed')
}

/**
 * Takes a version whose artifact is lost out of the document for good; its history stays.
 * @throws AppError `conflict` where the artifact is in order.
 */
export async function forgetVersion(
  runner: ChangeRunner,
  name: string,
  version: string,
  options: RunOptions,
): Promise<void> {
  const snapshot = runner.requireVersion(name, version)
  if (!isLost(await verifyVersions(runner, [snapshot], options)) && snapshot.artifact) {
    throw new AppError(
      'conflict',
      `${snapshot.fullName} is in order; delete it if you don't want it.`,
    )
  }
  await runner.write(`forget ${snapshot.fullName}`, () =>
    runner.change(name, async (current, transaction) => {
      const document = requireDocument(name, current)
      const record = requireVersion(document, version)
      const { artifact } = record
      if (artifact) transaction.afterWrite(() => setAside(runner, name, artifact))
      const changed = {
        ...document,
        versions: document.versions.filter(({ id }) => id !== record.id),
        aliases: Object.fromEntries(
          Object.entries(document.aliases).filter(([, target]) => target !== version),
        ),
      }
      const author = runner.author(undefined, 'Its artifact is lost.')
      return {
        change: recorded(changed, author, 'repair', {
          version,
          versionId: record.id,
          from: record.stage,
        }),
      }
    }),
  )
}
