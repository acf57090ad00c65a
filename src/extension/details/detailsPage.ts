import { env, window, workspace, type WebviewPanel } from 'vscode'
import * as v from 'valibot'
import { AppError, isAppError } from '../../base/errors'
import type { RegisteredModel } from '../../registry/model'
import {
  DETAILS_INTENTS,
  type DetailsEvent,
  type DetailsHost,
  type DetailsIntent,
  type DetailsSubject,
  type DetailsView,
} from '../../webview/details/protocol'
import { removeAlias } from '../aliases/aliases'
import type { VersionReference } from '../commands/contract'
import { snippetFor } from '../commands/loadCode'
import { readSetting, SECTION } from '../config'
import type { Host } from '../host'
import type { ChosenVersion } from '../input/targets'
import { edit } from '../recovery/undo'
import { requireTrust } from '../trust'
import { openPage } from '../views/page'
import { isSourceHere, openArtifactFile, openSourceFile } from './files'
import { intentsFor, manageTrust, VERSION_INTENTS, type VersionIntent } from './intents'
import { look, nameOf, type Looked } from './look'
import { actOnMissing, unavailable } from './missing'
import type { DetailsPage } from './panels'
import { toChanges } from './typedValue'
import { subjectOf, versionView } from './view'

/** The cards that somebody wrote, which no document tells of. */
const CARD_FILE = /\/\.cards\/[^/]+\/[^/]+\.md$/

const PlaceSchema = v.pipe(v.number(), v.integer(), v.minValue(0))
const IntentSchema = v.picklist(DETAILS_INTENTS)
const EditSchema = v.variant('field', [
  v.object({ field: v.literal('description'), text: v.string() }),
  v.object({
    field: v.picklist(['metrics', 'parameters', 'tags']),
    name: v.string(),
    text: v.optional(v.string()),
    isNew: v.optional(v.boolean()),
  }),
])

/** The tab that a page is in. */
interface Tab {
  isPreview(): boolean
  keep(): void
}

/** Fills a panel with the page of a version. */
export function openDetailsPage(
  host: Host,
  panel: WebviewPanel,
  subject: DetailsSubject,
  tab: Tab,
): DetailsPage {
  const shown = { subject }
  const channel = openPage<DetailsHost, DetailsEvent>(
    host,
    panel.webview,
    { script: 'details', title: panel.title, element: 'version-details' },
    methodsFor(host, panel, tab, shown),
  )
  const changed = (): void => channel.tell('changed')
  const subscriptions = [
    channel,
    host.registries.onDidChange(changed),
    workspace.onDidSaveTextDocument(({ uri }) => {
      if (CARD_FILE.test(uri.path)) changed()
    }),
    workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(SECTION)) changed()
    }),
  ]
  return {
    get subject() {
      return shown.subject
    },
    replace: (other) => {
      shown.subject = other
      panel.title = nameOf(other)
      channel.tell('replaced')
    },
    refresh: changed,
    dispose: () => {
      for (const one of subscriptions) one.dispose()
    },
  }
}

function methodsFor(
  host: Host,
  panel: WebviewPanel,
  tab: Tab,
  shown: { subject: DetailsSubject },
): DetailsHost {
  const chosen = async (): Promise<ChosenVersion> => {
    const looked = await look(host, shown.subject)
    if (looked.kind === 'here') return looked.chosen
    throw new AppError('notFound', `${nameOf(shown.subject)} is no longer there.`)
  }
  return {
    details: async () => {
      const looked = await look(host, shown.subject)
      if (looked.kind !== 'here') return unavailable(looked, shown.subject, tab.isPreview())
      const { folder, version } = looked.chosen
      // It may have got another name meanwhile.
      shown.subject = subjectOf(folder.key, version)
      if (panel.title !== version.fullName) panel.title = version.fullName
      return view(looked.chosen, looked.model, tab.isPreview())
    },
    edit: async (change) => {
      requireTrust()
      return applyEdit(host, await chosen(), v.parse(EditSchema, change))
    },
    act: async (intent) => {
      await act(host, await look(host, shown.subject), v.parse(IntentSchema, intent), tab)
    },
    removeAlias: async (alias) => {
      requireTrust()
      await removeAlias(host, referenceOf(await chosen()), undefined, v.parse(v.string(), alias))
    },
    openFile: async (place) => openArtifactFile(await chosen(), v.parse(PlaceSchema, place)),
    copyFileDigest: async (place) => {
      const { version } = await chosen()
      const file = version.artifact?.files[v.parse(PlaceSchema, place)]
      if (!file) throw new AppError('notFound', `${version.fullName} has no such file.`)
      await env.clipboard.writeText(file.sha256)
      window.setStatusBarMessage(`Copied ${file.sha256}`, 3000)
    },
    openSource: async (path) => openSourceFile(await chosen(), v.parse(v.string(), path)),
  }
}

async function view(
  chosen: ChosenVersion,
  model: RegisteredModel,
  isPreview: boolean,
): Promise<DetailsView> {
  const { folder, registry, version } = chosen
  const { isTrusted } = workspace
  const problem = await registry.artifactProblem(version)
  const intents = await intentsFor(chosen, { isTrusted, problem })
  return versionView(model, version, {
    folder: folder.key,
    isPreview,
    canEdit: isTrusted,
    directions: readSetting('metrics.directions', folder.folder),
    now: new Date(),
    problem,
    hasSource: await isSourceHere(chosen),
    card: await registry.readCard(version.model, version.version),
    snippet: version.artifact ? snippetFor(chosen) : undefined,
    intents: isTrusted ? intents : [...intents, 'manageTrust'],
  })
}

/** The sentence that says what is wrong with what was typed; nothing where it is written. */
async function applyEdit(
  host: Host,
  { registry, version }: ChosenVersion,
  change: v.InferOutput<typeof EditSchema>,
): Promise<string | undefined> {
  const { model, version: name, id: versionId, fullName } = version
  const done = `Changed the ${change.field} of ${fullName}.`
  try {
    const changes = toChanges(change, version)
    await edit(host, registry, { model, action: 'update', versionId }, done, () =>
      registry.updateVersion(model, name, changes),
    )
    return undefined
  } catch (error) {
    if (isAppError(error) && (error.code === 'invalid' || error.code === 'conflict'))
      return error.message
    throw error
  }
}

async function act(host: Host, looked: Looked, intent: DetailsIntent, tab: Tab): Promise<void> {
  if (intent === 'keep') return tab.keep()
  if (intent === 'manageTrust') return manageTrust()
  if (looked.kind === 'here') {
    const meaning = isVersionIntent(intent) ? VERSION_INTENTS[intent] : undefined
    if (!meaning) throw new AppError('invalid', 'There is nothing to be repaired here any more.')
    if (meaning.kind === 'writes') requireTrust()
    await meaning.run(host, looked.chosen, referenceOf(looked.chosen))
    return
  }
  if (looked.kind === 'closed') throw new AppError('notFound', looked.message)
  await actOnMissing(host, looked, intent)
}

function isVersionIntent(intent: DetailsIntent): intent is VersionIntent {
  return Object.hasOwn(VERSION_INTENTS, intent)
}

function referenceOf({ folder, version }: ChosenVersion): VersionReference {
  return { folder: folder.key, reference: version.fullName }
}
