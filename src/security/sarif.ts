import type { ScanFinding, ScanReport, ScanSeverity, Verdict } from '../registry/scan'
import { RULES } from './rules'
import { RULES_VERSION } from './rulesVersion'
import type { Rule } from './rules/rule'

/** The part of SARIF 2.1.0 that is written (docs.oasis-open.org/sarif/sarif/v2.1.0). */
export interface SarifLog {
  readonly $schema: string
  readonly version: '2.1.0'
  readonly runs: readonly SarifRun[]
}

interface SarifRun {
  readonly tool: { readonly driver: SarifDriver }
  readonly columnKind: 'utf16CodeUnits'
  readonly invocations: readonly { readonly executionSuccessful: boolean }[]
  readonly artifacts: readonly {
    readonly location: SarifLocation
    readonly properties: { readonly verdict: Verdict }
  }[]
  readonly results: readonly SarifResult[]
}

interface SarifDriver {
  readonly name: string
  readonly semanticVersion: string
  readonly rules: readonly SarifRule[]
}

interface SarifText {
  readonly text: string
}

interface SarifLocation {
  readonly uri: string
}

interface SarifRule {
  readonly id: string
  readonly shortDescription: SarifText
  readonly fullDescription: SarifText
  readonly help: SarifText
  readonly helpUri?: string
  readonly defaultConfiguration: { readonly level: Level }
  /** What GitHub's code scanning orders by: 0 to 10. */
  readonly properties: { readonly 'security-severity': string; readonly tags: readonly string[] }
}

interface SarifResult {
  readonly ruleId: string
  readonly ruleIndex: number
  readonly level: Level
  readonly message: SarifText
  readonly locations: readonly {
    readonly physicalLocation: {
      readonly artifactLocation: SarifLocation
      readonly region?: { readonly byteOffset: number }
    }
    readonly logicalLocations?: readonly { readonly fullyQualifiedName: string }[]
  }[]
  readonly properties: { readonly severity: ScanSeverity; readonly evidence?: string }
}

type Level = 'error' | 'warning' | 'note'

const LEVELS: Readonly<Record<ScanSeverity, Level>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  info: 'note',
}
const SCORES: Readonly<Record<ScanSeverity, string>> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.0',
  low: '2.0',
  info: '0.0',
}

/** A report with the path that was scanned. */
export interface ScannedPath extends ScanReport {
  readonly path: string
}

/** Reports as SARIF 2.1.0, for code scanning and editors. What comes out of files is escaped already. */
export function toSarif(
  results: readonly ScannedPath[],
  options: { readonly rules?: Readonly<Record<string, Rule>> } = {},
): SarifLog {
  const rules: Readonly<Record<string, Rule>> = options.rules ?? RULES
  const ids = [
    ...new Set(results.flatMap(({ findings }) => findings.map(({ rule }) => rule))),
  ].sort()
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Model Registry',
            semanticVersion: `${RULES_VERSION}.0.0`,
            rules: ids.map((id) => toRule(id, rules[id])),
          },
        },
        columnKind: 'utf16CodeUnits',
        invocations: [
          { executionSuccessful: results.every(({ verdict }) => verdict !== 'incomplete') },
        ],
        artifacts: results.map(({ path, verdict }) => ({
          location: { uri: toUri(path) },
          properties: { verdict },
        })),
        results: results.flatMap(({ path, findings }) =>
          findings.map((finding) => toResult(path, finding, ids)),
        ),
      },
    ],
  }
}

function toRule(id: string, rule: Rule | undefined): SarifRule {
  const severity = rule?.severity ?? 'medium'
  const [helpUri] = rule?.references ?? []
  return {
    id,
    shortDescription: { text: `${rule?.title ?? id}.` },
    fullDescription: { text: rule?.why ?? '' },
    help: { text: rule?.remedy ?? '' },
    ...(helpUri !== undefined && { helpUri }),
    defaultConfiguration: { level: LEVELS[severity] },
    properties: { 'security-severity': SCORES[severity], tags: ['security'] },
  }
}

function toResult(path: string, finding: ScanFinding, ids: readonly string[]): SarifResult {
  const { rule, severity, message, member, offset, evidence } = finding
  const found = evidence === undefined ? '' : ` Found: ${evidence}`
  return {
    ruleId: rule,
    ruleIndex: ids.indexOf(rule),
    level: LEVELS[severity],
    message: { text: message + found },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: toUri(path) },
          // Offsets in a member count from its own beginning.
          ...(offset !== undefined && member === undefined && { region: { byteOffset: offset } }),
        },
        ...(member !== undefined && { logicalLocations: [{ fullyQualifiedName: member }] }),
      },
    ],
    properties: { severity, ...(evidence !== undefined && { evidence }) },
  }
}

/** A relative reference or file URI: `/` between the parts, everything else that is no plain letter encoded. */
function toUri(path: string): string {
  const parts = path.replaceAll('\\', '/').split('/').map(encodeURIComponent)
  const joined = parts.join('/')
  if (/^[A-Za-z]%3A\//.test(joined)) return `file:///${joined.replace('%3A', ':')}`
  return joined.startsWith('/') ? `file://${joined}` : joined
}
