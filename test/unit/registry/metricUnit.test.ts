import assert from 'node:assert/strict'
import { metricUnit } from '../../../src/registry/metricUnit'

describe('metricUnit', () => {
  for (const [name, unit] of [
    ['latency_ms', 'ms'],
    ['latency.p95.ms', 'ms'],
    ['trainSeconds', 's'],
    ['size_mb', 'MB'],
    ['memory (GiB)', 'GiB'],
    ['tokens_per_second', 'tokens/s'],
    ['sparsity_pct', '%'],
    ['SNR_dB', 'dB'],
  ] as const)
    it(`knows that ${name} is in ${unit}`, () => assert.equal(metricUnit(name), unit))

  for (const name of [
    'accuracy',
    'min',
    'b',
    '',
    'val_loss',
    'loss_per_batch',
    'a_constructor',
    '___',
  ])
    it(`says nothing of ${JSON.stringify(name)}`, () => assert.equal(metricUnit(name), undefined))
})
