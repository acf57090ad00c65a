import * as fc from 'fast-check'
import type { ModelVersion, VersionRecord } from '../../../../src/registry/model'
import { VERDICTS } from '../../../../src/registry/scan'
import type {
  Condition,
  Field,
  Literal,
  Operand,
  Query,
} from '../../../../src/registry/search/query'
import { COMPARATORS } from '../../../../src/registry/search/query'
import { STAGES } from '../../../../src/registry/stage'
import { artifact, versionsOf } from '../builders'

const KEYS = ['a', 'b', 'mAP50(B)', 'x.y', 'in`out', 'and', 'recall@5', 'größe', 'a b', "it's"]
const TEXTS = ['', 'a', 'b', 'ab', "it's", '5', '1e-4', 'true', '%', 'A"B', '😀']
const NUMBERS = [0, 1, -1, 0.5, 5, 1e-4, -1e-7, 1e21, 2 ** 53]

const key = fc.constantFrom(...KEYS)
const text = fc.constantFrom(...TEXTS)
const number = fc.oneof(
  fc.constantFrom(...NUMBERS),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value)),
)
const of = fc.constantFrom(undefined, undefined, undefined, 'production', 'previous')

type Names = readonly Field['name'][]
const NUMERIC: Names = ['metrics', 'size']
const TEXTUAL: Names = [
  'name',
  'framework',
  'format',
  'description',
  'created_by',
  'full_name',
  'tags',
]

function field(names: Names): fc.Arbitrary<Field> {
  return fc.record({ of, name: fc.constantFrom(...names), key }).map((parts) => ({
    kind: 'field',
    ...(parts.of && { of: parts.of }),
    name: parts.name,
    ...(['metrics', 'parameters', 'tags'].includes(parts.name) && { key: parts.key }),
  }))
}

const textLiteral = text.map((value): Literal => ({ kind: 'text', value }))
const numberLiteral = number.map((value): Literal => ({ kind: 'number', value }))
const booleanLiteral = fc.boolean().map((value): Literal => ({ kind: 'boolean', value }))
const sizeLiteral = fc
  .tuple(fc.constantFrom(0, 1, 1.5, 20), fc.constantFrom('B', 'kB', 'MB', 'GiB'))
  .map(([value, unit]): Literal => ({ kind: 'number', value, unit }))
const dateLiteral = fc
  .constantFrom('2026-01-01', '2026-01-02T10:00', '2025-12-31T23:00-02:00')
  .map((value): Literal => ({ kind: 'text', value }))

const { calculation } = fc.letrec<{ calculation: Operand }>((tie) => ({
  calculation: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    numberLiteral,
    field([...NUMERIC, 'parameters']),
    // The sign of a number belongs to the number.
    tie('calculation').map((operand): Operand =>
      operand.kind === 'number' ? operand : { kind: 'negative', operand },
    ),
    fc.record({
      kind: fc.constant('arithmetic' as const),
      operator: fc.constantFrom('+', '-', '*', '/'),
      left: tie('calculation'),
      right: tie('calculation'),
    }),
  ),
}))

const comparator = fc.constantFrom(...COMPARATORS)
const equality = fc.constantFrom('=' as const, '!=' as const)

function comparison(
  fields: fc.Arbitrary<Field>,
  comparators: fc.Arbitrary<(typeof COMPARATORS)[number]>,
  right: fc.Arbitrary<Operand>,
): fc.Arbitrary<Condition> {
  return fc.record({
    kind: fc.constant('comparison' as const),
    field: fields,
    comparator: comparators,
    right,
  })
}

function membership(
  fields: fc.Arbitrary<Field>,
  values: fc.Arbitrary<Literal>,
): fc.Arbitrary<Condition> {
  return fc.record({
    kind: fc.constant('in' as const),
    field: fields,
    values: fc.array(values, { minLength: 1, maxLength: 3 }),
    negated: fc.boolean(),
  })
}

const stage = fc.constantFrom(...STAGES).map((value): Literal => ({ kind: 'text', value }))
const verdict = fc.constantFrom(...VERDICTS).map((value): Literal => ({ kind: 'text', value }))
const scalar = fc.oneof(textLiteral, numberLiteral)

const predicate: fc.Arbitrary<Condition> = fc.oneof(
  comparison(field(['metrics']), comparator, calculation),
  comparison(field(['size']), comparator, sizeLiteral),
  comparison(field(TEXTUAL), comparator, fc.oneof(textLiteral, field(TEXTUAL))),
  comparison(field(['parameters']), comparator, fc.oneof(scalar, field(['parameters']))),
  comparison(field(['parameters']), equality, booleanLiteral),
  comparison(
    field(['created_at', 'updated_at']),
    comparator,
    fc.oneof(dateLiteral, field(['created_at'])),
  ),
  comparison(field(['stage']), equality, stage),
  comparison(field(['scan']), equality, verdict),
  comparison(field(['alias']), equality, textLiteral),
  membership(field([...TEXTUAL, 'alias']), textLiteral),
  membership(field(['metrics']), numberLiteral),
  membership(field(['parameters']), fc.oneof(scalar, booleanLiteral)),
  fc.record({
    kind: fc.constant('like' as const),
    field: field([...TEXTUAL, 'alias', 'parameters', 'version']),
    pattern: text,
    ignoreCase: fc.boolean(),
    negated: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('null' as const),
    field: field([...TEXTUAL, ...NUMERIC, 'alias', 'parameters', 'scan']),
    negated: fc.boolean(),
  }),
)

const { tree } = fc.letrec<{ tree: Condition }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    predicate,
    fc.record({ kind: fc.constant('not' as const), operand: tie('tree') }),
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      operands: fc.array(tie('tree'), { minLength: 2, maxLength: 3 }),
    }),
  ),
}))

/** Any condition that the parser can give. Cloned, since some records of the generator have no prototype. */
export const condition = tree.map((node) => structuredClone(node))

const ownField = field([
  ...TEXTUAL,
  ...NUMERIC,
  'parameters',
  'stage',
  'created_at',
  'version',
]).map(({ name, key: own }): Field => ({ kind: 'field', name, ...(own && { key: own }) }))

/** Any query that the parser can give. */
export const query: fc.Arbitrary<Query> = fc
  .record({
    where: fc.option(condition, { nil: undefined }),
    orderBy: fc.array(fc.record({ field: ownField, descending: fc.boolean() }), { maxLength: 3 }),
    limit: fc.option(fc.nat(10), { nil: undefined }),
  })
  .map(({ where, orderBy, limit }) => ({
    ...(where && { where }),
    orderBy: structuredClone(orderBy),
    ...(limit !== undefined && { limit }),
  }))

const version = fc.record({
  version: fc.constantFrom('1.0.0', '1.10.0', '1.9.0', 'v2'),
  stage: fc.constantFrom(...STAGES),
  framework: text,
  format: fc.option(text, { nil: undefined }),
  description: text,
  metrics: fc.dictionary(key, number, { maxKeys: 4 }),
  parameters: fc.dictionary(key, fc.oneof(text, number, fc.boolean(), fc.constant(null)), {
    maxKeys: 4,
  }),
  tags: fc.dictionary(key, text, { maxKeys: 4 }),
  createdAt: fc.constantFrom(
    '2026-01-01T00:00:00.000Z',
    '2026-01-01T00:00:01.000Z',
    '2026-01-03T00:00:00.000Z',
  ),
  artifact: fc.constantFrom(undefined, artifact(0), artifact(1000), artifact(20_000_000)),
  scan: fc.constantFrom(
    undefined,
    ...VERDICTS.map((known) => ({
      verdict: known,
      findings: [],
      rules: '1',
      at: '2026-01-01T00:00:00.000Z',
      sha256: 'a'.repeat(64),
    })),
  ),
}) satisfies fc.Arbitrary<Partial<VersionRecord>>

/** The versions of two models, some with aliases. */
export const versions: fc.Arbitrary<readonly ModelVersion[]> = fc
  .tuple(fc.array(version, { maxLength: 6 }), fc.array(version, { maxLength: 3 }))
  .map(([first, second]) => [
    ...versionsOf('a', first, { ab: '1.0.0', b: '1.0.0', "it's": 'v2' }),
    ...versionsOf('ab', second),
  ])
