import { escapeText } from '../../base/text'
import type { Comparison, ComparisonCell } from '../../registry/compare'
import { printDifference } from '../../registry/compareExport'
import { nextStage } from '../../registry/stage'
import type { CellView, ComparedVersion, SectionView } from '../../webview/comparison/protocol'
import { stageTitle } from '../tree/texts'

/** Longer values are cut in the table; copies have them whole. */
const SHOWN = 400

/** A comparison as its page shows it: texts alone. */
export function sectionsOf({ sections }: Comparison): readonly SectionView[] {
  return sections.map(({ kind, rows }) => ({
    title: `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`,
    rows: rows.map(({ name, direction, cells }) => ({
      name: escapeText(name),
      cells: cells.map(cellOf),
      ...(direction ? { direction } : {}),
    })),
  }))
}

function cellOf({ text, isBest, difference }: ComparisonCell): CellView {
  return {
    ...(text === undefined ? {} : { text: escapeText(text, SHOWN) }),
    ...(isBest ? { isBest } : {}),
    ...(difference
      ? { difference: { text: printDifference(difference), verdict: difference.verdict } }
      : {}),
  }
}

/** @param canWrite False in Restricted Mode, where nothing is promoted. */
export function comparedVersions(
  { versions }: Comparison,
  canWrite: boolean,
): readonly ComparedVersion[] {
  return versions.map(({ fullName, stage }) => {
    const next = canWrite ? nextStage(stage) : undefined
    return {
      reference: fullName,
      stage: stageTitle(stage),
      ...(next ? { next: stageTitle(next) } : {}),
    }
  })
}
