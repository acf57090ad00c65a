/** Model documents for property tests: valid ones, and ones that somebody spoiled in a few places. */
import * as fc from 'fast-check'
import { FRAMEWORKS } from '../../src/registry/framework'
import { STAGES } from '../../src/registry/stage'

const time = fc
  .date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString())
const id = fc.string({
  unit: fc.constantFrom(...Array.from('0123456789ABCDEFGHJKMN')),
  minLength: 26,
  maxLength: 26,
})
const digest = fc.string({
  unit: fc.constantFrom(...Array.from('0123456789abcdef')),
  minLength: 64,
  maxLength: 64,
})
const key = fc
  .oneof(fc.string({ minLength: 1 }), fc.constantFrom('constructor', 'toString', 'accuracy'))
  .filter((name) => name !== '__proto__')
const tags = fc.dictionary(key, fc.string(), { noNullPrototype: true, maxKeys: 3 })
const size = fc.nat()

const artifact = fc.record(
  {
    kind: fc.constantFrom('file', 'folder'),
    uri: fc.string(),
    size,
    sha256: digest,
    files: fc.array(
      fc.record({ path: fc.string(), size, sha256: digest }, { noNullPrototype: true }),
      { maxLength: 2 },
    ),
  },
  { noNullPrototype: true },
)

const versionFields = {
  id,
  version: fc.integer({ min: 0, max: 1e9 }).map((number) => `1.${number}`),
  stage: fc.constantFrom(...STAGES.filter((stage) => stage !== 'production')),
  framework: fc.constantFrom(...FRAMEWORKS),
  createdAt: time,
}
const optionalFields = {
  updatedAt: time,
  createdBy: fc.string(),
  format: fc.string(),
  description: fc.string(),
  metrics: fc.dictionary(key, fc.double({ noNaN: true, noDefaultInfinity: true }), {
    noNullPrototype: true,
    maxKeys: 3,
  }),
  parameters: fc.dictionary(
    key,
    fc.oneof(fc.string(), fc.boolean(), fc.constant(null), fc.integer()),
    { noNullPrototype: true, maxKeys: 3 },
  ),
  tags,
  artifact,
  source: fc.constant({ path: 'a.bin' }),
  inspection: fc.constant({ format: 'onnx' }),
  scan: fc.constant({ verdict: 'clean' }),
  '%unknown': fc.jsonValue({ maxDepth: 1 }),
}
const requiredKeys = Object.keys(versionFields) as (keyof typeof versionFields)[]
const version = fc.record(
  { ...versionFields, ...optionalFields },
  { requiredKeys, noNullPrototype: true },
)
const trashed = fc.record(
  { ...versionFields, ...optionalFields, deletedAt: time, deletedBy: fc.string() },
  { requiredKeys: [...requiredKeys, 'deletedAt', 'deletedBy'], noNullPrototype: true },
)
const entry = fc.record(
  {
    id,
    at: time,
    actor: fc.string(),
    via: fc.constantFrom('cli', 'vscode', 'mcp', 'api'),
    action: fc.constantFrom('register', 'transition'),
    version: fc.string(),
    from: fc.string(),
    to: fc.string(),
    note: fc.string(),
    before: fc.constant({ tags: {} }),
  },
  { requiredKeys: ['id', 'at', 'actor', 'via', 'action'], noNullPrototype: true },
)

/** A document that follows every rule, with optional fields there or not, names and ids unique. */
export const validDocument = fc.record(
  {
    formatVersion: fc.integer({ min: 1, max: 3 }),
    name: fc.constant('churn'),
    createdAt: time,
    versions: fc.uniqueArray(version, { maxLength: 3, selector: (one) => one.version }),
    deletedAt: time,
    description: fc.string(),
    tags,
    aliases: fc.constant({ champion: '1.0' }),
    trash: fc.uniqueArray(trashed, { maxLength: 2, selector: (one) => one.version }).map(renamed),
    history: fc.array(entry, { maxLength: 3 }),
    '%unknown': fc.jsonValue({ maxDepth: 1 }),
  },
  { requiredKeys: ['formatVersion', 'name', 'createdAt', 'versions'], noNullPrototype: true },
)

/** So that no name in the trash is the name of a version. */
function renamed<T extends { version: string }>(records: T[]): T[] {
  return records.map((one) => ({ ...one, version: `trashed-${one.version}` }))
}

/** Values that are nearly right, or right elsewhere; `1e999` is how JSON writes Infinity. */
const ODD = `
null
true
0
-1
1.5
1e999
9007199254740993
""
"x"
"1.0"
"production"
"2026-01-31T12:00:00Z"
"2026-01-31T12:00:00+01:00"
"31.1.2026"
"../x"
[]
[null]
[[]]
{}
{"a":"b"}
{"a":1}
{"a":null}
{"__proto__":"1"}
{"latest":"1.0"}
{"a b":"1.0"}
"file"
{"path":"a"}
[{"path":"a","size":1,"sha256":""}]
{"length":0}
`
  .trim()
  .split('\n')
  .map((text): unknown => JSON.parse(text))

interface Damage {
  readonly place: number
  readonly how: 'replace' | 'remove' | 'add'
  readonly value: unknown
}

const damage: fc.Arbitrary<Damage> = fc.record({
  place: fc.nat(),
  how: fc.constantFrom('replace', 'remove', 'add'),
  value: fc.constantFrom(...ODD),
})

/** A document with up to three places spoiled, as a hand, a merge or another program would. */
export const spoiledDocument: fc.Arbitrary<unknown> = fc
  .tuple(validDocument, fc.array(damage, { maxLength: 3 }))
  .map(([document, damages]) => damages.reduce<unknown>(spoil, structuredClone(document)))

function spoil(root: unknown, { place, how, value }: Damage): unknown {
  const places = [...containersOf(root)].flatMap((container) =>
    Object.keys(container).map((name) => ({ container, name })),
  )
  const chosen = places[place % Math.max(1, places.length)]
  if (!chosen) return value
  const { container, name } = chosen
  const copy = structuredClone(value)
  if (how === 'remove' && Array.isArray(container)) container.splice(Number(name), 1)
  else if (how === 'remove') Reflect.deleteProperty(container, name)
  else if (how === 'add' && Array.isArray(container)) container.push(copy)
  else Object.assign(container, { [how === 'add' ? 'added' : name]: copy })
  return root
}

function* containersOf(value: unknown): Generator<object> {
  if (typeof value !== 'object' || value === null) return
  yield value
  for (const inner of Object.values(value)) yield* containersOf(inner)
}
