import assert from 'node:assert/strict'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type * as Library from '../../../src/index'
import { RULES_VERSION } from '../../../src/security/rulesVersion'
import { callPickle } from '../../corpus/gadgets'
import { PROJECT } from '../../host/workspace'
import { buildCli, runCli, type CliOutcome } from '../../support/cli'
import { createTempFolder, removeFolder } from '../../support/tempFolder'

interface Report {
  readonly verdict: string
  readonly results: readonly {
    readonly path: string
    readonly verdict: string
    readonly note?: string
    readonly findings: readonly { readonly rule: string; readonly evidence?: string }[]
  }[]
}

interface Entry {
  readonly action: string
  readonly overrides?: { readonly unsafe?: string }
}

describe('the scan on the command line', () => {
  let folder: string
  before(buildCli)
  beforeEach(async () => {
    folder = await createTempFolder('scan')
    await writeFile(join(folder, 'shell.pkl'), callPickle('os', 'system'))
    await writeFile(join(folder, 'net.pkl'), callPickle('shop.models', 'Net'))
    await writeFile(join(folder, 'notes.txt'), 'Notes')
  })
  afterEach(() => removeFolder(folder))

  const run = (...args: string[]): Promise<CliOutcome> => runCli(args, { cwd: folder })
  const json = async <T>(code: number, ...args: string[]): Promise<T> => {
    const outcome = await run(...args, '--json')
    assert.equal(outcome.code, code, outcome.stderr + outcome.stdout)
    return JSON.parse(outcome.stdout) as T
  }

  it('answers for each path in order, with the worst verdict and 1 for what is dangerous', async () => {
    const report = await json<Report>(1, 'scan', 'notes.txt', 'shell.pkl', 'net.pkl', 'missing.pkl')
    assert.equal(report.verdict, 'dangerous')
    assert.deepEqual(
      report.results.map(({ verdict }) => verdict),
      ['clean', 'dangerous', 'review', 'incomplete'],
    )
    assert.equal(report.results[0]?.note, 'not a model')
    assert.equal((await json<Report>(0, 'scan', 'net.pkl')).verdict, 'review')
  })

  it('takes what the workspace vetted by its exact name, says so, and never what is dangerous', async () => {
    const allowed = await json<Report>(0, 'scan', 'net.pkl', '--allow', 'shop.models.Net')
    assert.equal(allowed.verdict, 'clean')
    assert.deepEqual(
      allowed.results[0]?.findings.map(({ rule }) => rule),
      ['pickle/allowed-by-workspace'],
    )
    assert.equal(
      (await json<Report>(0, 'scan', 'net.pkl', '--allow', 'shop.models')).verdict,
      'review',
    )
    assert.equal(
      (await json<Report>(1, 'scan', 'shell.pkl', '--allow', 'os.system')).verdict,
      'dangerous',
    )
  })

  it('writes SARIF on stdout or into a file', async () => {
    const { code, stdout } = await run('scan', 'shell.pkl', '--sarif')
    assert.equal(code, 1)
    assert.equal((JSON.parse(stdout) as { version: string }).version, '2.1.0')
    assert.equal((await run('scan', 'shell.pkl', '--sarif', 'report.sarif')).code, 1)
    const written = JSON.parse(await readFile(join(folder, 'report.sarif'), 'utf8')) as {
      runs: { results: { level: string }[] }[]
    }
    assert.ok(written.runs[0]?.results.some(({ level }) => level === 'error'))
  })

  it('shows what a file says without letting it write to the terminal', async () => {
    const name = 'a\u001b[31m\u202Eb'
    await mkdir(join(folder, 'model'))
    await writeFile(join(folder, 'model', `x${name}.pkl`), callPickle('os', name))
    const { stdout } = await run('scan', 'model')
    // The bold verdict is the only thing that may be there, and is not: this is no terminal.
    assert.doesNotMatch(
      stdout,
      /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/,
    )
    assert.match(stdout, /dangerous/)
  })

  it('refuses to register what is dangerous, unless somebody answers for it in the history', async () => {
    const refused = await json<{ error: { code: string; message: string } }>(
      1,
      'register',
      'shell.pkl',
      '--name',
      'shell',
    )
    assert.equal(refused.error.code, 'unsafe')
    assert.match(refused.error.message, /dangerous/)
    assert.deepEqual(await json<unknown[]>(0, 'list'), [])
    await json(0, 'register', 'shell.pkl', '--name', 'shell', '--allow-unsafe', 'only a test')
    const [entry] = await json<Entry[]>(0, 'history')
    assert.equal(entry?.overrides?.unsafe, 'only a test')
    const moved = await run('transition', 'shell@latest', 'production')
    assert.equal(moved.code, 1)
    assert.match(moved.stderr, /dangerous/)
  })

  it('registers what nobody vetted, with its verdict', async () => {
    const version = await json<{ scan: { verdict: string } }>(
      0,
      'register',
      'net.pkl',
      '--name',
      'net',
    )
    assert.equal(version.scan.verdict, 'review')
  })

  it('scans a version again, and keeps what it said before in the history', async () => {
    await json(0, 'register', 'net.pkl', '--name', 'net', '--version', '1.0.0')
    const root = join(folder, '.models')
    // As a release with older rules has left it.
    const document = join(root, 'net.json')
    const text = await readFile(document, 'utf8')
    const old = JSON.parse(text) as { versions: { scan: object }[] }
    for (const version of old.versions)
      version.scan = { ...version.scan, verdict: 'clean', findings: [], rules: '1' }
    await writeFile(document, JSON.stringify(old, null, 2))
    const { ModelRegistry } = (await import(join(PROJECT, 'dist', 'index.js'))) as typeof Library
    const registry = await ModelRegistry.open({ root, actor: 'ada' })
    try {
      const { scan } = await registry.rescan('net', '1.0.0')
      assert.equal(scan?.verdict, 'review')
      assert.equal(scan.rules, RULES_VERSION)
      const entry = registry.getModel('net')?.history.at(-1)
      assert.equal(entry?.action, 'update')
      assert.match(JSON.stringify(entry.before), /"verdict":"clean"/)
      const artifact = join(root, 'net', '1.0.0', 'net.pkl')
      await chmod(artifact, 0o644)
      await writeFile(artifact, callPickle('os', 'system'))
      await assert.rejects(registry.rescan('net', '1.0.0'), { code: 'corrupt' })
    } finally {
      registry.dispose()
    }
  })
})
