import { escapeText, formatNumber } from '../../base/text'
import { differenceFrom } from '../../registry/compare'
import { printDifference } from '../../registry/compareExport'
import { metricDirection, type DirectionOverrides } from '../../registry/metricDirection'
import type { Metrics, ModelVersion, ParameterValue } from '../../registry/model'
import type {
  DifferenceView,
  MetricRow,
  ValueField,
  ValueRow,
} from '../../webview/details/protocol'
import { printTyped } from './typedValue'

/** Longer values are cut where they are shown; the box in which they are edited has them whole. */
const SHOWN = 400

/** The versions that the metrics of another one are held against. */
export interface Others {
  readonly production: ModelVersion | undefined
  readonly previous: ModelVersion | undefined
}

/** Metrics with their differences, in the order in which they are stored. */
export function metricRows(
  version: ModelVersion,
  { production, previous }: Others,
  directions: DirectionOverrides,
): readonly MetricRow[] {
  return Object.entries(version.metrics).map(([name, value]) => {
    const direction = metricDirection(name, directions)
    const against = (other: ModelVersion | undefined): DifferenceView | undefined => {
      const difference = differenceFrom(valueOf(other?.metrics, name), value, direction)
      return difference && { text: printDifference(difference), verdict: difference.verdict }
    }
    const [toProduction, toPrevious] = [against(production), against(previous)]
    return {
      name,
      label: escapeText(name),
      text: formatNumber(value),
      typed: String(value),
      direction,
      ...(toProduction ? { production: toProduction } : {}),
      ...(toPrevious ? { previous: toPrevious } : {}),
    }
  })
}

function valueOf(metrics: Metrics | undefined, name: string): number | undefined {
  return metrics && Object.hasOwn(metrics, name) ? metrics[name] : undefined
}

/** Parameters or tags, in the order in which they are stored. */
export function valueRows(
  values: Readonly<Record<string, ParameterValue>>,
  field: ValueField,
): readonly ValueRow[] {
  return Object.entries(values).map(([name, value]) => ({
    name,
    label: escapeText(name),
    text: escapeText(String(value), SHOWN),
    typed: printTyped(value, field),
  }))
}
