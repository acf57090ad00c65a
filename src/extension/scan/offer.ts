import { window, workspace, type Disposable, type Memento } from 'vscode'
import { RULES_VERSION } from '../../security/rulesVersion'
import { plural } from '../../base/text'
import { isOutdated } from '../../registry/scan'
import { report } from '../commands/run'
import { readSetting } from '../config'
import type { Host } from '../host'
import { rescanAll } from './scanAgain'

const KEY = 'offeredRules'

/** Offers to scan versions again whose verdict older rules gave: once for the same rules and workspace. */
export function offerRescan(host: Pick<Host, 'registries' | 'log'>, memento: Memento): Disposable {
  const offer = (): void => {
    if (!workspace.isTrusted || memento.get(KEY) === RULES_VERSION) return
    const outdated = host.registries.all
      .filter(({ folder }) => readSetting('scan.policy', folder) !== 'off')
      .flatMap((folder) =>
        (folder.current?.listModels() ?? [])
          .flatMap(({ versions }) => versions)
          .filter(({ scan }) => scan !== undefined && isOutdated(scan, RULES_VERSION))
          .map((version) => ({ folder, version })),
      )
    if (outdated.length === 0) return
    void memento.update(KEY, RULES_VERSION)
    const message = `The rules of the security scan are newer than the verdicts of ${plural(outdated.length, 'version')}.`
    void window.showInformationMessage(message, 'Scan Again').then(async (answer) => {
      if (answer !== 'Scan Again') return
      try {
        await rescanAll(outdated)
      } catch (error) {
        report(error, host.log)
      }
    })
  }
  offer()
  return host.registries.onDidChange(offer)
}
