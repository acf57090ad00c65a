import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { access, chmod, mkdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readDirtyPatch, readLineage } from '../../../src/harvest/git'
import type { GitRepository } from '../../../src/harvest/git'
import { actorName } from '../../../src/harvest/gitActor'
import { commitUrl, stripCredentials } from '../../../src/harvest/remoteUrl'
import { createTempFolder, removeFolder } from '../../support/tempFolder'

/** The user's own settings must not decide what a test sees. */
const ENV = {
  ...process.env,
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
}

function git(folder: string, ...parameters: string[]): string {
  return execFileSync('git', ['-C', folder, ...parameters], {
    encoding: 'utf8',
    env: ENV,
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim()
}

async function lineage(folder: string): Promise<GitRepository> {
  const result = await readLineage(folder, { env: ENV })
  assert.ok(result.kind === 'repository', JSON.stringify(result))
  return result
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  )
}

describe('git lineage', () => {
  let root: string
  let repository: string

  beforeEach(async () => {
    root = await createTempFolder('git')
    repository = join(root, 'project')
    await mkdir(repository)
    git(repository, 'init', '-q', '-b', 'main')
    git(repository, 'config', 'user.name', 'Ada Lovelace')
    git(repository, 'config', 'user.email', 'ada@example.com')
    await writeFile(join(repository, 'train.py'), 'print(1)\n')
    git(repository, 'add', '.')
    git(repository, 'commit', '-q', '-m', 'first')
  })

  afterEach(() => removeFolder(root))

  it('reads commit, branch, author and remote of a clean tree', async () => {
    git(repository, 'remote', 'add', 'origin', 'https://ada:s3cret@github.com/acme/churn.git')
    const commit = git(repository, 'rev-parse', 'HEAD')
    await mkdir(join(repository, 'deep'))
    assert.deepEqual(await lineage(join(repository, 'deep')), {
      kind: 'repository',
      root: repository,
      source: {
        commit,
        branch: 'main',
        dirty: false,
        remote: 'https://github.com/acme/churn.git',
        author: 'Ada Lovelace',
      },
      changed: [],
      untracked: [],
    })
  })

  it('takes the remote that the branch follows', async () => {
    git(repository, 'remote', 'add', 'origin', 'git@github.com:acme/churn.git')
    git(repository, 'remote', 'add', 'fork', 'ssh://git@gitlab.com:2222/me/churn.git?token=x')
    git(repository, 'config', 'branch.main.remote', 'fork')
    assert.equal((await lineage(repository)).source.remote, 'ssh://gitlab.com:2222/me/churn.git')
  })

  it('is dirty by tracked files only, and names the training files that git does not track', async () => {
    await writeFile(join(repository, 'new.py'), 'x')
    const files = [join(repository, 'new.py'), join(repository, 'train.py'), join(root, 'out.py')]
    const clean = await readLineage(repository, { env: ENV, files })
    assert.ok(clean.kind === 'repository' && !clean.source.dirty)
    assert.deepEqual(clean.untracked, ['new.py'])
    await writeFile(join(repository, 'train.py'), 'print(2)\n')
    const dirty = await lineage(repository)
    assert.equal(dirty.source.dirty, true)
    assert.deepEqual(dirty.changed, ['train.py'])
  })

  it('takes neither the registry nor what the training wrote for code', async () => {
    await mkdir(join(repository, '.models'))
    await writeFile(join(repository, '.models/churn.json'), '{}')
    await writeFile(join(repository, 'model name.pkl'), 'x')
    git(repository, 'add', '.')
    git(repository, 'commit', '-q', '-m', 'model')
    await writeFile(join(repository, '.models/churn.json'), '{"a":1}')
    await writeFile(join(repository, 'model name.pkl'), 'y')
    const result = await readLineage(repository, {
      env: ENV,
      outputs: [join(repository, 'model name.pkl')],
    })
    assert.ok(result.kind === 'repository' && !result.source.dirty)
    assert.deepEqual((await lineage(repository)).changed, ['model name.pkl'])
  })

  it('sees renames and deletions', async () => {
    await writeFile(join(repository, 'a.py'), 'a')
    git(repository, 'add', '.')
    git(repository, 'commit', '-q', '-m', 'a')
    git(repository, 'mv', 'train.py', 'fit.py')
    await rm(join(repository, 'a.py'))
    assert.deepEqual((await lineage(repository)).changed.toSorted(), ['a.py', 'fit.py'])
  })

  it('has no branch where the head is detached', async () => {
    git(repository, 'checkout', '-q', '--detach')
    const { source } = await lineage(repository)
    assert.equal(source.branch, undefined)
    assert.match(source.commit, /^[0-9a-f]{40}$/)
  })

  it('reads a worktree and a submodule as what they are', async () => {
    const worktree = join(root, 'worktree')
    git(repository, 'worktree', 'add', '-q', '-b', 'other', worktree)
    const there = await lineage(worktree)
    assert.equal(there.root, worktree)
    assert.equal(there.source.branch, 'other')

    const outer = join(root, 'outer')
    await mkdir(outer)
    git(outer, 'init', '-q', '-b', 'trunk')
    git(outer, '-c', 'protocol.file.allow=always', 'submodule', 'add', '-q', repository, 'lib')
    git(outer, '-c', 'user.name=x', '-c', 'user.email=x@y', 'commit', '-q', '-m', 'lib')
    const inner = await lineage(join(outer, 'lib'))
    assert.equal(inner.root, join(outer, 'lib'))
    assert.equal(inner.source.commit, git(repository, 'rev-parse', 'HEAD'))
    assert.equal((await lineage(outer)).source.dirty, false)
    git(join(outer, 'lib'), 'checkout', '-q', '--detach')
    await writeFile(join(outer, 'lib/train.py'), 'print(3)\n')
    // A submodule's own files are its own business; its commit is the outer tree's.
    assert.equal((await lineage(outer)).source.dirty, false)
    assert.equal((await lineage(join(outer, 'lib'))).source.dirty, true)
  })

  it('says why there is no lineage', async () => {
    const plain = join(root, 'plain')
    await mkdir(plain)
    assert.equal((await readLineage(plain, { env: ENV })).kind, 'noRepository')
    git(plain, 'init', '-q')
    assert.equal((await readLineage(plain, { env: ENV })).kind, 'noCommits')
    const bare = join(root, 'bare.git')
    await mkdir(bare)
    git(bare, 'init', '-q', '--bare')
    assert.notEqual((await readLineage(bare, { env: ENV })).kind, 'repository')
    const missing = await readLineage(repository, { env: { PATH: join(root, 'nothing') } })
    assert.equal(missing.kind, 'noGit')
    await assert.rejects(readLineage(repository, { signal: AbortSignal.abort() }), {
      code: 'cancelled',
    })
  })

  it('says that git does not trust the folder of another user', async function () {
    if (process.getuid?.() !== 0) this.skip()
    execFileSync('chown', ['-R', '12345:12345', repository])
    const result = await readLineage(repository, { env: ENV })
    assert.equal(result.kind, 'untrusted')
    assert.match((result as { reason: string }).reason, /safe\.directory/)
  })

  it('runs no program that a hostile configuration names', async function () {
    if (process.platform === 'win32') this.skip()
    const proof = join(root, 'proof')
    const script = join(root, 'evil.sh')
    await writeFile(script, `#!/bin/sh\necho "$0 $*" >> ${proof}\ncat\n`)
    await chmod(script, 0o755)
    const hooks = join(repository, '.git/hooks')
    for (const hook of ['post-index-change', 'fsmonitor-watchman', 'pre-commit']) {
      await writeFile(join(hooks, hook), await readFile(script))
      await chmod(join(hooks, hook), 0o755)
    }
    await writeFile(join(repository, '.gitattributes'), '*.py filter=evil diff=evil\n')
    for (const [key, value] of [
      ['core.fsmonitor', script],
      ['core.pager', script],
      ['core.editor', script],
      ['core.sshCommand', script],
      ['diff.external', script],
      ['diff.evil.command', script],
      ['diff.evil.textconv', script],
      ['filter.evil.clean', script],
      ['filter.evil.smudge', script],
      ['filter.evil.process', script],
      ['filter.evil.required', 'true'],
      ['log.showSignature', 'true'],
      ['gpg.program', script],
      ['credential.helper', `!${script}`],
      ['alias.status', `!${script}`],
      ['alias.diff', `!${script}`],
    ] as const) {
      git(repository, 'config', key, value)
    }
    await writeFile(join(repository, 'train.py'), 'print(2)\n')
    assert.deepEqual((await lineage(repository)).changed, ['train.py'])
    const patch = await readDirtyPatch(repository, { env: ENV })
    assert.match(Buffer.from(patch?.patch ?? []).toString(), /\+print\(2\)/)
    assert.equal(await actorName(repository, { env: ENV }), 'Ada Lovelace')
    assert.equal(await exists(proof), false, 'a program ran')
    // The check can fail: git itself runs the filter.
    assert.throws(() => git(repository, 'diff', '--quiet', 'HEAD'))
    assert.equal(await exists(proof), true)
  })

  it('gives up on a filter that no setting can switch off', async () => {
    git(repository, 'config', 'filter.a=b.clean', 'touch proof')
    assert.equal((await readLineage(repository, { env: ENV })).kind, 'untrusted')
  })

  it('gives the patch of a dirty tree as text, cut at a file', async () => {
    assert.equal(await readDirtyPatch(repository, { env: ENV }), undefined)
    await writeFile(join(repository, 'image.bin'), Uint8Array.of(0, 1, 2, 255))
    git(repository, 'add', '.')
    await writeFile(join(repository, 'train.py'), 'print(2)\n'.repeat(1000))
    const whole = await readDirtyPatch(repository, { env: ENV })
    const text = Buffer.from(whole?.patch ?? []).toString()
    assert.equal(whole?.cut, false)
    assert.match(text, /Binary files \/dev\/null and b\/image\.bin differ/)
    assert.match(text, /^diff --git a\/train\.py b\/train\.py$/m)
    const cut = await readDirtyPatch(repository, { env: ENV, maxBytes: 2000 })
    assert.equal(cut?.cut, true)
    assert.doesNotMatch(Buffer.from(cut?.patch ?? []).toString(), /train\.py/)
    assert.match(Buffer.from(cut?.patch ?? []).toString(), /image\.bin differ\n$/)
    assert.match(Buffer.from(cut?.patch ?? []).toString(), /^Not all changes: .* 2\.0 kB/)
  })

  it('writes nothing into the repository', async () => {
    const index = await readFile(join(repository, '.git/index'))
    await writeFile(join(repository, 'train.py'), 'print(1)\n')
    await utimes(join(repository, 'train.py'), 1, 1)
    assert.equal((await lineage(repository)).source.dirty, false)
    assert.equal(await readDirtyPatch(repository, { env: ENV }), undefined)
    assert.deepEqual(await readFile(join(repository, '.git/index')), index)
  })

  it('knows whose name a commit would bear', async () => {
    assert.equal(await actorName(repository, { env: ENV }), 'Ada Lovelace')
    assert.equal(await actorName(root, { env: ENV }), undefined)
  })
})

describe('remotes', () => {
  it('lose user, password, query and fragment', () => {
    for (const [remote, stripped] of [
      ['https://user:token@github.com/acme/churn.git', 'https://github.com/acme/churn.git'],
      ['https://ghp_abc@github.com/acme/churn', 'https://github.com/acme/churn'],
      ['https://host/acme/churn.git?private_token=x#y', 'https://host/acme/churn.git'],
      ['ssh://git@host:2222/acme/churn.git', 'ssh://host:2222/acme/churn.git'],
      ['git@github.com:acme/churn.git', 'github.com:acme/churn.git'],
      ['user:pw@host.example:acme/churn.git', 'host.example:acme/churn.git'],
      ['/srv/git/churn.git', undefined],
      ['../churn.git', undefined],
      ['C:\\git\\churn', undefined],
      ['file:///home/me/churn', undefined],
      ['ext::sh -c id', undefined],
      ['https://[bad', undefined],
      ['', undefined],
    ] as const) {
      assert.equal(stripCredentials(remote), stripped, remote)
    }
  })

  it('lead to the page of a commit', () => {
    for (const [remote, url] of [
      ['git@github.com:acme/churn.git', 'https://github.com/acme/churn/commit/abcdef1'],
      ['https://x@gitlab.com/a/b/c.git', 'https://gitlab.com/a/b/c/-/commit/abcdef1'],
      ['ssh://git@gitlab.acme.io:22/a/b.git', 'https://gitlab.acme.io/a/b/-/commit/abcdef1'],
      ['https://bitbucket.org/a/b.git', 'https://bitbucket.org/a/b/commits/abcdef1'],
      [
        'git@ssh.dev.azure.com:v3/org/project/repo',
        'https://dev.azure.com/org/project/_git/repo/commit/abcdef1',
      ],
      [
        'https://org@dev.azure.com/org/project/_git/repo',
        'https://dev.azure.com/org/project/_git/repo/commit/abcdef1',
      ],
      ['https://example.com/a/b.git', undefined],
      ['git@github.com:a/b>c(d).git', 'https://github.com/a/b%3Ec(d)/commit/abcdef1'],
      ['/srv/git/churn.git', undefined],
    ] as const) {
      assert.equal(commitUrl(remote, 'abcdef1'), url, remote)
    }
    assert.equal(commitUrl('git@github.com:acme/churn.git', 'main'), undefined)
  })
})
