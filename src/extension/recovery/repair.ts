import { commands, ThemeIcon, Uri, window } from 'vscode'
import type { ModelRegistry } from '../../app'
import { AppError } from '../../base/errors'
import type { RepairCase } from '../../registry/repair'
import { commandId, type Target } from '../commands/contract'
import type { Host } from '../host'
import { askPick } from '../input/steps'
import { chooseVersions, type ChosenVersion } from '../input/targets'
import { withProgress } from '../progress'
import type { FolderRegistry } from '../registries'
import type { Node } from '../tree/node'
import { recoverDocument, resolveConflict } from './brokenDocument'
import { isConflict } from './conflict'

type Slice = Pick<Host, 'registries' | 'view' | 'log'>

interface Case extends RepairCase {
  readonly folder: FolderRegistry
  readonly registry: ModelRegistry
}

/** **Repair…**: shows what is broken, and what can be done about it. */
export async function repair(host: Slice): Promise<void> {
  const cases: Case[] = []
  for (const folder of host.registries.all) {
    const registry = await folder.open()
    for (const one of await registry.listRepairs()) cases.push({ ...one, folder, registry })
  }
  if (cases.length === 0) {
    void sayNothing()
    return
  }
  const items = cases.map((one) => ({
    label: one.version === undefined ? `${one.model}.json` : `${one.model}:${one.version}`,
    description: one.problem,
    iconPath: new ThemeIcon(one.version === undefined ? 'error' : 'warning'),
    one,
  }))
  const answer = await askPick({
    title: 'Repair',
    placeholder: 'Choose what shall be repaired',
    items: () => items,
  })
  if (answer.kind !== 'accept') throw new AppError('cancelled', 'Cancelled.')
  await treat(host, answer.value.one)
}

async function sayNothing(): Promise<void> {
  const verify = 'Verify Artifact Hashes'
  const answer = await window.showInformationMessage(
    'Nothing is known to be broken. Verifying reads every artifact and compares it with what was registered.',
    verify,
  )
  if (answer === verify) await commands.executeCommand(commandId('verifyArtifacts'))
}

interface Remedy {
  readonly label: string
  readonly description: string
  readonly icon: string
  readonly run: () => Promise<void>
}

async function treat(host: Slice, one: Case): Promise<void> {
  const remedies = one.version === undefined ? forDocument(host, one) : forArtifact(host, one)
  const answer = await askPick({
    title: `Repair ${one.version === undefined ? one.model : `${one.model}:${one.version}`}`,
    placeholder: one.problem,
    items: () => remedies.map((remedy) => ({ ...remedy, iconPath: new ThemeIcon(remedy.icon) })),
  })
  if (answer.kind !== 'accept') throw new AppError('cancelled', 'Cancelled.')
  await answer.value.run()
}

function forDocument(host: Slice, { folder, registry, model, actions }: Case): Remedy[] {
  const target = { folder: folder.key, model }
  const broken = registry.listBroken().find(({ name }) => name === model)
  return [
    ...(broken && isConflict(broken.error)
      ? [
          {
            label: 'Resolve Conflict by Meaning',
            description: 'unites the versions and the history of both sides',
            icon: 'git-merge',
            run: () => resolveConflict(host, target),
          },
        ]
      : []),
    ...(actions.includes('recover')
      ? [
          {
            label: 'Restore Last Good Copy',
            description: 'what is broken is kept beside it',
            icon: 'history',
            run: () => recoverDocument(host, target),
          },
        ]
      : []),
    {
      label: 'Open Document',
      description: 'to mend it by hand',
      icon: 'go-to-file',
      run: async () => {
        await window.showTextDocument(Uri.joinPath(folder.root, `${model}.json`))
      },
    },
  ]
}

function forArtifact(host: Slice, { folder, registry, model, version = '' }: Case): Remedy[] {
  const found = registry.getVersion(model, version)
  if (!found) return []
  const chosen = { folder, registry, version: found }
  return [
    {
      label: 'Locate the Artifact…',
      description: 'a file or folder with the registered content, wherever it lies',
      icon: 'link',
      run: () => locate(host, chosen),
    },
    {
      label: 'Forget This Version…',
      description: 'its artifact is lost',
      icon: 'trash',
      run: () => forget(host, chosen),
    },
  ]
}

/** **Locate Missing Artifact…**: brings it back from a file or folder with the registered content. */
export async function locateArtifact(
  host: Slice,
  target?: Target,
  targets?: readonly Node[],
  from?: Uri,
): Promise<void> {
  const [chosen] = await chooseVersions(host, target, targets, {
    title: 'Locate a Missing Artifact',
    where: ({ artifact }) => artifact !== undefined,
  })
  await (from ? relink(host, chosen, from) : locate(host, chosen))
}

async function locate(host: Slice, { folder, registry, version }: ChosenVersion): Promise<void> {
  const isFile = version.artifact?.kind !== 'folder'
  const [uri] =
    (await window.showOpenDialog({
      defaultUri: folder.folder.uri,
      canSelectFiles: isFile,
      canSelectFolders: !isFile,
      openLabel: 'Bring Back',
      title: `Where is the artifact of ${version.fullName}?`,
    })) ?? []
  if (!uri) throw new AppError('cancelled', 'Cancelled.')
  await relink(host, { folder, registry, version }, uri)
}

async function relink(
  host: Slice,
  { folder, registry, version }: ChosenVersion,
  uri: Uri,
): Promise<void> {
  const back = await withProgress(`Bringing back ${version.fullName}`, (options) =>
    registry.relinkArtifact(version.model, version.version, uri.fsPath, options),
  )
  void window.showInformationMessage(`The artifact of ${version.fullName} is back.`)
  await host.view.reveal(folder.key, back)
}

async function forget(host: Slice, { registry, version }: ChosenVersion): Promise<void> {
  const yes = 'Forget It'
  const answer = await window.showWarningMessage(
    `Forget ${version.fullName}?`,
    {
      modal: true,
      detail:
        'Its metadata leaves the registry for good, since its artifact is lost; the history stays.',
    },
    yes,
  )
  if (answer !== yes) throw new AppError('cancelled', 'Cancelled.')
  await withProgress(`Forgetting ${version.fullName}`, (options) =>
    registry.forgetVersion(version.model, version.version, options),
  )
  host.view.refresh()
  void window.showInformationMessage(`${version.fullName} is forgotten.`)
}
