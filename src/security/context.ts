import type { AppError } from '../base/errors'
import { isAppError } from '../base/errors'
import type { ByteReader } from '../bytes/byteReader'
import { BudgetExceeded, LIMITS } from '../bytes/limits'
import type { Budget } from '../bytes/limits'
import type { FindingDetails, Findings } from './findings'
import type { RuleId } from './rules'

/** What is known of a file beside the one that is scanned. */
export interface Sibling {
  readonly size: number
  readonly isLink: boolean
  /** Names of the same file; more than one may reach outside of the folder. */
  readonly links: number
}

/** What is scanned: a file, a member of a container, or bytes inside of either. */
export interface Content {
  readonly reader: ByteReader
  /** The last part of its name, without a path; empty where it has none. */
  readonly name: string
  /** Where it lies, for findings: file in the folder, then member of a container, joined by `!`. */
  readonly member: string | undefined
  /** How many containers it lies in. */
  readonly depth: number
  /** A file by its path relative to this one, if files may lie beside it. */
  readonly sibling?: (path: string) => Sibling | undefined
  /** What the container around it is, where that decides how it is read. */
  readonly within?: 'zip' | 'tar' | 'torch' | 'torchscript' | 'pickle' | 'skops' | 'keras' | 'nemo'
}

/** What all parts of one scan share. */
export class ScanContext {
  readonly budget: Budget
  /** Exact `module.name`s that the workspace allows. */
  readonly allow: ReadonlySet<string>
  readonly #findings: Findings
  readonly #scan: (context: ScanContext, content: Content) => void
  #isModel = false

  constructor(options: {
    readonly budget: Budget
    readonly allow: ReadonlySet<string>
    readonly findings: Findings
    readonly scan: (context: ScanContext, content: Content) => void
  }) {
    this.budget = options.budget
    this.allow = options.allow
    this.#findings = options.findings
    this.#scan = options.scan
  }

  /** Whether something was found that a loader takes for a model or a part of one. */
  get isModel(): boolean {
    return this.#isModel
  }

  markModel(): void {
    this.#isModel = true
  }

  add(rule: RuleId, content: Content, details: Omit<FindingDetails, 'member'> = {}): void {
    this.#findings.add(rule, {
      ...details,
      ...(content.member !== undefined && { member: content.member }),
    })
  }

  /** Adds what an error says of a content that can't be read any further. */
  addDamage(rule: RuleId, content: Content, error: AppError): void {
    this.add(error instanceof BudgetExceeded ? 'scan/budget' : rule, content, {
      ...(error.location?.offset !== undefined && { offset: error.location.offset }),
      evidence: error.message,
    })
  }

  /** Runs a reader on a content; damage that it throws becomes a finding of `rule`. Returns whether it came to its end. */
  guard(rule: RuleId, content: Content, read: () => void): boolean {
    try {
      read()
      return true
    } catch (error) {
      if (!isAppError(error) || error.code === 'cancelled') throw error
      this.addDamage(rule, content, error)
      return false
    }
  }

  /** Scans what lies inside of a content. */
  scanInner(outer: Content, inner: Omit<Content, 'depth' | 'member'> & { path: string }): void {
    const { path, ...content } = inner
    const member = outer.member === undefined ? path : `${outer.member}!${path}`
    if (outer.depth >= LIMITS.nesting * 2) {
      this.add('archive/nesting', { ...outer, member })
      return
    }
    this.#scan(this, { ...content, member, depth: outer.depth + 1 })
  }
}

/** The extension of a name in lower case, with its dot; empty where there is none. */
export function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.')
  return dot <= 0 ? '' : name.slice(dot).toLowerCase()
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
}

export function isCorrupt(error: unknown): error is AppError {
  return isAppError(error) && error.code === 'corrupt'
}
