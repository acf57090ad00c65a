import { basename, dirname, join } from 'node:path'
import { commands, env, Uri, window, workspace, type Disposable, type Webview } from 'vscode'
import * as v from 'valibot'
import { AppError } from '../../base/errors'
import { nameProblem } from '../../registry/names'
import type { ScanReport } from '../../registry/scan'
import type { InspectorEvent, InspectorHost } from '../../webview/protocol'
import { commandId } from '../commands/contract'
import { registerUris } from '../commands/registerModel'
import { readSetting } from '../config'
import type { Host } from '../host'
import { askText } from '../input/steps'
import { suggestName } from '../register/guess'
import { openPage } from '../views/page'
import { breakdownOf } from './breakdown'
import { ANY_FILE_EDITOR } from './inspectorEditor'
import { RowRangeSchema, TensorQuerySchema, VersionKeySchema } from './question'
import { RegistrationLookup } from './registration'
import type { InspectedModel } from './subject'

/** Shows a model in a webview, and answers what the page there asks. */
export function showInspector(host: Host, webview: Webview, model: InspectedModel): Disposable {
  const closing = new AbortController()
  const channel = openPage<InspectorHost, InspectorEvent>(
    host,
    webview,
    { script: 'modelInspector', title: basename(model.path), element: 'model-inspector' },
    methodsFor(host, model, closing.signal),
  )
  const subscriptions = [
    channel,
    model.onDidChange(() => channel.tell('changed')),
    host.registries.onDidChange(() => channel.tell('registryChanged')),
  ]
  return {
    dispose: () => {
      closing.abort()
      for (const one of subscriptions) one.dispose()
    },
  }
}

function methodsFor(host: Host, model: InspectedModel, signal: AbortSignal): InspectorHost {
  const lookup = async (): Promise<RegistrationLookup> =>
    new RegistrationLookup(host.registries, await model.overview())
  return {
    overview: () => model.overview(),
    breakdown: async () => {
      const { inspection, tree } = await model.structure()
      return breakdownOf(tree, inspection.tensors)
    },
    tensors: async (query, range) => {
      const { table } = await model.structure()
      return table.rows(v.parse(TensorQuerySchema, query), v.parse(RowRangeSchema, range))
    },
    registration: async () => (await lookup()).find(false, signal),
    checkContent: async () => (await lookup()).find(true, signal),
    scan: async () => (await (await lookup()).scan(signal)) ?? scanNow(model),
    showVersion: async (version) => {
      const { folder, reference } = v.parse(VersionKeySchema, version)
      const found = host.registries.byKey(folder)?.current?.resolve(reference)
      if (!found) throw new AppError('notFound', `${reference} is no longer there.`)
      await host.view.focus()
      await host.view.reveal(folder, found)
    },
    register: async (whole) => {
      const { parts } = await model.overview()
      const folder = dirname(model.path)
      const all = whole && parts ? parts.present.map((name) => Uri.file(join(folder, name))) : []
      await commands.executeCommand(commandId('registerModel'), model.uri, all)
    },
    registerAsCustom: () => registerAsCustom(host, model),
    openPart: async (name) => {
      const { parts } = await model.overview()
      if (!parts?.present.includes(name))
        throw new AppError('notFound', `${name} is no part of this model.`)
      await commands.executeCommand(
        'vscode.openWith',
        Uri.file(join(dirname(model.path), name)),
        ANY_FILE_EDITOR,
      )
    },
    copy: async (text) => {
      await env.clipboard.writeText(v.parse(v.string(), text))
      window.setStatusBarMessage('Copied', 2000)
    },
  }
}

/** What was not scanned when it was registered is scanned now, unless the user wants no scans. */
async function scanNow(model: InspectedModel): Promise<ScanReport | undefined> {
  const folder = workspace.getWorkspaceFolder(model.uri)
  if (readSetting('scan.policy', folder) === 'off') return undefined
  const { size } = await model.overview()
  return size === undefined ? undefined : model.scan(readSetting('scan.allow', folder))
}

/** What no reader knows is registered all the same, once it is said under which name. */
async function registerAsCustom(host: Host, { path, uri }: InspectedModel): Promise<void> {
  const folder = workspace.getWorkspaceFolder(uri)?.uri.fsPath ?? dirname(path)
  const answer = await askText({
    title: `Register ${basename(path)} as custom`,
    prompt: 'Nothing is read from its content. Enter registers it under this name.',
    value: suggestName([path], folder),
    problem: (text) => nameProblem('model', text.trim()),
  })
  if (answer.kind !== 'accept') return
  await registerUris(host, [uri], { name: answer.value.trim(), framework: 'custom' })
}
