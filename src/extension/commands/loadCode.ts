import { env, SnippetString, window, workspace } from 'vscode'
import { AppError } from '../../base/errors'
import { loadSnippet } from '../../registry/loadSnippet'
import type { ModelStage } from '../../registry/stage'
import type { Host } from '../host'
import { askPick } from '../input/steps'
import { chooseModel, chooseVersions, type ChosenVersion } from '../input/targets'
import type { FolderRegistry } from '../registries'
import { stageIcon } from '../tree/item'
import { stageTitle } from '../tree/texts'
import type { Target } from './contract'

type Slice = Pick<Host, 'registries' | 'view'>

/** **Copy Load Code**: Python that loads this very version. */
export async function copyLoadCode(host: Slice, target?: Target): Promise<void> {
  const [one] = await chooseVersions(host, target, undefined, {
    title: 'Copy Load Code',
    where: ({ artifact }) => artifact !== undefined,
  })
  await env.clipboard.writeText(snippetFor(one))
  window.setStatusBarMessage(`Copied Python that loads ${one.version.fullName}`, 3000)
}

/** **Insert Model Load Code…**: of a fixed version, or of whatever is in a stage when the script runs. */
export async function insertLoadCode(host: Slice, target?: Target): Promise<void> {
  const editor = window.activeTextEditor
  if (!editor)
    throw new AppError('invalid', 'Open the Python file first that shall load the model.')
  const { folder, registry, model } = await chooseModel(host, target, {
    title: 'Insert Model Load Code',
  })
  const loadable = model.versions.filter(({ artifact }) => artifact !== undefined).toReversed()
  const stages = (['production', 'staging'] as const).flatMap((stage) => {
    const version = registry.resolve(`${model.name}@${stage}`)
    return version?.artifact
      ? [
          {
            label: `Whatever is in ${stageTitle(stage)}`,
            description: `${version.version} now`,
            iconPath: stageIcon(stage),
            version,
            stage,
          },
        ]
      : []
  })
  const versions = loadable.map((version) => ({
    label: version.version,
    description: `always this version · ${version.stage}`,
    iconPath: stageIcon(version.stage),
    version,
    stage: undefined,
  }))
  if (versions.length === 0) {
    throw new AppError(
      'notFound',
      `No version of ${model.name} has an artifact that could be loaded.`,
    )
  }
  const answer = await askPick<(typeof stages | typeof versions)[number], never>({
    title: `Load ${model.name}`,
    placeholder: 'Which version does the script load?',
    items: () => [...stages, ...versions],
  })
  if (answer.kind !== 'accept') return
  const { version, stage } = answer.value
  const code = snippetFor({ folder, version }, stage)
  // Text, not a snippet with places to fill in: a `$` in a path stands for itself.
  await editor.insertSnippet(new SnippetString().appendText(code))
}

/** Python that loads a version, or whatever is in a stage when it runs. */
export function snippetFor(
  { folder, version }: Pick<ChosenVersion, 'folder' | 'version'>,
  stage?: ModelStage,
): string {
  if (!version.artifact) {
    throw new AppError('notFound', `${version.fullName} was registered without an artifact.`)
  }
  return loadSnippet(version, { root: rootOf(folder), ...(stage ? { stage } : {}) })
}

/** Relative to the workspace folder, where scripts are run from. */
function rootOf({ root }: FolderRegistry): string {
  return workspace.asRelativePath(root, false)
}
