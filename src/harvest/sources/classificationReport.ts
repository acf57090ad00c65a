import { field, isRecord, numberOf } from '../flatten'
import { Rank } from '../harvester'
import type { Harvester, RunFile, Sink } from '../harvester'

const AVERAGES = ['macro avg', 'weighted avg', 'micro avg', 'samples avg']
const MEASURES = ['precision', 'recall', 'f1-score']

/**
 * scikit-learn's `classification_report`: the dictionary of `output_dict=True` as JSON, also inside another file, or
 * the printed table. Averages keep their own names: which one a team calls its precision is the team's to say.
 */
export const classificationReport: Harvester = {
  id: 'sklearn-report',
  rank: Rank.generic,
  async harvest(run, sink) {
    for (const folder of run.folders) {
      for (const name of folder.files) {
        if (!/classification[-_]?report.*\.(?:json|txt)$/i.test(name)) continue
        const file = await run.reader.file(folder, name)
        if (!file) continue
        if (/\.json$/i.test(name)) readReport(await run.reader.json(file), file, {}, sink)
        else readPrinted((await run.reader.text(file)) ?? '', file, sink)
      }
    }
  },
}

/** True for the dictionary, which always has both averages. */
export function isReport(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    isRecord(value) &&
    ['macro avg', 'weighted avg'].every((name) => field(value, name, 'f1-score') !== undefined)
  )
}

interface ReportPlace {
  /** Where the dictionary stands in its file, ending in a dot. */
  readonly prefix?: string
  /** False where several stand in one file: then the prefix belongs to the names. */
  readonly isOnly?: boolean
}

export function readReport(
  report: unknown,
  file: RunFile,
  { prefix = '', isOnly = true }: ReportPlace,
  sink: Sink,
): void {
  if (!isReport(report)) return
  const take = (name: string, value: unknown): void =>
    sink.metric(isOnly ? name : prefix + name, value, file, prefix + name)
  take('accuracy', report.accuracy)
  for (const average of AVERAGES) {
    for (const measure of MEASURES) {
      take(`${average}.${measure}`, field(report, average, measure))
    }
  }
}

/** Lines such as `weighted avg       0.83      0.82      0.82       150`, and `accuracy  0.82  150`. */
function readPrinted(written: string, file: RunFile, sink: Sink): void {
  for (const line of written.split('\n')) {
    const match = /^\s*(accuracy|(?:macro|weighted|micro|samples) avg)\s+(.*)$/.exec(line)
    if (!match) continue
    const [, name = '', cells = ''] = match
    const numbers = cells.trim().split(/\s+/).map(numberOf)
    if (name === 'accuracy') {
      sink.metric('accuracy', numbers[0], file)
      continue
    }
    for (const [index, measure] of MEASURES.entries()) {
      sink.metric(`${name}.${measure}`, numbers[index], file)
    }
  }
}
