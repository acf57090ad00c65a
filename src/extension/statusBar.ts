import { Disposable, StatusBarAlignment, window, workspace } from 'vscode'
import { plural } from '../base/text'
import { commandId } from './commands/contract'
import { readSetting, SECTION } from './config'
import type { Registries } from './registries'

/** How many models there are, and a way to them. Hidden until there is one, unless the setting says otherwise. */
export function showStatusBar(registries: Registries): Disposable {
  const item = window.createStatusBarItem(`${SECTION}.status`, StatusBarAlignment.Left)
  item.name = 'Model Registry'
  item.command = commandId('showView')
  const update = (): void => {
    const models = registries.all.flatMap(({ current }) => current?.listModels() ?? [])
    const inProduction = models.filter(({ productionVersion }) => productionVersion).length
    item.text = `$(package) ${models.length.toLocaleString('en-US')}`
    item.tooltip = `Model Registry: ${plural(models.length, 'model')}, ${inProduction.toLocaleString('en-US')} in production`
    item.accessibilityInformation = { label: item.tooltip }
    const visibility = readSetting('statusBar.visibility')
    if (visibility === 'always' || (visibility === 'auto' && models.length > 0)) item.show()
    else item.hide()
  }
  update()
  return Disposable.from(
    item,
    registries.onDidChange(update),
    workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(`${SECTION}.statusBar`)) update()
    }),
  )
}
