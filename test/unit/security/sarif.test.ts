import assert from 'node:assert/strict'
import type { ScanFinding } from '../../../src/registry/scan'
import { toSarif } from '../../../src/security/sarif'

const finding: ScanFinding = {
  rule: 'pickle/dangerous-global',
  severity: 'critical',
  message: 'The pickle reaches for code.',
  offset: 14,
  evidence: 'os.system',
}

describe('toSarif', () => {
  it('gives each result its rule, place and level', () => {
    const log = toSarif([
      { path: 'models/a b.pkl', verdict: 'dangerous', findings: [finding], rules: '1' },
    ])
    assert.equal(log.version, '2.1.0')
    const [run] = log.runs
    const [rule] = run?.tool.driver.rules ?? []
    assert.equal(rule?.id, 'pickle/dangerous-global')
    assert.equal(rule?.properties['security-severity'], '9.5')
    assert.ok(rule?.helpUri?.startsWith('https://'))
    const [result] = run?.results ?? []
    assert.equal(result?.ruleIndex, 0)
    assert.equal(result?.level, 'error')
    assert.equal(result?.message.text, 'The pickle reaches for code. Found: os.system')
    assert.deepEqual(result?.locations[0]?.physicalLocation, {
      artifactLocation: { uri: 'models/a%20b.pkl' },
      region: { byteOffset: 14 },
    })
  })

  it('names members, whose offsets are not those of the file', () => {
    const log = toSarif([
      {
        path: '/tmp/a.pt',
        verdict: 'review',
        findings: [{ ...finding, severity: 'medium', member: 'a/data.pkl' }],
        rules: '1',
      },
    ])
    const [location] = log.runs[0]?.results[0]?.locations ?? []
    assert.deepEqual(location, {
      physicalLocation: { artifactLocation: { uri: 'file:///tmp/a.pt' } },
      logicalLocations: [{ fullyQualifiedName: 'a/data.pkl' }],
    })
    assert.equal(log.runs[0]?.results[0]?.level, 'warning')
  })

  it('writes Windows paths as URIs', () => {
    const log = toSarif([
      { path: String.raw`C:\models\a#b.pkl`, verdict: 'clean', findings: [], rules: '1' },
    ])
    assert.equal(log.runs[0]?.artifacts[0]?.location.uri, 'file:///C:/models/a%23b.pkl')
  })

  it('lists each rule once, and what could not be scanned as unsuccessful', () => {
    const result = {
      path: 'a',
      verdict: 'incomplete',
      findings: [finding, finding],
      rules: '1',
    } as const
    const log = toSarif([result, { ...result, path: 'b' }])
    assert.equal(log.runs[0]?.tool.driver.rules.length, 1)
    assert.equal(log.runs[0]?.results.length, 4)
    assert.deepEqual(log.runs[0]?.invocations, [{ executionSuccessful: false }])
  })

  it('takes rules that it does not know', () => {
    const log = toSarif([
      { path: 'a', verdict: 'review', findings: [{ ...finding, rule: 'x/y' }], rules: '0' },
    ])
    assert.equal(log.runs[0]?.tool.driver.rules[0]?.shortDescription.text, 'x/y.')
  })
})
