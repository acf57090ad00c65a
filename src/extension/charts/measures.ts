import { metricDirection, type DirectionOverrides } from '../../registry/metricDirection'
import { metricUnit } from '../../registry/metricUnit'
import type { Measure } from '../../webview/charts/protocol'

/** What axes say of metrics, under the directions that a person has set. */
export function measures(directions: DirectionOverrides | undefined): (name: string) => Measure {
  return (name) => {
    const unit = metricUnit(name)
    const direction = metricDirection(name, directions)
    return { name, direction, ...(unit === undefined ? {} : { unit }) }
  }
}
