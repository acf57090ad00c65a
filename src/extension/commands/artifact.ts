import { commands, env, Uri, window, workspace } from 'vscode'
import { AppError } from '../../base/errors'
import { plural } from '../../base/text'
import type { Host } from '../host'
import { chooseVersions, type ChosenVersion } from '../input/targets'
import type { Node } from '../tree/node'
import type { Target } from './contract'

type Slice = Pick<Host, 'registries' | 'view'>

const hasArtifact = { where: ({ artifact }: ChosenVersion['version']) => artifact !== undefined }

/** Where the artifact lies: a file, or the folder of a folder artifact. */
export async function artifactUri({ registry, version }: ChosenVersion): Promise<Uri> {
  const path = registry.artifactPath(version)
  if (path === undefined) {
    throw new AppError('notFound', `${version.fullName} was registered without an artifact.`)
  }
  if (!(await registry.hasArtifact(version))) {
    throw new AppError(
      'notFound',
      `The artifact of ${version.fullName} is not on this machine: git keeps the document and not the file. Get ${path} from where it was registered.`,
    )
  }
  return Uri.file(path)
}

/** **Open Artifact**: a file in the editor that VS Code has for it, a folder in the Explorer. */
export async function openArtifact(
  host: Slice,
  target?: Target,
  targets?: readonly Node[],
): Promise<void> {
  const chosen = await chooseVersions(host, target, targets, {
    title: 'Open an Artifact',
    ...hasArtifact,
  })
  for (const one of chosen) {
    const uri = await artifactUri(one)
    const isFile = one.version.artifact?.kind === 'file'
    await commands.executeCommand(isFile ? 'vscode.open' : 'revealInExplorer', uri)
  }
}

/** **Reveal in Explorer View** */
export async function revealArtifact(host: Slice, target?: Target): Promise<void> {
  const [one] = await chooseVersions(host, target, undefined, {
    title: 'Reveal an Artifact',
    ...hasArtifact,
  })
  const uri = await artifactUri(one)
  const isInside = workspace.getWorkspaceFolder(uri) !== undefined
  await commands.executeCommand(isInside ? 'revealInExplorer' : 'revealFileInOS', uri)
}

/** **Reveal in File Manager** */
export async function revealArtifactInSystem(host: Slice, target?: Target): Promise<void> {
  const [one] = await chooseVersions(host, target, undefined, {
    title: 'Reveal an Artifact',
    ...hasArtifact,
  })
  await commands.executeCommand('revealFileInOS', await artifactUri(one))
}

/** **Copy Reference**: `churn:1.2.0` */
export async function copyReference(
  host: Slice,
  target?: Target,
  targets?: readonly Node[],
): Promise<void> {
  const chosen = await chooseVersions(host, target, targets, { title: 'Copy a Reference' })
  await copy(
    chosen.map(({ version }) => version.fullName),
    'reference',
  )
}

/** **Copy Artifact Path** */
export async function copyPath(
  host: Slice,
  target?: Target,
  targets?: readonly Node[],
): Promise<void> {
  const chosen = await chooseVersions(host, target, targets, {
    title: 'Copy an Artifact Path',
    ...hasArtifact,
  })
  const paths = []
  for (const one of chosen) paths.push((await artifactUri(one)).fsPath)
  await copy(paths, 'path')
}

/** **Copy SHA-256** */
export async function copyDigest(
  host: Slice,
  target?: Target,
  targets?: readonly Node[],
): Promise<void> {
  const chosen = await chooseVersions(host, target, targets, {
    title: 'Copy a SHA-256',
    ...hasArtifact,
  })
  const digests = chosen.flatMap(({ version }) => version.artifact?.sha256 ?? [])
  if (digests.length === 0) {
    throw new AppError('notFound', 'A version without an artifact has no SHA-256.')
  }
  await copy(digests, 'digest')
}

async function copy(texts: readonly string[], noun: string): Promise<void> {
  await env.clipboard.writeText(texts.join('\n'))
  const what = texts.length === 1 ? texts[0] : plural(texts.length, noun)
  window.setStatusBarMessage(`Copied ${what}`, 3000)
}
