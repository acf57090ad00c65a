import assert from 'node:assert/strict'
import { ByteReader } from '../../../src/bytes/byteReader'
import { Budget } from '../../../src/bytes/limits'
import { inspectSubject } from '../../../src/formats/detect'
import { OpenedFile } from '../../../src/formats/subject'
import { zip } from '../../support/zipWriter'

describe('keras archive', () => {
  it('says which member is no file of weights, and is partial then', () => {
    const archive = zip([
      { name: 'metadata.json', data: '{"keras_version":"3.12.0"}' },
      { name: 'config.json', data: '{"class_name":"Sequential","config":{"layers":[]}}' },
      { name: 'model.weights.h5', data: 'nothing of the kind' },
    ])
    const { format, findings, partial } = inspectSubject(
      new OpenedFile({
        name: 'model.keras',
        reader: ByteReader.of(archive),
        budget: new Budget(),
        inspect: inspectSubject,
      }),
    )
    assert.equal(format, 'keras-v3')
    assert.deepEqual(
      findings?.map(({ rule, severity, member }) => [rule, severity, member]),
      [['damaged', 'error', 'model.weights.h5']],
    )
    assert.match(findings?.[0]?.message ?? '', /^model\.weights\.h5 holds no weights/)
    assert.equal(partial, true)
  })
})
