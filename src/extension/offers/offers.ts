import { basename } from 'node:path/posix'
import { Uri, window, workspace, type Disposable, type Memento } from 'vscode'
import { formatNumber } from '../../base/text'
import { isCertain, type HarvestedValue } from '../../harvest/harvester'
import type { ModelVersion } from '../../registry/model'
import { nextVersion } from '../../registry/semver'
import { later } from '../commands/load'
import { report } from '../commands/run'
import { readSetting, writeSetting } from '../config'
import type { Host } from '../host'
import type { ModelFiles } from '../origin/modelFiles'
import type { Overwritten } from '../origin/workspaceFiles'
import { mainMetric } from '../tree/order'

const KEY = 'offered'
/** Contents that are remembered as offered. */
const MAX_KEPT = 500

/** Offers a file that a version came from as its next version when it was overwritten: once for the same content. */
export function offerNewVersions(files: ModelFiles, host: Host, memento: Memento): Disposable {
  // One file at a time is looked at for what its training left.
  let queue: Promise<void> = Promise.resolve()
  return files.onDidOverwrite((event) => {
    if (!workspace.isTrusted || !readSetting('offers.enabled', event.folder.folder)) return
    const { folder, path, digest } = event
    const content = `${folder.key} ${path} ${digest}`
    const offered = memento.get<string[]>(KEY, [])
    if (offered.includes(content)) return
    void memento.update(KEY, [...offered, content].slice(-MAX_KEPT))
    queue = queue.then(() => offer(host, event)).catch((error: unknown) => report(error, host.log))
  })
}

async function offer(host: Host, { folder, path, from }: Overwritten): Promise<void> {
  const { registerPaths, takenVersions } = await later()
  const registry = await folder.open()
  const version = nextVersion(takenVersions(registry, from.model), 'minor')
  const file = Uri.joinPath(folder.folder.uri, path).fsPath
  const change = await metricChange(
    file,
    folder.folder.uri.fsPath,
    from,
    readSetting('metrics.primary', folder.folder).trim(),
  )
  const register = 'Register'
  const never = "Don't Offer"
  const message = `${from.model}: ${basename(path)} differs from ${from.version}${change}. Register as ${version}?`
  // Nobody has to answer: the next offer does not wait for it.
  void window.showInformationMessage(message, register, never).then(async (answer) => {
    try {
      if (answer === never) await writeSetting('offers.enabled', false)
      if (answer === register)
        await registerPaths(host, folder, [file], { answers: { name: from.model, version } })
    } catch (error) {
      report(error, host.log)
    }
  })
}

/** ` (accuracy 0.912 → 0.927)`, where the training left the new value. */
async function metricChange(
  file: string,
  root: string,
  from: ModelVersion,
  primaryMetric: string,
): Promise<string> {
  const { findOrigin } = await later()
  const origin = await findOrigin([file], root, AbortSignal.timeout(10_000))
  const name = mainMetric(from, primaryMetric)
  if (name === undefined) return ''
  const now = (origin?.harvest?.values ?? []).find(
    (value: HarvestedValue) => value.place === 'metrics' && value.name === name && isCertain(value),
  )?.value
  const before = from.metrics[name]
  if (typeof now !== 'number' || before === undefined) return ''
  return ` (${name} ${formatNumber(before)} → ${formatNumber(now)})`
}
