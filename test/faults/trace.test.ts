import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { hasStrace } from '../support/strace'

const load = createRequire(join(process.cwd(), 'package.json'))

interface Call {
  readonly name: string
  readonly line: string
  /** Path of the descriptor that the call is about (`strace -y`), or the first path in quotes. */
  readonly path: string
  /** Second path in quotes, of a rename. */
  readonly target: string
}

/** What the kernel saw, in order: the rules of durability are about the order of calls, and no test on one side sees it. */
function trace(operation: string, root: string, log: string): Call[] {
  const result = spawnSync(
    'strace',
    [
      '-f',
      '-y',
      '-qq',
      '-s',
      '4096',
      '-o',
      log,
      '-e',
      'trace=fsync,fdatasync,rename,renameat,renameat2,write,pwrite64,writev',
      process.execPath,
      load.resolve('./test/faults/scenarios.cjs'),
      operation,
      root,
    ],
    // One thread for file calls: then their order is that of the program.
    { encoding: 'utf8', env: { ...process.env, UV_THREADPOOL_SIZE: '1' } },
  )
  assert.equal(result.stdout, 'acknowledged', result.stderr)
  return joined(readFileSync(log, 'utf8')).flatMap((line) => {
    const name = /^(\w+)\(/.exec(line)?.[1]
    if (name === undefined) return []
    const quoted = [...line.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((match) => match[1] ?? '')
    const described = /\(\d+<([^>]*)>/.exec(line)?.[1]
    const [first = '', second = ''] = quoted
    return [{ name, line, path: described ?? first, target: second }]
  })
}

/** A call that another thread interrupted stands in two lines. */
function joined(text: string): string[] {
  const open = new Map<string, string>()
  const lines: string[] = []
  for (const line of text.split('\n')) {
    const match = /^(\d+)\s+(.*)$/.exec(line)
    if (!match) continue
    const [, thread = '', rest = ''] = match
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest)
    if (rest.endsWith('<unfinished ...>'))
      open.set(thread, rest.slice(0, -'<unfinished ...>'.length))
    else if (resumed) lines.push((open.get(thread) ?? '') + (resumed[1] ?? ''))
    else lines.push(rest)
  }
  return lines
}

describe('what the kernel sees', () => {
  let base: string
  const { prepare } = load('./test/faults/scenarios.cjs') as {
    readonly prepare: (workspace: string) => Promise<void>
  }

  before(async function () {
    this.timeout(600_000)
    if (!hasStrace()) {
      console.log('      skipped: strace is not installed, which shows the order of system calls')
      this.skip()
    }
    base = mkdtempSync(join(tmpdir(), 'model-registry-trace-'))
    await prepare(base)
  })
  after(() => {
    if (base) rmSync(base, { recursive: true, force: true })
  })

  for (const operation of ['register', 'transition', 'delete', 'restore', 'rename']) {
    it(`${operation}: nothing unflushed is renamed, nothing is acknowledged before its folder is flushed`, function () {
      this.timeout(60_000)
      const root = join(base, '.models')
      const calls = trace(operation, root, join(base, 'trace.log'))
      const flushed = new Set<string>()
      const written = new Set<string>()
      let documents = 0
      let unflushedFolder: string | undefined
      for (const { name, path, target, line } of calls) {
        if (/^p?write/.test(name)) {
          if (line.includes('acknowledged')) {
            assert.equal(
              unflushedFolder,
              undefined,
              `acknowledged before ${unflushedFolder} was flushed`,
            )
          }
          written.add(path)
          flushed.delete(path)
        } else if (name.endsWith('sync')) {
          flushed.add(path)
          if (path === unflushedFolder) unflushedFolder = undefined
        } else if (name.startsWith('rename')) {
          const isDocument = dirname(target) === root && /\/[^/.][^/]*\.json$/.test(target)
          const inner = [...written].filter((file) => file === path || file.startsWith(`${path}/`))
          const goesOut =
            target.startsWith(root) && !/\/\.(tmp|side|lock)\//.test(target.slice(root.length))
          if (goesOut && !target.includes('.index.json')) {
            for (const file of inner) {
              // The record of a flight stays behind; everything that gets a lasting name is flushed before.
              assert.ok(flushed.has(file), `${file} is renamed to ${target} before it is flushed`)
            }
          }
          if (isDocument) {
            documents++
            unflushedFolder = root
          }
        }
      }
      assert.ok(documents > 0, 'no document was renamed into place')
      assert.equal(unflushedFolder, undefined, 'the folder was never flushed')
    })
  }
})
