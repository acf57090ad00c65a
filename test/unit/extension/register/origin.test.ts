import assert from 'node:assert/strict'
import type { Draft } from '../../../../src/extension/register/draft'
import {
  isInDraft,
  joinOrigin,
  prefill,
  takeFound,
} from '../../../../src/extension/register/origin'
import type { HarvestedValue } from '../../../../src/harvest/harvester'
import type { Origin } from '../../../../src/origin'

const found = (
  place: HarvestedValue['place'],
  name: string,
  value: HarvestedValue['value'],
  more: Partial<HarvestedValue> = {},
): HarvestedValue => ({
  place,
  name,
  value,
  file: 'metrics.json',
  key: name,
  source: 'generic',
  ...more,
})

const ACCURACY = found('metrics', 'accuracy', 0.94)
const LOSS = found('metrics', 'loss', 0.1, { stale: true })
const RATE = found('parameters', 'lr', 0.01, { file: 'params.yaml' })
const TEAM = found('tags', 'team', 'risk')
const TEXT = found('description', '', 'Who leaves')
const VALUES = [ACCURACY, LOSS, RATE, TEAM, TEXT]

const ORIGIN: Origin = {
  paths: ['/w/model.onnx'],
  source: { path: 'model.onnx' },
  harvest: { values: VALUES, series: [], refused: [], files: ['metrics.json', 'params.yaml'] },
}

function emptyDraft(): Draft {
  return {
    name: 'churn',
    version: '1.0.0',
    metrics: '',
    parameters: '',
    tags: '',
    description: '',
    datasets: [],
    framework: undefined,
    artifact: undefined,
    guessedFramework: undefined,
  }
}

describe('what was found beside a model', () => {
  it('is taken where it is certain', () => {
    const draft = emptyDraft()
    prefill(draft, ORIGIN)
    assert.deepEqual(
      VALUES.map((value) => isInDraft(draft, value)),
      [true, false, true, true, true],
    )
  })

  it('is in the draft when it is ticked, and out of it when it is not', () => {
    const draft = emptyDraft()
    prefill(draft, ORIGIN)
    takeFound(draft, VALUES, new Set([LOSS, TEAM]))
    assert.deepEqual(
      [draft.metrics, draft.parameters, draft.tags, draft.description],
      ['loss=0.1', '', 'team=risk', ''],
    )
  })

  it('takes nothing away that a person typed', () => {
    const draft = { ...emptyDraft(), metrics: 'accuracy=0.95 f1=0.9', description: 'Mine' }
    takeFound(draft, VALUES, new Set([RATE]))
    assert.equal(draft.metrics, 'accuracy=0.95 f1=0.9')
    assert.equal(draft.description, 'Mine')
    assert.equal(draft.parameters, 'lr=0.01')
  })

  it('leaves a line alone that is being typed', () => {
    const draft = { ...emptyDraft(), metrics: 'accuracy=' }
    takeFound(draft, VALUES, new Set([ACCURACY]))
    assert.equal(draft.metrics, 'accuracy=')
  })

  it('is stored with the place where it was read, and what was changed is not', () => {
    const request = joinOrigin(
      { name: 'churn', metrics: { accuracy: 0.94, loss: 0.2 }, parameters: { lr: 0.01 } },
      ORIGIN,
    )
    assert.deepEqual(request.metrics, { accuracy: 0.94, loss: 0.2 })
    assert.deepEqual(request.source?.values, {
      'metrics.accuracy': { file: 'metrics.json', key: 'accuracy' },
      'parameters.lr': { file: 'params.yaml', key: 'lr' },
    })
  })
})
