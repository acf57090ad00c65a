import { parseMetric, parseParameter, parseTag } from '../registry/fields'
import type { Metrics, Parameters, Tags } from '../registry/model'

/** For an option that can be given several times. */
export function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value]
}

/** Options that set named values, as they are typed. */
export interface ValueFlags {
  readonly metric?: readonly string[]
  readonly param?: readonly string[]
  readonly tag?: readonly string[]
}

export interface Values {
  readonly metrics?: Metrics
  readonly parameters?: Parameters
  readonly tags?: Tags
}

/** What the options mean; a name that is given twice has its last value. @throws AppError `invalid` naming the value. */
export function parseValues({ metric, param, tag }: ValueFlags): Values {
  return {
    ...(metric ? { metrics: Object.fromEntries(metric.map(parseMetric)) } : {}),
    ...(param ? { parameters: Object.fromEntries(param.map(parseParameter)) } : {}),
    ...(tag ? { tags: Object.fromEntries(tag.map(parseTag)) } : {}),
  }
}

/** The object without the keys that are `undefined`: an absent flag is an absent field. */
export function given<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}
