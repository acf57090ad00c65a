import type { ByteReader } from '../bytes/byteReader'
import type { PickleOptions, PickleResult } from '../bytes/pickle'
import { readPickles } from '../bytes/pickleStream'
import type { PickleValue } from '../bytes/pickleValues'
import type { InspectionSummary } from '../registry/inspection'
import { describeWithBooster } from './nativeModel'
import type { FileSubject, FormatResult } from './format'
import { Findings } from './summary'
import { describeTorchObject } from './torchObject'

/** Describes what the pickles of a file hold: the first is the model, the others are counted. */
export function describePickles(
  subject: FileSubject,
  reader: ByteReader,
  options: Omit<PickleOptions, 'budget'> = {},
  facts: InspectionSummary['metadata'] = {},
): FormatResult {
  let first: PickleResult | undefined
  let pickles = 0
  let end = 0
  const settings = { recordEvents: false, ...options, budget: subject.budget }
  for (const result of readPickles(reader, settings)) {
    first ??= result
    pickles++
    end = result.end
  }
  const findings = new Findings()
  if (!first) return { framework: 'custom', summary: {}, partial: true }
  reportPickle(first, findings)
  if (end < reader.size && first.stopped) {
    const message = `${reader.size - end} bytes follow the end of the pickle.`
    findings.add('trailing-data', 'note', message, { offset: reader.base + end })
  }
  const described = describeValue(first.value, reader, subject)
  const metadata = {
    ...described.summary.metadata,
    ...facts,
    ...(first.stopped && { protocol: first.protocol }),
    ...(pickles > 1 && { pickles }),
  }
  return {
    ...described,
    summary: { ...described.summary, metadata },
    findings: [...findings.list(), ...(described.findings ?? [])],
    partial: first.error !== undefined || first.exhausted || !first.stopped,
  }
}

/** What keeps a pickle from being read whole, as findings. */
export function reportPickle(
  { error, exhausted, end }: PickleResult,
  findings: Findings,
  member?: string,
): void {
  const at = { offset: error?.location?.offset ?? end, ...(member !== undefined && { member }) }
  if (exhausted) {
    findings.add('too-large', 'warning', 'The pickle is larger than is looked at.', at)
  } else if (error) {
    findings.add('damaged', 'error', `The pickle can't be loaded: ${error.message}`, at)
  }
}

/** A pickled value: a network or its tensors, or an estimator. */
function describeValue(
  value: PickleValue | undefined,
  reader: ByteReader,
  subject: FileSubject,
): FormatResult {
  return describeTorchObject(value, reader) ?? describeWithBooster(value, reader, subject)
}
