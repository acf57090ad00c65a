import { posix } from 'node:path'
import { commands, env, ThemeIcon, Uri, window, workspace, type QuickPickItem } from 'vscode'
import { AppError } from '../../base/errors'
import { plural } from '../../base/text'
import { filesAt, filesChanged, repositoryWith } from '../../harvest/gitFiles'
import { commitUrl } from '../../harvest/remoteUrl'
import { PATCH } from '../../origin'
import type { GitSource, ModelVersion } from '../../registry/model'
import type { Target } from '../commands/contract'
import type { Host } from '../host'
import { askPick } from '../input/steps'
import { chooseVersions, type ChosenVersion } from '../input/targets'
import type { Node } from '../tree/node'
import { codeUri } from './codeContent'

type Slice = Pick<Host, 'registries' | 'view'>

/** More files than this are no question of what changed; git shows them better. */
const MAX_SHOWN = 300

const hasCommit = {
  where: ({ source }: ModelVersion) => source?.git !== undefined,
  none: 'No version says which code it was made with. Register from a git repository to have it recorded.',
}

function gitOf({ fullName, source }: ModelVersion): GitSource {
  if (source?.git) return source.git
  throw new AppError(
    'notFound',
    `${fullName} does not say which code it was made with: it was registered outside of a git repository.`,
  )
}

/** **Open Code at This Version**: a file as the version's commit holds it, those next to the model first. */
export async function openCode(host: Slice, target?: Target): Promise<void> {
  const [{ folder, registry, version }] = await chooseVersions(host, target, undefined, {
    title: 'Open Code at a Version',
    ...hasCommit,
  })
  const { commit, dirty } = gitOf(version)
  const root = await repositoryWith(folder.folder.uri.fsPath, [commit])
  const patch = await registry.readSideFile(version.model, version.version, PATCH)
  const inside = posix.relative(Uri.file(root).path, folder.folder.uri.path)
  const near = posix.dirname(posix.join(inside, version.source?.path ?? ''))
  const paths = (await filesAt(root, commit)).toSorted(
    (a, b) => distance(near, a) - distance(near, b) || (a < b ? -1 : 1),
  )
  const answer = await askPick({
    title: `Code of ${version.fullName} at ${commit.slice(0, 10)}`,
    placeholder: dirty
      ? 'The version was made with changes on top of this commit'
      : 'Choose a file',
    items: () => [
      ...(patch ? [PATCH_ROW] : []),
      ...paths.map((path): CodeRow => ({
        label: posix.basename(path),
        description: posix.dirname(path) === '.' ? '' : posix.dirname(path),
        iconPath: ThemeIcon.File,
        path,
      })),
    ],
  })
  if (answer.kind !== 'accept') return
  const { path } = answer.value
  if (path === undefined) {
    await showPatch(patch ?? new Uint8Array())
    return
  }
  const uri = codeUri(root, commit, path, `/${commit.slice(0, 10)}`)
  await commands.executeCommand('vscode.open', uri)
}

interface CodeRow extends QuickPickItem {
  readonly path?: string
}

const PATCH_ROW: CodeRow = {
  label: 'Changes that were not committed',
  description: 'as a patch',
  iconPath: new ThemeIcon('diff'),
}

async function showPatch(patch: Uint8Array): Promise<void> {
  const content = Buffer.from(patch).toString('utf8')
  const document = await workspace.openTextDocument({ language: 'diff', content })
  await window.showTextDocument(document, { preview: true })
}

/** How far a file is from a folder; code before everything else. */
function distance(folder: string, path: string): number {
  const way = posix.relative(folder, path).split('/').length
  return /\.(py|ipynb|r|jl|sh|ya?ml|toml)$/i.test(path) ? way : way + 100
}

/** **Compare Code Between Versions…**: everything that changed between their commits, in one editor. */
export async function compareCode(
  host: Slice,
  target?: Target,
  targets?: readonly Node[],
): Promise<void> {
  await showCodeChanges(...(await chooseTwo(host, target, targets)))
}

/** What changed between the commits of two versions, from the older one to the newer. */
export async function showCodeChanges(first: ChosenVersion, second: ChosenVersion): Promise<void> {
  const [before, after] =
    first.version.createdAt <= second.version.createdAt ? [first, second] : [second, first]
  const commits = [gitOf(before.version), gitOf(after.version)] as const
  const [from, to] = commits
  const title = `${before.version.fullName} ↔ ${after.version.fullName}`
  const root = await repositoryWith(before.folder.folder.uri.fsPath, [from.commit, to.commit])
  const changed = await filesChanged(root, from.commit, to.commit)
  if (changed.length === 0) {
    const dirty = commits.some((git) => git.dirty)
      ? ' At least one of them was made with changes that were not committed.'
      : ''
    void window.showInformationMessage(
      from.commit === to.commit
        ? `Both versions were made with the commit ${from.commit.slice(0, 10)}.${dirty}`
        : `No file differs between the commits of ${title}.${dirty}`,
    )
    return
  }
  const shown = changed.slice(0, MAX_SHOWN)
  if (changed.length > MAX_SHOWN) {
    window.setStatusBarMessage(
      `The first ${MAX_SHOWN} of ${plural(changed.length, 'changed file')}`,
      10_000,
    )
  }
  await commands.executeCommand(
    'vscode.changes',
    `Code of ${title}`,
    shown.map(({ path, kind }) => [
      Uri.file(posix.join(Uri.file(root).path, path)),
      kind === 'added' ? undefined : codeUri(root, from.commit, path),
      kind === 'deleted' ? undefined : codeUri(root, to.commit, path),
    ]),
  )
}

/** The two rows that are selected, or one and another that is asked for. */
async function chooseTwo(
  host: Slice,
  target: Target,
  targets: readonly Node[] | undefined,
): Promise<readonly [ChosenVersion, ChosenVersion]> {
  const chosen = await chooseVersions(host, target, targets, {
    title: 'Compare the Code of a Version',
    ...hasCommit,
  })
  const [first, second] = chosen
  if (chosen.length > 2)
    throw new AppError('invalid', 'Choose two versions: code is compared between two of them.')
  if (second) return [first, second]
  const [other] = await chooseVersions(host, undefined, undefined, {
    title: `Compare the Code of ${first.version.fullName} with`,
    where: ({ id, source }) => source?.git !== undefined && id !== first.version.id,
    none: 'No other version says which code it was made with.',
  })
  return [first, other]
}

/** **Open Commit in Browser** */
export async function openCommit(host: Slice, target?: Target): Promise<void> {
  const [{ version }] = await chooseVersions(host, target, undefined, {
    title: 'Open the Commit of a Version',
    ...hasCommit,
  })
  const { commit, remote } = gitOf(version)
  const url = remote === undefined ? undefined : commitUrl(remote, commit)
  if (url === undefined) {
    throw new AppError(
      'notFound',
      remote === undefined
        ? `The repository of ${version.fullName} had no remote, so its commit ${commit.slice(0, 10)} has no page.`
        : `It is not known where ${remote} shows its commits; ${version.fullName} was made with ${commit}.`,
    )
  }
  await env.openExternal(Uri.parse(url))
}
