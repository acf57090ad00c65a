import {
  Diagnostic,
  DiagnosticSeverity,
  type Disposable,
  languages,
  Range,
  workspace,
  type LogOutputChannel,
  type Uri,
} from 'vscode'
import { scan } from '../../app'
import { isAppError } from '../../base/errors'
import type { ScanFinding, ScanReport } from '../../registry/scan'
import { readSetting, SECTION } from '../config'
import { statOrUndefined } from '../origin/fileState'
import type { ModelFiles } from '../origin/modelFiles'

/** What the Problems panel names as the origin. */
export const SCAN_SOURCE = 'Model Registry scan'
/** Problems of one file: whoever wants all of them looks at the inspector. */
const MAX_PROBLEMS = 10

const SEVERITIES: Partial<Record<ScanFinding['severity'], DiagnosticSeverity>> = {
  critical: DiagnosticSeverity.Error,
  high: DiagnosticSeverity.Error,
  medium: DiagnosticSeverity.Warning,
}

/** Shows in the Problems panel what the scan finds in the model files of the workspace: one file after the other. */
export class ScanProblems implements Disposable {
  readonly #files: ModelFiles
  readonly #log: LogOutputChannel
  readonly #problems = languages.createDiagnosticCollection('modelRegistryScan')
  readonly #stop = new AbortController()
  /** Files by their URI, with the size, time and settings for which they were scanned. */
  readonly #scanned = new Map<string, string>()
  readonly #subscriptions: Disposable[]
  #work: Promise<void> = Promise.resolve()

  constructor(files: ModelFiles, log: LogOutputChannel) {
    this.#files = files
    this.#log = log
    this.#subscriptions = [
      this.#problems,
      files.onDidFind(() => this.#update()),
      workspace.onDidGrantWorkspaceTrust(() => this.#update()),
      workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(`${SECTION}.scan`)) this.#update()
      }),
    ]
    this.#update()
  }

  #update(): void {
    this.#work = this.#work
      .then(() => this.#scanAll())
      .catch((error: unknown) => {
        if (isAppError(error) && error.code === 'cancelled') return
        this.#log.error(error instanceof Error ? error : String(error))
      })
  }

  async #scanAll(): Promise<void> {
    const found = workspace.isTrusted ? this.#files.found : []
    const wanted = found.filter((uri) => readSetting('scan.policy', uri) !== 'off')
    const keys = new Set(wanted.map(String))
    for (const key of this.#scanned.keys()) if (!keys.has(key)) this.#scanned.delete(key)
    this.#problems.forEach((uri) => {
      if (!keys.has(uri.toString())) this.#problems.delete(uri)
    })
    for (const uri of wanted) {
      if (this.#stop.signal.aborted) return
      await this.#scanOne(uri)
    }
  }

  async #scanOne(uri: Uri): Promise<void> {
    const stats = await statOrUndefined(uri.fsPath)
    if (!stats) return
    const allow = readSetting('scan.allow', uri)
    const state = JSON.stringify([stats.size, stats.mtimeMs, allow])
    if (this.#scanned.get(uri.toString()) === state) return
    const report = await scan(uri.fsPath, { allow, signal: this.#stop.signal })
    this.#scanned.set(uri.toString(), state)
    this.#problems.set(uri, problemsOf(uri, report))
  }

  dispose(): void {
    this.#stop.abort()
    for (const subscription of this.#subscriptions) subscription.dispose()
  }
}

/** Findings that make a file dangerous or worth a review. What they quote of the file is escaped by the scanner. */
function problemsOf(uri: Uri, { verdict, findings }: ScanReport): Diagnostic[] {
  if (verdict === 'clean' || verdict === 'incomplete') return []
  return findings
    .slice(0, MAX_PROBLEMS)
    .flatMap(({ rule, severity, message, member, evidence }) => {
      const level = SEVERITIES[severity]
      if (level === undefined) return []
      const where = [member, evidence].filter((part) => part !== undefined).join(': ')
      const text = where === '' ? message : `${message} ${where}`
      const problem = new Diagnostic(new Range(0, 0, 0, 0), text, level)
      problem.source = SCAN_SOURCE
      problem.code = { value: rule, target: uri }
      return [problem]
    })
}
