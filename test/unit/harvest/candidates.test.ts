import assert from 'node:assert/strict'
import { open, symlink } from 'node:fs/promises'
import { findCandidates } from '../../../src/harvest/candidates'
import type { CandidateOptions } from '../../../src/harvest/candidates'
import { inWorkspace } from './workspace'

async function found(
  root: string,
  options: Partial<CandidateOptions<string>> = {},
): Promise<string[]> {
  const result: string[] = []
  const sniff = options.sniff ?? (async () => 'model')
  for await (const { relative, kind } of findCandidates(root, { ...options, sniff })) {
    result.push(`${kind} ${relative}`)
  }
  return result.sort()
}

describe('unregistered models', () => {
  it(
    'are files by extension and folders by what is in them, each once',
    inWorkspace(
      {
        'a/model.onnx': 'x',
        'a/train.py': 'x',
        'b/saved/saved_model.pb': 'x',
        'b/saved/variables/variables.index': 'x',
        'c/flow/MLmodel': 'x',
        'c/flow/model.pkl': 'x',
        'd/bert/config.json': '{}',
        'd/bert/model.safetensors': 'x',
        'd/lora/adapter_config.json': '{}',
        'd/lora/adapter_model.bin': 'x'.repeat(600),
        'e/Net.mlpackage/Manifest.json': '{}',
        'e/Net.mlpackage/Data/com.apple.CoreML/model.mlmodel': 'x',
        'f/big-00001-of-00002.safetensors': 'x',
        'f/big-00002-of-00002.safetensors': 'x',
        'f/optimizer.pt': 'x',
        'g/empty.pt': '',
      },
      async ({ root }) => {
        assert.deepEqual(await found(root), [
          'file a/model.onnx',
          'file f/big-00001-of-00002.safetensors',
          'folder b/saved',
          'folder c/flow',
          'folder d/bert',
          'folder d/lora',
          'folder e/Net.mlpackage',
        ])
      },
    ),
  )

  it(
    'are not in environments, packages, caches, checkpoints or the registry',
    inWorkspace(
      {
        'model.pt': 'x',
        'myenv/pyvenv.cfg': '',
        'myenv/lib/a.pt': 'x',
        'conda/conda-meta/history': '',
        'conda/a.pt': 'x',
        'node_modules/a.pt': 'x',
        '.git/a.pt': 'x',
        '.cache/a.pt': 'x',
        '.models/churn/1.0.0/a.pt': 'x',
        'x/__pycache__/a.pt': 'x',
        'x/site-packages/a.pt': 'x',
        'x/checkpoints/a.ckpt': 'x',
        'x/checkpoint-500/model.safetensors': 'x',
        'skipped/a.pt': 'x',
      },
      async ({ root }) => {
        const isExcluded = (relative: string): boolean => relative === 'skipped'
        assert.deepEqual(await found(root, { isExcluded }), ['file model.pt'])
      },
    ),
  )

  it(
    'are what the content says, and a folder of alike files is a data set',
    inWorkspace(
      {
        'a/model.json': 'm'.repeat(600),
        'a/data.json': 'd'.repeat(600),
        'a/small.json': 'm',
        'a/table.pkl': 'd',
        'b/saved_model.pb': 'd',
        'b/inner.onnx': 'm',
        ...Object.fromEntries(
          Array.from({ length: 30 }, (_, index) => [`c/${index}.json`, 'm'.repeat(600)]),
        ),
      },
      async ({ root }) => {
        const sniffed: string[] = []
        const sniff = async (path: string): Promise<string | undefined> => {
          sniffed.push(path)
          const handle = await open(path)
          try {
            if ((await handle.stat()).isDirectory()) return undefined
            const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, 0)
            return buffer.toString() === 'm' ? 'model' : undefined
          } finally {
            await handle.close()
          }
        }
        assert.deepEqual(await found(root, { sniff }), ['file a/model.json', 'file b/inner.onnx'])
        assert.ok(sniffed.every((path) => !path.includes('/c/')))
      },
    ),
  )

  it(
    'are not behind links',
    inWorkspace({ 'a/model.pt': 'x' }, async (workspace) => {
      await symlink(workspace.path('a'), workspace.path('b'))
      await symlink(workspace.root, workspace.path('a/loop'))
      await symlink(workspace.path('a/model.pt'), workspace.path('link.pt'))
      assert.deepEqual(await found(workspace.root), ['file a/model.pt'])
    }),
  )

  it(
    'can be left and cancelled in the middle',
    inWorkspace({ 'a/model.pt': 'x', 'b/model.pt': 'x', 'c/model.pt': 'x' }, async ({ root }) => {
      const sniff = async (): Promise<string> => 'model'
      for await (const candidate of findCandidates(root, { sniff })) {
        assert.equal(candidate.sniffed, 'model')
        break
      }
      const controller = new AbortController()
      const walk = findCandidates(root, { sniff, signal: controller.signal })
      assert.equal((await walk.next()).done, false)
      controller.abort()
      await assert.rejects(walk.next(), { code: 'cancelled' })
      await assert.rejects(found(root, { signal: AbortSignal.abort() }), { code: 'cancelled' })
    }),
  )

  it('are none where the folder is not there', async () => {
    assert.deepEqual(await found('/nowhere/at/all'), [])
  })
})
