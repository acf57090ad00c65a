import {
  EventEmitter,
  FileDecoration,
  ThemeColor,
  window,
  workspace,
  Disposable,
  type Uri,
} from 'vscode'
import { listing } from '../base/text'
import { ModelStage } from '../registry/stage'
import { readSetting, SECTION } from './config'
import type { FileState } from './origin/fileState'
import type { ModelFiles } from './origin/modelFiles'
import { stageTitle } from './tree/texts'

/** Two characters, since git's own marks are single letters. */
const BADGES = [
  [ModelStage.production, 'Pr'],
  [ModelStage.staging, 'St'],
] as const

/** Marks files in the Explorer whose content is in production or staging, and those that a version came from and that differ now. */
export function decorateFiles(files: ModelFiles): Disposable {
  const changed = new EventEmitter<Uri | Uri[] | undefined>()
  return Disposable.from(
    changed,
    files.onDidChange((uris) => changed.fire([...uris])),
    workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(`${SECTION}.decorations`)) changed.fire(undefined)
    }),
    window.registerFileDecorationProvider({
      onDidChangeFileDecorations: changed.event,
      // Asked for every visible file: a look into a map, and no more.
      provideFileDecoration: (uri) => {
        const state = files.stateOf(uri)
        return state && readSetting('decorations.enabled') ? decorationOf(state) : undefined
      },
    }),
  )
}

function decorationOf({ versions, changedFrom }: FileState): FileDecoration | undefined {
  for (const [stage, badge] of BADGES) {
    const there = versions.filter((version) => version.stage === stage)
    if (there.length === 0) continue
    const names = listing(there.map(({ fullName }) => fullName.replace(':', ' ')))
    return new FileDecoration(
      badge,
      `${names} in ${stageTitle(stage)}`,
      new ThemeColor(`modelRegistry.stage.${stage}`),
    )
  }
  return changedFrom
    ? new FileDecoration(
        '≠',
        `Differs from ${changedFrom.fullName.replace(':', ' ')}, which was registered from here`,
        new ThemeColor('list.warningForeground'),
      )
    : undefined
}
