import { commands, window } from 'vscode'
import { listing, plural } from '../../base/text'
import type { VerifyResult } from '../../registry/verify'
import { commandId, type Target } from '../commands/contract'
import type { Host } from '../host'
import { chooseVersions } from '../input/targets'
import { withProgress } from '../progress'
import type { Node } from '../tree/node'

type Slice = Pick<Host, 'registries' | 'view' | 'log'>

/** More names than this make a message unreadable; the log has all of them. */
const NAMED = 3

/** **Verify Artifact Hashes**: of the rows that are chosen, else of everything. */
export async function verifyArtifacts(
  host: Slice,
  target?: Target,
  targets?: readonly Node[],
): Promise<void> {
  const results = await withProgress('Verifying artifacts', async (options) => {
    const found: VerifyResult[] = []
    if (target === undefined && (targets ?? []).length === 0) {
      for (const folder of host.registries.all)
        found.push(...(await (await folder.open()).verify({}, options)).results)
      return found
    }
    const chosen = await chooseVersions(host, target, targets, { title: 'Verify a Version' })
    for (const { registry, version } of chosen) {
      const one = { name: version.model, version: version.version }
      found.push(...(await registry.verify(one, options)).results)
    }
    return found
  })
  // What was found shows in the rows as well.
  host.view.refresh()
  await tell(host, results)
}

async function tell(host: Slice, results: readonly VerifyResult[]): Promise<void> {
  const broken = results.filter(({ status }) => status !== 'ok')
  if (results.length === 0) {
    void window.showInformationMessage('There are no artifacts to verify.')
    return
  }
  if (broken.length === 0) {
    void window.showInformationMessage(
      results.length === 1
        ? `The artifact of ${results[0]?.reference} is as it was registered.`
        : `All ${results.length.toLocaleString('en-US')} artifacts are as they were registered.`,
    )
    return
  }
  for (const { reference, files, reason } of broken) {
    if (reason !== undefined) host.log.warn(`${reference}: ${reason}`)
    for (const { path, status, sharedWith } of files)
      host.log.warn(
        `${reference}: ${path} is ${status}${sharedWith ? `, and so is ${listing(sharedWith)}` : ''}`,
      )
  }
  const named = broken.slice(0, NAMED).map(({ reference, status }) => `${reference} (${status})`)
  const more = broken.length > NAMED ? [`${broken.length - NAMED} more`] : []
  const verb = broken.length === 1 ? 'is' : 'are'
  const message = `${broken.length} of ${plural(results.length, 'artifact')} ${verb} not as registered: ${listing([...named, ...more])}.`
  void window.showWarningMessage(message, 'Repair…', 'Show Log').then((answer) => {
    if (answer === 'Repair…') void commands.executeCommand(commandId('repair'))
    if (answer === 'Show Log') host.log.show()
  })
}
