import { basename } from 'node:path'
import { QuickPickItemKind, ThemeIcon, type QuickInputButton, type QuickPickItem } from 'vscode'
import type { ModelRegistry } from '../../app'
import { FRAMEWORKS } from '../../registry/framework'
import { nextVersion } from '../../registry/semver'
import { parseMetrics, parseParameters, parseTags, problemOf } from '../input/assignments'
import { askPick, askText, runSteps, type Answer, type Move } from '../input/steps'
import { modelDescription } from '../input/targets'
import { modelProblem, proposeVersion, takenVersions, versionProblem, type Draft } from './draft'

/** What the questions are about. */
export interface Subject {
  readonly registry: ModelRegistry
  /** `model.onnx`, `3 files` */
  readonly label: string
  /** What a folder comes to, now that parts of it are left out: `7 files, 1.2 MB`. */
  readonly summary: () => string | undefined
  /** Fills the draft with what the training left behind; waits for it, but not for long. */
  readonly complete: () => Promise<void>
  /** What the scan says of the files, as soon as it is known. */
  readonly verdict: () => string | undefined
  /** Shows what was found beside the model, to be ticked. */
  readonly chooseFound?: () => Promise<void>
  /** Lets a person name the data that the model was made from. */
  readonly chooseDatasets: () => Promise<void>
  /** What the content says that a person should know before it is registered. */
  readonly warnings: readonly string[]
  /** Asks which parts of a folder are left out; absent where there is no choice. */
  readonly chooseParts?: () => Promise<void>
}

const REGISTER: QuickInputButton = {
  iconPath: new ThemeIcon('check'),
  tooltip: 'Register Now',
}
const DETAILS: QuickInputButton = {
  iconPath: new ThemeIcon('list-unordered'),
  tooltip: 'Parameters, Description, Framework and More',
}
const PARTS: QuickInputButton = {
  iconPath: new ThemeIcon('list-selection'),
  tooltip: 'Choose What Is Left Out',
}

const FOUND: QuickInputButton = {
  iconPath: new ThemeIcon('checklist'),
  tooltip: 'Choose What Was Found Beside the Model',
}

const TOTAL_STEPS = 3

/**
 * Asks for model, version and metrics, each answered by Enter; everything else is a button away.
 * @throws AppError `cancelled`
 */
export async function askRegistration(draft: Draft, subject: Subject): Promise<void> {
  await runSteps([
    () => askModel(draft, subject),
    () => askVersion(draft, subject),
    () => askMetrics(draft, subject),
  ])
}

function buttonsFor({ chooseParts, chooseFound }: Subject): QuickInputButton[] {
  return [...(chooseParts ? [PARTS] : []), ...(chooseFound ? [FOUND] : []), DETAILS, REGISTER]
}

interface NamedItem extends QuickPickItem {
  readonly name?: string
}

async function askModel(draft: Draft, subject: Subject): Promise<Move> {
  const { registry } = subject
  const now = new Date()
  const existing = registry.listModels().map((model): NamedItem => ({
    label: model.name,
    description: modelDescription(model, now),
    iconPath: new ThemeIcon('package'),
    name: model.name,
  }))
  const names = new Set(existing.map(({ name }) => name))
  for (;;) {
    const answer: Answer<NamedItem> = await askPick<NamedItem, QuickInputButton>({
      title: titleOf(subject),
      step: 1,
      totalSteps: TOTAL_STEPS,
      placeholder: 'Name of a new model, or choose one below for its next version',
      buttons: buttonsFor(subject),
      items: (typed) => {
        const name = typed.trim() === '' ? draft.name : typed.trim()
        const others = existing.filter((item) => item.name !== name)
        const divider = separator('Models', others)
        return [
          proposal(name, names, registry, now),
          ...warningRows(subject),
          ...divider,
          ...others,
        ]
      },
      canPick: ({ name }) => name !== undefined,
    })
    const chosen = answer.kind === 'accept' ? answer.value.name : answer.typed.trim() || draft.name
    if (chosen !== undefined && modelProblem(registry, chosen) === undefined)
      rename(draft, chosen, registry)
    const move = await moveOf(answer, draft, subject)
    if (move) return move
  }
}

/** They stay below the name that Enter takes, and can't be taken themselves. */
function warningRows({ warnings }: Subject): NamedItem[] {
  return warnings.map((warning) => ({
    label: warning,
    iconPath: new ThemeIcon('warning'),
    alwaysShow: true,
  }))
}

/** The first row: the name that Enter takes, or what is wrong with it. */
function proposal(
  name: string,
  existing: ReadonlySet<string | undefined>,
  registry: ModelRegistry,
  now: Date,
): NamedItem {
  const problem = modelProblem(registry, name)
  if (problem !== undefined)
    return { label: problem, iconPath: new ThemeIcon('error'), alwaysShow: true }
  const model = existing.has(name) ? registry.getModel(name) : undefined
  return {
    label: name,
    description: model ? `next version · ${modelDescription(model, now)}` : 'new model',
    iconPath: new ThemeIcon(model ? 'package' : 'add'),
    alwaysShow: true,
    name,
  }
}

/** Another model has other versions: the one that was proposed for the old name would say nothing. */
function rename(draft: Draft, name: string, registry: ModelRegistry): void {
  if (name === draft.name && versionProblem(registry, name, draft.version) === undefined) return
  draft.name = name
  draft.version = proposeVersion(registry, name)
}

async function askVersion(draft: Draft, subject: Subject): Promise<Move> {
  const { registry } = subject
  const taken = takenVersions(registry, draft.name)
  const isNew = taken.length === 0
  const proposals: readonly NamedItem[] = isNew
    ? [proposedVersion('1.0.0', 'first version'), proposedVersion('0.1.0', 'not yet stable')]
    : [
        proposedVersion(nextVersion(taken), 'next patch: retrained or fixed'),
        proposedVersion(nextVersion(taken, 'minor'), 'next minor: better, used in the same way'),
        proposedVersion(nextVersion(taken, 'major'), 'next major: other inputs or outputs'),
      ]
  for (;;) {
    const answer: Answer<NamedItem> = await askPick<NamedItem, QuickInputButton>({
      title: titleOf(subject, draft.name),
      step: 2,
      totalSteps: TOTAL_STEPS,
      placeholder: 'Version: choose one, or type any other',
      value: proposals.some(({ name }) => name === draft.version) ? '' : draft.version,
      buttons: buttonsFor(subject),
      items: (typed) => {
        const version = typed.trim()
        if (version === '' || proposals.some(({ name }) => name === version)) return proposals
        const problem = versionProblem(registry, draft.name, version)
        return [
          problem === undefined
            ? { ...proposedVersion(version, 'this version'), alwaysShow: true }
            : { label: problem, iconPath: new ThemeIcon('error'), alwaysShow: true },
          ...proposals,
        ]
      },
      active: ({ name }) => name === draft.version,
      canPick: ({ name }) => name !== undefined,
    })
    const chosen = answer.kind === 'accept' ? answer.value.name : answer.typed.trim()
    if (chosen && versionProblem(registry, draft.name, chosen) === undefined) draft.version = chosen
    const move = await moveOf(answer, draft, subject)
    if (move) return move
  }
}

function proposedVersion(version: string, description: string): NamedItem {
  return { label: version, description, iconPath: new ThemeIcon('tag'), name: version }
}

async function askMetrics(draft: Draft, subject: Subject): Promise<Move> {
  await subject.complete()
  const verdict = subject.verdict()
  for (;;) {
    const answer: Answer<string> = await askText({
      title: titleOf(subject, `${draft.name}:${draft.version}`),
      step: 3,
      totalSteps: TOTAL_STEPS,
      value: draft.metrics,
      placeholder: 'accuracy=0.94 loss=0.12',
      prompt: [verdict, 'Metrics, separated by spaces (optional)']
        .filter((text) => text !== undefined)
        .join('\n'),
      buttons: buttonsFor(subject),
      problem: (text) => problemOf(parseMetrics, text),
    })
    draft.metrics = answer.typed
    const move = await moveOf(answer, draft, subject)
    if (move) return move
  }
}

/** Where an answer leads; `undefined` asks the same again. */
async function moveOf(
  answer: Answer<unknown>,
  draft: Draft,
  subject: Subject,
): Promise<Move | undefined> {
  if (answer.kind === 'accept') return 'next'
  if (answer.kind === 'back') return 'back'
  if (answer.button === PARTS) {
    await subject.chooseParts?.()
    return undefined
  }
  await subject.complete()
  if (answer.button === FOUND) {
    await subject.chooseFound?.()
    return undefined
  }
  if (answer.button === REGISTER)
    return problemOf(parseMetrics, draft.metrics) ? undefined : 'finish'
  return (await askDetails(draft, subject)) ? 'finish' : undefined
}

interface DetailItem extends QuickPickItem {
  readonly ask?: () => Promise<void>
}

/** Everything about the version on one page; `true` where it shall be registered so, `false` to go back. */
async function askDetails(draft: Draft, subject: Subject): Promise<boolean> {
  const { registry } = subject
  for (;;) {
    const detail = (
      label: string,
      icon: string,
      value: string,
      ask: () => Promise<void>,
    ): DetailItem => ({
      label,
      description: value === '' ? 'none' : shortened(value),
      iconPath: new ThemeIcon(icon),
      ask,
    })
    const items: DetailItem[] = [
      { label: `Register ${draft.name}:${draft.version}`, iconPath: new ThemeIcon('check') },
      detail('Metrics', 'graph', draft.metrics, () =>
        editText(draft, 'metrics', 'accuracy=0.94 loss=0.12', (text) =>
          problemOf(parseMetrics, text),
        ),
      ),
      detail('Parameters', 'settings', draft.parameters, () =>
        editText(draft, 'parameters', 'learning_rate=0.01 optimizer=adam', (text) =>
          problemOf(parseParameters, text),
        ),
      ),
      ...(subject.chooseFound
        ? [detail('Found Beside the Model', 'checklist', 'choose…', subject.chooseFound)]
        : []),
      detail('Description', 'note', draft.description, () =>
        editText(draft, 'description', 'What is this version, and what changed?'),
      ),
      detail('Tags', 'tag', draft.tags, () =>
        editText(draft, 'tags', 'team=risk task="credit scoring"', (text) =>
          problemOf(parseTags, text),
        ),
      ),
      detail('Data Sets', 'database', namesOf(draft.datasets), subject.chooseDatasets),
      detail('Framework', 'library', frameworkOf(draft), () => editFramework(draft)),
    ]
    const answer = await askPick<DetailItem, QuickInputButton>({
      title: titleOf(subject, `${draft.name}:${draft.version}`),
      canGoBack: true,
      placeholder: 'Enter registers; choose a row to change it',
      items: () => items,
    })
    if (answer.kind !== 'accept') return false
    if (answer.value.ask) await answer.value.ask()
    else if (versionProblem(registry, draft.name, draft.version) === undefined) return true
    else return false
  }
}

async function editText(
  draft: Draft,
  field: 'metrics' | 'parameters' | 'tags' | 'description',
  placeholder: string,
  problem?: (text: string) => string | undefined,
): Promise<void> {
  const noun = `${field.charAt(0).toUpperCase()}${field.slice(1)}`
  const answer = await askText({
    title: `${noun} of ${draft.name}:${draft.version}`,
    canGoBack: true,
    value: draft[field],
    placeholder,
    prompt: field === 'description' ? noun : `${noun}, separated by spaces`,
    ...(problem ? { problem } : {}),
  })
  if (answer.kind === 'accept' || problem?.(answer.typed) === undefined) draft[field] = answer.typed
}

function namesOf(paths: readonly string[]): string {
  return paths.map((path) => basename(path)).join(', ')
}

/** Hyperparameters can be hundreds; a row shows the beginning. */
function shortened(value: string): string {
  return value.length > 100 ? `${value.slice(0, 100)}…` : value
}

function frameworkOf({ framework, guessedFramework }: Draft): string {
  if (framework !== undefined) return framework
  return guessedFramework === undefined
    ? 'what the content says'
    : `${guessedFramework}, by its content`
}

async function editFramework(draft: Draft): Promise<void> {
  const answer = await askPick({
    title: `Framework of ${draft.name}:${draft.version}`,
    canGoBack: true,
    placeholder: 'Who made the model',
    items: () => FRAMEWORKS.map((framework) => ({ label: framework, framework })),
    active: ({ framework }) => framework === (draft.framework ?? draft.guessedFramework),
  })
  if (answer.kind === 'accept') draft.framework = answer.value.framework
}

function titleOf({ label, summary }: Subject, name?: string): string {
  const size = summary()
  const what = size === undefined ? label : `${label} (${size})`
  return name === undefined ? `Register ${what}` : `Register ${what} as ${name}`
}

function separator(label: string, items: readonly unknown[]): QuickPickItem[] {
  return items.length === 0 ? [] : [{ label, kind: QuickPickItemKind.Separator }]
}
