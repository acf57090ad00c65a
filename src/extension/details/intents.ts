import { commands, window, workspace } from 'vscode'
import { AppError } from '../../base/errors'
import { PATCH } from '../../origin'
import { ModelStage, nextStage } from '../../registry/stage'
import type { DetailsIntent } from '../../webview/details/protocol'
import { setAlias } from '../aliases/aliases'
import { showCharts } from '../charts/showCharts'
import { copyDigest, copyReference, revealArtifact } from '../commands/artifact'
import type { VersionReference } from '../commands/contract'
import { deleteVersion } from '../commands/delete'
import { inspect } from '../commands/inspect'
import { copyLoadCode } from '../commands/loadCode'
import { openDocument } from '../commands/openDocument'
import { promote, transitionStage } from '../commands/transitionStage'
import { compareSelected, compareWithProduction } from '../compare/compareCommands'
import { readSetting } from '../config'
import type { Host } from '../host'
import type { ChosenVersion } from '../input/targets'
import { editCard, showCard } from '../origin/card'
import { compareCode, openCode, openCommit } from '../origin/code'
import { withProgress } from '../progress'
import { locateArtifact } from '../recovery/repair'
import { rollBack } from '../recovery/rollback'
import { edit } from '../recovery/undo'
import { verifyArtifacts } from '../recovery/verify'
import { checkPromotionRules } from '../rules/checkRules'
import { storedSource } from './stored'

/** What can be asked of a version that is there; `writes` are refused in Restricted Mode. */
export type VersionIntent = Exclude<
  DetailsIntent,
  'restore' | 'recover' | 'resolveConflict' | 'manageTrust' | 'keep'
>

type Run = (host: Host, chosen: ChosenVersion, target: VersionReference) => Promise<unknown>

interface Meaning {
  readonly kind: 'reads' | 'writes'
  readonly run: Run
}

const reads = (run: Run): Meaning => ({ kind: 'reads', run })
const writes = (run: Run): Meaning => ({ kind: 'writes', run })

export const VERSION_INTENTS: Readonly<Record<VersionIntent, Meaning>> = {
  promote: writes((host, _, target) => promote(host, target)),
  moveToStage: writes((host, _, target) => transitionStage(host, target)),
  rollBack: writes((host, _, target) => rollBack(host, target)),
  checkRules: reads((host, { version }, target) =>
    checkPromotionRules(host, target, undefined, nextStage(version.stage)),
  ),
  setAlias: writes((host, _, target) => setAlias(host, target)),
  compareWithProduction: reads((host, _, target) => compareWithProduction(host, target)),
  compareWithOther: reads((host, _, target) => compareSelected(host, target)),
  showCharts: reads((host, _, target) => showCharts(host, target)),
  inspect: reads((host, _, target) => inspect(host, target)),
  revealArtifact: reads((host, _, target) => revealArtifact(host, target)),
  locateArtifact: writes((host, _, target) => locateArtifact(host, target)),
  verify: writes((host, _, target) => verifyArtifacts(host, target)),
  rescan: writes((host, chosen) => rescan(host, chosen)),
  copyReference: reads((host, _, target) => copyReference(host, target)),
  copyDigest: reads((host, _, target) => copyDigest(host, target)),
  copyLoadCode: reads((host, _, target) => copyLoadCode(host, target)),
  // Git runs what the repository's configuration names.
  openCode: writes((host, _, target) => openCode(host, target)),
  compareCode: writes((host, _, target) => compareCode(host, target)),
  openCommit: reads((host, _, target) => openCommit(host, target)),
  showChanges: reads((_, chosen) => showChanges(chosen)),
  showCard: reads((host, _, target) => showCard(host, target)),
  editCard: writes((host, _, target) => editCard(host, target)),
  openDocument: reads((host, _, target) => openDocument(host, target)),
  showInView: reads(async (host, { folder, version }) => {
    await host.view.focus()
    await host.view.show(folder.key, version)
  }),
  delete: writes((host, _, target) => deleteVersion(host, target)),
  undo: writes((_, chosen) => undo(chosen)),
}

/** What the page of a version offers. */
export async function intentsFor(
  { registry, version }: ChosenVersion,
  about: { readonly isTrusted: boolean; readonly problem: string | undefined },
): Promise<readonly DetailsIntent[]> {
  const { artifact, stage, source } = version
  const isThere = artifact !== undefined && about.problem === undefined
  const git = storedSource(version).git
  const production = registry.getProduction(version.model)
  const others = (registry.getModel(version.model)?.versions.length ?? 0) > 1
  const possible: Readonly<Record<VersionIntent, boolean>> = {
    promote: nextStage(stage) !== undefined,
    moveToStage: true,
    rollBack:
      stage === ModelStage.production && registry.formerProduction(version.model).length > 0,
    checkRules: nextStage(stage) !== undefined,
    setAlias: true,
    compareWithProduction: production !== undefined && production.id !== version.id,
    compareWithOther: others,
    showCharts: others && Object.keys(version.metrics).length > 0,
    inspect: isThere,
    revealArtifact: isThere,
    locateArtifact: artifact !== undefined && !isThere,
    verify: artifact !== undefined,
    rescan: isThere,
    copyReference: true,
    copyDigest: artifact !== undefined,
    copyLoadCode: artifact !== undefined,
    openCode: git !== undefined,
    compareCode: git !== undefined && others,
    openCommit: git?.remote !== undefined,
    showChanges:
      source !== undefined &&
      git?.dirty === true &&
      (await patchOf(registry, version)) !== undefined,
    showCard: true,
    editCard: true,
    openDocument: true,
    showInView: true,
    delete: true,
    undo: true,
  }
  return (Object.keys(possible) as VersionIntent[]).filter(
    (intent) => possible[intent] && (about.isTrusted || VERSION_INTENTS[intent].kind === 'reads'),
  )
}

function patchOf(
  registry: ChosenVersion['registry'],
  { model, version }: ChosenVersion['version'],
): Promise<Uint8Array | undefined> {
  return registry.readSideFile(model, version, PATCH)
}

async function rescan(host: Host, { folder, registry, version }: ChosenVersion): Promise<void> {
  if (readSetting('scan.policy', folder.folder) === 'off') {
    throw new AppError(
      'invalid',
      'Scanning is switched off by the setting modelRegistry.scan.policy.',
    )
  }
  const { model, version: name, id: versionId, fullName } = version
  await withProgress(`Scanning ${fullName}`, (options) =>
    edit(host, registry, { model, action: 'update', versionId }, `Scanned ${fullName} again.`, () =>
      registry.rescan(model, name, options),
    ),
  )
}

/** The changes on top of the commit, as they were when the version was registered. */
async function showChanges({ registry, version }: ChosenVersion): Promise<void> {
  const patch = await patchOf(registry, version)
  if (!patch) {
    throw new AppError(
      'notFound',
      `The changes that ${version.fullName} was made with were not kept.`,
    )
  }
  const content = Buffer.from(patch).toString('utf8')
  await window.showTextDocument(await workspace.openTextDocument({ language: 'diff', content }), {
    preview: true,
  })
}

/** Takes back the last change that was made here, where it was one of this version. */
async function undo({ registry, version }: ChosenVersion): Promise<void> {
  const last = await registry.peekUndo()
  if (last?.entry.versionId !== version.id) {
    window.setStatusBarMessage(`The last change made here was not one of ${version.fullName}`, 5000)
    return
  }
  await registry.undo(last.entry.id)
  window.setStatusBarMessage('$(discard) Undone', 5000)
}

/** Opens what VS Code has for it; a page never names a command. */
export async function manageTrust(): Promise<void> {
  await commands.executeCommand('workbench.trust.manage')
}
