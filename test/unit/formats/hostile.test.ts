import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ByteReader } from '../../../src/bytes/byteReader'
import { Budget } from '../../../src/bytes/limits'
import { inspectSubject } from '../../../src/formats/detect'
import { OpenedFile } from '../../../src/formats/subject'
import { FIXTURES } from '../../support/expected'
import { assertHostileReader } from '../../support/hostile'

/** One small file of each format; every nth byte is cut and flipped, so that a run takes seconds. */
const FILES = [
  'pickle/logistic-protocol-0.pkl',
  'pickle/logistic-protocol-4.pkl',
  'pickle/forest.pkl',
  'joblib/arrays.joblib',
  'joblib/bz2.joblib',
  'joblib/gzip.joblib',
  'joblib/lz4.joblib',
  'joblib/lzma.joblib',
  'joblib/xz.joblib',
  'joblib/zlib.joblib',
  'skops/forest.skops',
  'npy/structured.npy',
  'npz/compressed.npz',
  'npz/plain.npz',
  'keras-v3/compiled.keras',
  'torch-zip/checkpoint.pt',
  'torch-zip/dtypes.pth',
  'torch-zip/module.pt',
  'torch-legacy/state-dict.pth',
  'torchscript/scripted.pt',
  'torch-export/model.pt2',
  'torch-package/model.pt',
  'torchserve-mar/classifier.mar',
  'nemo/classifier.nemo',
]
/** Bytes of a file that are changed in turn; `HOSTILE_POSITIONS` changes more. */
const POSITIONS = Number(process.env['HOSTILE_POSITIONS'] ?? 50)

describe('damaged files', () => {
  for (const path of FILES) {
    it(`end well: ${path}`, function () {
      this.timeout(600_000)
      const bytes = readFileSync(join(FIXTURES, path))
      const name = path.split('/').at(-1) ?? path
      const inspect = (mutant: Uint8Array): unknown =>
        inspectSubject(
          new OpenedFile({
            name,
            reader: ByteReader.of(mutant),
            budget: new Budget(),
            inspect: inspectSubject,
          }),
        )
      const step = Math.max(1, Math.ceil(bytes.length / POSITIONS))
      assertHostileReader(inspect, bytes, { step, runs: 15 })
    })
  }
})
