import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import { AppError } from '../../../src/base/errors'
import { parseDocument, printDocument } from '../../../src/database/documentText'
import type { ModelDocument } from '../../../src/registry/model'
import { spoiledDocument, validDocument } from '../../support/documentArbitrary'
import { document, entry, record } from '../registry/builders'
import { propertyRuns } from '../../support/propertyRuns'

const FILE = '/data/.models/churn.json'
const ID = '01JABCDEFGHJKMNPQRSTVWXYZ'

/** A good document of three versions, with the places that the tests spoil. */
const good = document({
  versions: ['1.0.0', '1.1.0', '2.0.0'].map((version, index) =>
    record({ id: `${ID}${index}`, version, metrics: { accuracy: 0.9 } }),
  ),
  trash: [
    {
      ...record({ id: `${ID}9`, version: '0.1.0' }),
      deletedAt: '2026-01-02T00:00:00.000Z',
      deletedBy: 'ada',
    },
  ],
  history: [entry({ id: `${ID}H`, at: '2026-01-01T00:00:00.000Z', action: 'register' })],
})
const text = printDocument(good)

/** The error for a text, which is the document's with one thing replaced. */
function problemOf(broken: string): AppError {
  try {
    parseDocument(broken, FILE)
  } catch (error) {
    assert.ok(error instanceof AppError)
    assert.equal(error.code, 'corrupt')
    assert.equal(error.location?.file, FILE)
    return error
  }
  throw new assert.AssertionError({ message: 'the document was accepted' })
}

/** The line of the n-th place where a text stands, counted from 1. */
function lineOf(whole: string, part: string, nth = 0): number {
  let at = -1
  for (let found = 0; found <= nth; found++) at = whole.indexOf(part, at + 1)
  return whole.slice(0, at).split('\n').length
}

describe('the text of a document', () => {
  it('is indented by two, in a stable order, and ends in a newline', () => {
    const shuffled = Object.fromEntries(Object.entries(good).reverse())
    const odd = { zeta: 1, ...shuffled, alpha: 2 } as unknown as ModelDocument
    const keys = Object.keys(JSON.parse(printDocument(odd)) as object)
    assert.deepEqual(keys, [
      'formatVersion',
      'name',
      'description',
      'tags',
      'createdAt',
      'aliases',
      'versions',
      'trash',
      'history',
      'zeta',
      'alpha',
    ])
    assert.ok(text.startsWith('{\n  "formatVersion": 1,\n  "name": "churn",\n'))
    assert.ok(text.endsWith('\n}\n'))
  })

  it('says the same again after it was read', () => {
    fc.assert(
      fc.property(validDocument, (value) => {
        const once = printDocument(parseDocument(JSON.stringify(value), FILE))
        assert.equal(printDocument(parseDocument(once, FILE)), once)
        // Nothing that was there is lost or changed; only defaults are added.
        assert.deepEqual(
          { ...(JSON.parse(once) as object), ...withoutLists(value) },
          JSON.parse(once),
        )
      }),
      propertyRuns(300),
    )
  })

  it('is read with what an older or thriftier writer left out', () => {
    const bare = parseDocument(
      `{"formatVersion":1,"name":"x","createdAt":"2026-01-01T00:00:00Z","versions":[
        {"id":"12345678","version":"1","stage":"staging","framework":"onnx","createdAt":"2026-01-01T00:00:00Z"}]}`,
      FILE,
    )
    assert.deepEqual([bare.trash, bare.history, bare.tags, bare.aliases], [[], [], {}, {}])
    const [version] = bare.versions
    assert.deepEqual([version?.metrics, version?.parameters, version?.tags], [{}, {}, {}])
    assert.equal(version?.updatedAt, '2026-01-01T00:00:00Z')
    assert.equal(version?.createdBy, '')
  })

  it('may begin with a byte order mark, as some editors save it', () => {
    assert.deepEqual(parseDocument(`\ufeff${text}`, FILE), good)
  })

  it('keeps a key __proto__ of somebody else as data', () => {
    const hostile = text.replace('"tags": {}', '"tags": {}, "__proto__": {"polluted": "yes"}')
    const parsed = parseDocument(hostile, FILE)
    assert.equal('polluted' in parsed, false)
    assert.equal(({} as { polluted?: string }).polluted, undefined)
    assert.match(printDocument(parsed), /"__proto__": \{\n\s+"polluted"/)
  })
})

describe('a broken document', () => {
  const REMEDY = /(by hand|Run "model-registry)/

  const CASES: readonly (readonly [what: string, broken: string, line: number, message: RegExp])[] =
    [
      ['empty', '', 1, /is empty/],
      ['of blanks', ' \n\n', 3, /is empty/],
      [
        'cut off',
        text.slice(0, 300),
        text.slice(0, 300).split('\n').length,
        /not valid JSON at line \d+, column \d+/,
      ],
      [
        'with a comma too many',
        text.replace('"tags": {},', '"tags": {},,'),
        lineOf(text, '"tags"'),
        /not valid JSON/,
      ],
      [
        'with a comment',
        text.replace('"tags"', '// mine\n"tags"'),
        lineOf(text, '"tags"'),
        /not valid JSON/,
      ],
      ['that is a list', '[]', 1, /must be an object/],
      ['that is a number', '7', 1, /must be an object/],
      ['of another format', '{"name": "x"}', 1, /formatVersion is missing/],
      [
        'without a time',
        text.replace('"createdAt": "2026-01-01T00:00:00.000Z"', '"createdAt": "yesterday"'),
        lineOf(text, '"createdAt"'),
        /createdAt must be a UTC time/,
      ],
      [
        'with a text for a metric',
        text.replace('"accuracy": 0.9', '"accuracy": "0.9"'),
        lineOf(text, '"accuracy"'),
        /versions\[0\]\.metrics\.accuracy must be a number/,
      ],
      [
        'with an unknown stage',
        text.replace('"stage": "development"', '"stage": "live"'),
        lineOf(text, '"stage"'),
        /versions\[0\]\.stage must be one of development, staging, production, archived/,
      ],
      [
        'with a version that leads out',
        text.replace('"version": "1.1.0"', '"version": "../1.1.0"'),
        lineOf(text, '"version"', 1),
        /versions\[1\]\.version is refused/,
      ],
      [
        'with an id that leads out',
        text.replace(`"${ID}1"`, '"../../etc"'),
        lineOf(text, '"id"', 1),
        /versions\[1\]\.id must be an id/,
      ],
      [
        'with an alias that is none',
        text.replace('"aliases": {}', '"aliases": {"a b": "1.0.0"}'),
        lineOf(text, '"aliases"'),
        /aliases.* is refused: Alias name "a b"/,
      ],
      [
        'with a version twice',
        text.replace('"version": "1.1.0"', '"version": "1.0.0"'),
        lineOf(text, '"version"', 1),
        /versions\[1\]\.version "1\.0\.0" stands twice/,
      ],
      [
        'with a version twice but for case',
        text.replace('"1.0.0"', '"1.0-RC"').replace('"1.1.0"', '"1.0-rc"'),
        lineOf(text, '"version"', 1),
        /"1\.0-rc" stands twice/,
      ],
      [
        'with a version in the trash as well',
        text.replace('"version": "0.1.0"', '"version": "1.0.0"'),
        lineOf(text, '"version"', 3),
        /trash\[0\]\.version "1\.0\.0" stands twice \(the other is in versions\)/,
      ],
      [
        'with an id twice',
        text.replace(`"${ID}1"`, `"${ID}0"`),
        lineOf(text, '"id"', 1),
        /versions\[1\]\.id ".*" stands twice/,
      ],
      ['of brackets only', '['.repeat(200_000), 1, /nests deeper than \d+ levels/],
      [
        'with a field that nests without end',
        text.replace(
          '"tags": {}',
          `"x": ${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}, "tags": {}`,
        ),
        lineOf(text, '"tags"'),
        /nests deeper than \d+ levels/,
      ],
      [
        'with two versions in production',
        text.replaceAll('"stage": "development"', '"stage": "production"'),
        lineOf(text, '"stage"', 1),
        /versions\[1\]\.stage makes "1\.1\.0" a second version in production beside "1\.0\.0"; archive one/,
      ],
    ]

  for (const [what, broken, line, message] of CASES)
    it(`${what} is named by file and line ${line}, with a remedy`, () => {
      const error = problemOf(broken)
      assert.match(error.message, message)
      assert.ok(error.message.startsWith(FILE))
      assert.match(error.message, REMEDY)
      assert.equal(error.location?.line, line)
    })

  it('with conflict markers says where they begin and how to resolve them', () => {
    const lines = text.split('\n')
    const at = lineOf(text, '"stage"') - 1
    const conflicted = [
      ...lines.slice(0, at),

      '<<<<<<< ours',
      lines[at] ?? '',
      '=======',
      '      "stage": "staging",',
      '>>>>>>> theirs',
      ...lines.slice(at + 1),
    ].join('\n')
    const error = problemOf(conflicted)
    assert.match(
      error.message,
      new RegExp(`conflict markers at line ${at + 1}\\. Run "model-registry merge --resolve`),
    )
    assert.equal(error.location?.line, at + 1)
  })

  it('ends in one sentence about file and line, wherever it is cut', () => {
    for (let length = 0; length < text.trimEnd().length; length++) {
      const { location, message } = problemOf(text.slice(0, length))
      assert.ok((location?.line ?? 0) >= 1 && message.startsWith(FILE))
    }
  })

  it('ends in a document or one sentence, however it is spoiled', () => {
    fc.assert(
      fc.property(spoiledDocument, (value) => {
        try {
          parseDocument(JSON.stringify(value), FILE)
        } catch (error) {
          assert.ok(error instanceof AppError, String(error))
          assert.equal(error.code, 'corrupt')
          assert.ok((error.location?.line ?? 0) >= 1)
        }
      }),
      propertyRuns(1000),
    )
  })
})

/** The fields of a document that reading leaves exactly as they are. */
function withoutLists(value: object): object {
  const { versions: _, trash: __, ...rest } = value as Record<string, unknown>
  return JSON.parse(JSON.stringify(rest)) as object
}
