import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Looks at a `.models` folder with nothing of the product's own code: what must hold at every moment, whatever failed
 * and whoever was killed.
 */
export interface State {
  /** For each model: its versions with their stages, what is in its trash, its aliases. */
  readonly models: Readonly<Record<string, unknown>>
}

interface StoredFile {
  readonly path: string
  readonly size: number
  readonly sha256: string
}

interface StoredVersion {
  readonly version: string
  readonly stage: string
  readonly metrics: unknown
  readonly artifact?: {
    readonly kind: string
    readonly uri: string
    readonly files: readonly StoredFile[]
  }
}

interface StoredDocument {
  readonly deletedAt?: string
  readonly aliases: unknown
  readonly versions: readonly StoredVersion[]
  readonly trash: readonly StoredVersion[]
}

function documents(root: string): Map<string, StoredDocument> {
  const found = new Map<string, StoredDocument>()
  for (const name of readdirSync(root)) {
    if (!name.endsWith('.json') || name.startsWith('.')) continue
    found.set(
      name.slice(0, -5),
      JSON.parse(readFileSync(join(root, name), 'utf8')) as StoredDocument,
    )
  }
  return found
}

/** Every document parses, at most one version is in production, and every named artifact is there with its digest. */
export function checkInvariants(root: string): void {
  for (const [name, document] of documents(root)) {
    const production = document.versions.filter(({ stage }) => stage === 'production')
    assert.ok(production.length <= 1, `${name} has ${production.length} versions in production`)
    for (const { version, artifact } of [...document.versions, ...document.trash]) {
      for (const file of artifact?.files ?? []) {
        const path = join(root, artifact?.uri ?? '', artifact?.kind === 'folder' ? file.path : '')
        assert.ok(existsSync(path), `${name}:${version} names ${path}, which is not there`)
        const bytes = readFileSync(path)
        assert.equal(bytes.length, file.size, path)
        assert.equal(createHash('sha256').update(bytes).digest('hex'), file.sha256, path)
        assert.equal(lstatSync(path).mode & 0o777, 0o444, `${path} can be written`)
      }
    }
  }
}

/** What a user would say the registry holds. */
export function stateOf(root: string): State {
  const models: Record<string, unknown> = {}
  for (const [name, document] of documents(root)) {
    models[name] = {
      deleted: document.deletedAt !== undefined,
      aliases: document.aliases,
      versions: document.versions.map(({ version, stage, metrics }) => ({
        version,
        stage,
        metrics,
      })),
      trash: document.trash.map(({ version }) => version),
    }
  }
  return { models }
}

/** After the next write: nothing in flight, and no artifact that no document names. A dead owner's lock on another model is nobody's way: it is broken when somebody wants it. */
export function checkClean(root: string): void {
  assert.deepEqual(readdirSync(join(root, '.tmp')), [], 'something is left in .tmp')
  const named = new Set<string>()
  for (const document of documents(root).values()) {
    for (const { artifact } of [...document.versions, ...document.trash]) {
      if (artifact) named.add(artifact.uri.split('/').slice(0, 2).join('/'))
    }
  }
  for (const place of places(root)) assert.ok(named.has(place), `no document names ${place}`)
}

function places(root: string): string[] {
  return readdirSync(root, { withFileTypes: true })
    .filter(
      (entry) => entry.isDirectory() && (!entry.name.startsWith('.') || entry.name === '.trash'),
    )
    .flatMap((entry) =>
      readdirSync(join(root, entry.name)).map((inner) => `${entry.name}/${inner}`),
    )
}
