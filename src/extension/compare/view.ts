import { escapeText } from '../../base/text'
import type { Comparison, ComparisonCell, ComparisonSection } from '../../registry/compare'
import { printDifference } from '../../registry/compareExport'
import { nextStage } from '../../registry/stage'
import type { CellView, ComparedVersion, SectionView } from '../../webview/comparison/protocol'
import { localTime } from '../activity/texts'
import { stageTitle } from '../tree/texts'

/** Longer values are cut in the table; copies have them whole. */
const SHOWN = 400
/** As many as git shows of a commit tell two digests apart as well. */
const DIGITS = 12

const TITLES: Partial<Record<ComparisonSection['kind'], string>> = {
  lineage: 'Code and data',
  hyperparameters: 'Hyperparameters in the artifact',
}

/** How values are shown where they are too long, or meant for machines. */
const SHORT: Readonly<Record<string, (text: string) => string>> = {
  sha256: (text) => `${text.slice(0, DIGITS)}…`,
  commit: (text) => text.replace(/^([0-9a-f]{12})[0-9a-f]+/, '$1'),
  'created at': localTime,
}

/** A section as the page shows it: texts alone. */
export function sectionOf({ kind, rows }: ComparisonSection): SectionView {
  const isFact = kind === 'facts' || kind === 'lineage'
  return {
    title: TITLES[kind] ?? `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`,
    rows: rows.map(({ name, direction, cells }) => {
      const shorten = isFact && Object.hasOwn(SHORT, name) ? SHORT[name] : undefined
      return {
        name: escapeText(name),
        cells: cells.map((cell) => cellOf(cell, shorten)),
        ...(direction ? { direction } : {}),
      }
    }),
  }
}

function cellOf(
  { text, isBest, difference }: ComparisonCell,
  shorten: ((text: string) => string) | undefined,
): CellView {
  const short = text === undefined ? undefined : (shorten?.(text) ?? text)
  return {
    ...(short === undefined ? {} : { text: escapeText(short, SHOWN) }),
    ...(text === undefined || short === text ? {} : { full: escapeText(text, SHOWN) }),
    ...(isBest ? { isBest } : {}),
    ...(difference
      ? { difference: { text: printDifference(difference), verdict: difference.verdict } }
      : {}),
  }
}

/** The model that all are versions of, if they are of one. */
export function onlyModel({ versions }: Pick<Comparison, 'versions'>): string | undefined {
  const [model, ...others] = new Set(versions.map((version) => version.model))
  return others.length === 0 ? model : undefined
}

/** @param canWrite False in Restricted Mode, where nothing is promoted. */
export function comparedVersions(
  { versions }: Pick<Comparison, 'versions'>,
  canWrite: boolean,
): readonly ComparedVersion[] {
  const isOneModel = onlyModel({ versions }) !== undefined
  return versions.map(({ fullName, version, stage, source }) => {
    const next = canWrite ? nextStage(stage) : undefined
    return {
      reference: fullName,
      name: isOneModel ? version : fullName,
      stage: stageTitle(stage),
      ...(next ? { next: stageTitle(next) } : {}),
      hasCode: source?.git !== undefined,
    }
  })
}
