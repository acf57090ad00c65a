import { AppError } from '../base/errors'
import { requireDocument, type ChangeRunner } from './changeRunner'
import { requireVersion, updated } from './changes'
import type { ModelVersion } from './model'
import type { RunOptions } from './ports'
import { verifyVersions } from './verify'

/**
 * Scans the stored artifact of a version again, for rules that came after its registration. The artifact is verified
 * first: a verdict speaks of what was registered, and must not be given by other content.
 * @throws AppError `notFound`, `invalid` where there is nothing to scan or no scanner, `corrupt`, `cancelled`.
 */
export async function rescanVersion(
  runner: ChangeRunner,
  name: string,
  version: string,
  options: RunOptions = {},
): Promise<ModelVersion> {
  const current = runner.requireVersion(name, version)
  const { artifact, fullName } = current
  const { scanner, store, clock } = runner.parts
  if (!artifact) throw new AppError('invalid', `${fullName} has no artifact that could be scanned.`)
  const path = store.path?.(artifact.uri)
  if (!scanner || path === undefined) {
    throw new AppError(
      'invalid',
      `${fullName} can't be scanned: scanning is off, or its store has no files.`,
    )
  }
  return runner.write(`scan ${fullName}`, async () => {
    if (!(await verifyVersions(runner, [current], options)).ok) {
      throw new AppError(
        'corrupt',
        `${fullName} was not scanned: its artifact is not what was registered. Run "model-registry repair" for what can be done.`,
      )
    }
    const report = await scanner(path, options.signal ? { signal: options.signal } : {})
    return runner.change(name, async (document) => {
      const record = requireVersion(requireDocument(name, document), version)
      if (record.artifact?.sha256 !== artifact.sha256) {
        throw new AppError(
          'conflict',
          `${fullName} was changed while it was scanned; scan it again.`,
        )
      }
      const scan = { ...report, sha256: artifact.sha256, at: clock().toISOString() }
      return {
        change: updated(requireDocument(name, document), record, { scan }, runner.author()),
        version,
      }
    })
  })
}
