import { isAppError } from '../../base/errors'
import { plural } from '../../base/text'
import {
  curveMetrics,
  overlayCurves,
  smooth,
  type VersionCurves,
} from '../../registry/compareCurves'
import type { ChartData, ChartsQuery, CurveData } from '../../webview/charts/protocol'
import type { DirectionOverrides } from '../../registry/metricDirection'
import { measures } from './measures'
import type { ScopedVersion } from './scope'
import { noCurves } from './texts'

/** Lines that can still be told apart by colour and dashes. */
export const MAX_LINES = 24
/** Points of one line: one for each pixel of a wide screen is enough. */
const MAX_POINTS = 1000

/** The learning curves of some versions. */
export interface CurvesRead {
  readonly curves: readonly { readonly place: number; readonly of: VersionCurves }[]
  readonly names: readonly string[]
  /** What could not be read, as sentences. */
  readonly problems: readonly string[]
  /** Versions that were not looked at, since enough have curves. */
  readonly left: number
}

/** Reads a version's curves; `undefined` where it has none. */
export type ReadCurves = (version: ScopedVersion) => Promise<VersionCurves | undefined>

/**
 * Reads the curves of the newest versions that have some, until there are as many as can be drawn.
 * @param versions In the order of their creation; curves are named by their places.
 */
export async function readNewest(
  versions: readonly ScopedVersion[],
  read: ReadCurves,
): Promise<CurvesRead> {
  const curves: CurvesRead['curves'][number][] = []
  const problems: string[] = []
  let left = versions.length
  while (left > 0 && curves.length < MAX_LINES) {
    // Most versions have none, and to find that out one by one takes long.
    const first = Math.max(0, left - (MAX_LINES - curves.length))
    const some = versions.slice(first, left)
    left = first
    for (const [index, result] of (await Promise.allSettled(some.map(read))).entries()) {
      if (result.status === 'rejected') problems.push(problemOf(some[index], result.reason))
      else if (result.value) curves.push({ place: first + index, of: result.value })
    }
  }
  const sorted = curves.toSorted((a, b) => a.place - b.place)
  return { curves: sorted, names: curveMetrics(sorted.map(({ of }) => of)), problems, left }
}

function problemOf(one: ScopedVersion | undefined, reason: unknown): string {
  if (!isAppError(reason) || reason.code === 'cancelled') throw reason
  return `${one?.version.fullName}: ${reason.message}`
}

/** What sentences and axes need to know. */
interface About {
  readonly of: string
  readonly directions?: DirectionOverrides
}

/** The overlaid curves of one metric. */
export function curvesChart(
  { curve, metric, smoothing }: ChartsQuery,
  read: CurvesRead | undefined,
  { of, directions }: About,
): ChartData {
  const { names, curves, problems, left } = read ?? NONE
  const name = [curve, metric, names.find((one) => /loss/i.test(one)), names[0]].find(
    (one) => one !== undefined && names.includes(one),
  )
  if (name === undefined) return { kind: 'empty', reason: [noCurves(of), ...problems].join(' ') }
  const lines = curves.flatMap(({ place, of: version }) =>
    overlayCurves([version], name, MAX_POINTS).map(({ points }): CurveData => ({
      place,
      steps: points.map(({ step }) => step),
      values: points.map(({ value }) => value),
      ...(smoothing > 0 ? { smoothed: smooth(points, smoothing).map(({ value }) => value) } : {}),
    })),
  )
  return {
    kind: 'curves',
    measure: measures(directions)(name),
    names,
    lines,
    notes: [
      ...problems,
      ...(left > 0
        ? [
            `The ${curves.length} newest versions with learning curves are drawn; ${plural(left, 'older version is', 'older versions are')} not looked at. Choose fewer versions to see those.`,
          ]
        : []),
    ],
  }
}

const NONE: CurvesRead = { curves: [], names: [], problems: [], left: 0 }
