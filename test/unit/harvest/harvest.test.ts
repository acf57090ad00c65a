import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { symlink } from 'node:fs/promises'
import { HARVESTERS } from '../../../src/harvest/harvest'
import { createTempFolder, removeFolder } from '../../support/tempFolder'
import { inWorkspace, valuesOf } from './workspace'

describe('harvest', () => {
  it('has one line for each source', () => {
    const ids = HARVESTERS.map(({ id }) => id)
    assert.equal(new Set(ids).size, ids.length)
  })

  it(
    'takes what lies beside the model, each value with its file and key',
    inWorkspace(
      {
        'run/model.pkl': 'x',
        'run/metrics.json': { accuracy: 0.91, nested: { f1: 0.8 }, kind: 'forest' },
        'run/params.yaml': 'lr: 0.1\nlayers: [64, 32]\nname: ~\n',
      },
      async (workspace) => {
        const result = await workspace.harvest('run/model.pkl')
        assert.deepEqual(result.values, [
          {
            place: 'metrics',
            name: 'accuracy',
            value: 0.91,
            file: 'run/metrics.json',
            key: 'accuracy',
            source: 'generic',
          },
          {
            place: 'metrics',
            name: 'nested.f1',
            value: 0.8,
            file: 'run/metrics.json',
            key: 'nested.f1',
            source: 'generic',
          },
          {
            place: 'parameters',
            name: 'kind',
            value: 'forest',
            file: 'run/metrics.json',
            key: 'kind',
            source: 'generic',
          },
          {
            place: 'parameters',
            name: 'lr',
            value: 0.1,
            file: 'run/params.yaml',
            key: 'lr',
            source: 'generic',
          },
          {
            place: 'parameters',
            name: 'layers',
            value: '[64,32]',
            file: 'run/params.yaml',
            key: 'layers',
            source: 'generic',
          },
          {
            place: 'parameters',
            name: 'name',
            value: null,
            file: 'run/params.yaml',
            key: 'name',
            source: 'generic',
          },
        ])
        assert.deepEqual(result.files, ['run/metrics.json', 'run/params.yaml'])
      },
    ),
  )

  it(
    'reports a value that is not finite, and stores no earlier one in its place',
    inWorkspace(
      {
        'model.pt': 'x',
        'metrics.json': '{"loss": NaN, "auc": -Infinity, "accuracy": 0.5}',
        'history.json': { loss: [1, 0.5] },
      },
      async (workspace) => {
        await workspace.put({ 'training.log': 'epoch,val_loss\n0,0.5\n1,nan\n' })
        const result = await workspace.harvest('model.pt')
        assert.deepEqual(
          result.refused.map(({ file, key }) => `${file}:${key}`),
          ['training.log:val_loss', 'metrics.json:loss', 'metrics.json:auc'],
        )
        assert.equal(valuesOf(result, 'metrics').val_loss, undefined)
        assert.equal(valuesOf(result, 'metrics').best_val_loss, 0.5)
      },
    ),
  )

  it(
    'never takes from a neighbouring run',
    inWorkspace(
      {
        'runs/a/model.pkl': 'x',
        'runs/a/metrics.json': { accuracy: 0.9 },
        'runs/b/model.pkl': 'x',
        'runs/b/metrics.json': { accuracy: 0.1, recall: 0.2 },
        'runs/c/model.pkl': 'x',
      },
      async (workspace) => {
        const first = await workspace.harvest('runs/a/model.pkl')
        assert.deepEqual(valuesOf(first, 'metrics'), { accuracy: 0.9 })
        assert.deepEqual((await workspace.harvest('runs/c/model.pkl')).values, [])
      },
    ),
  )

  it(
    'ends at the folder that a tool marked as a run',
    inWorkspace(
      {
        'metrics.json': { recall: 0.1 },
        'out/train/args.yaml': 'epochs: 3\nresume: null\n',
        'out/train/results.csv': 'epoch,metrics/mAP50(B)\n1,0.5\n',
        'out/train/weights/last.pt': 'x',
      },
      async (workspace) => {
        const result = await workspace.harvest('out/train/weights/last.pt')
        assert.deepEqual(valuesOf(result, 'metrics'), { 'metrics/mAP50(B)': 0.5 })
        assert.deepEqual(valuesOf(result, 'parameters'), { best_epoch: 1, epochs: 3 })
      },
    ),
  )

  it(
    'takes from the parents of a model that is alone, and the nearer folder wins',
    inWorkspace(
      {
        'metrics.json': { accuracy: 0.9, recall: 0.8 },
        'models/metrics.json': { accuracy: 0.7 },
        'models/model.onnx': 'x',
        'models/model.pt': 'x',
        'models/scaler.pkl': 'x',
      },
      async (workspace) => {
        const { values } = await workspace.harvest('models/model.onnx')
        assert.deepEqual(
          values.map(({ name, value, ambiguous }) => [name, value, ambiguous]),
          [
            ['accuracy', 0.7, undefined],
            ['recall', 0.8, undefined],
          ],
        )
      },
    ),
  )

  it(
    'flags what several models could claim, and not what bears the name of one',
    inWorkspace(
      {
        'models/a.pkl': 'x',
        'models/b.pkl': 'x',
        'models/metrics.json': { accuracy: 0.9, recall: 0.9 },
        'models/a_metrics.json': { accuracy: 0.5 },
        'models/b.params.yaml': 'lr: 2',
        'params.yaml': 'lr: 1',
      },
      async (workspace) => {
        const { values } = await workspace.harvest('models/a.pkl')
        assert.deepEqual(
          values.map(({ name, value, ambiguous }) => [name, value, ambiguous]),
          [
            ['accuracy', 0.5, undefined],
            ['recall', 0.9, true],
            ['lr', 1, true],
          ],
        )
      },
    ),
  )

  it(
    'takes what was written since the newest of several models for that one’s',
    inWorkspace(
      { 'm/v1.pkl': 'x', 'm/v2.pkl': 'x', 'm/metrics.json': { accuracy: 0.9 } },
      async (workspace) => {
        await workspace.age('m/v1.pkl', 0)
        await workspace.age('m/v2.pkl', 60)
        await workspace.age('m/metrics.json', 61)
        const newest = await workspace.harvest('m/v2.pkl')
        assert.deepEqual(
          [newest.values[0]?.ambiguous, newest.values[0]?.stale],
          [undefined, undefined],
        )
        assert.equal((await workspace.harvest('m/v1.pkl')).values[0]?.ambiguous, true)
        await workspace.age('m/metrics.json', 1)
        assert.equal((await workspace.harvest('m/v2.pkl')).values[0]?.stale, true)
      },
    ),
  )

  it(
    'flags what lies above folders with other models',
    inWorkspace(
      { 'm/a/model.pkl': 'x', 'm/b/model.pkl': 'x', 'm/metrics.json': { accuracy: 0.9 } },
      async (workspace) => {
        const [value] = (await workspace.harvest('m/a/model.pkl')).values
        assert.equal(value?.ambiguous, true)
      },
    ),
  )

  it(
    'marks metrics that are older than the model, and not its parameters',
    inWorkspace(
      {
        'model.pkl': 'x',
        'metrics.json': { accuracy: 0.9 },
        'params.yaml': 'lr: 1',
        'scores.json': { recall: 0.9 },
      },
      async (workspace) => {
        await workspace.age('model.pkl', 60)
        await workspace.age('metrics.json', 0)
        await workspace.age('params.yaml', 0)
        await workspace.age('scores.json', 55)
        const { values } = await workspace.harvest('model.pkl')
        assert.deepEqual(
          values.map(({ name, stale }) => [name, stale]),
          [
            ['accuracy', true],
            ['lr', undefined],
            ['recall', undefined],
          ],
        )
        const patient = await workspace.harvest('model.pkl', { staleAfter: 2 * 3_600_000 })
        assert.ok(patient.values.every(({ stale }) => stale === undefined))
      },
    ),
  )

  it(
    'prefers the file of a framework, but not an outdated one',
    inWorkspace(
      {
        'model.bin': 'x',
        'all_results.json': { eval_accuracy: 0.7 },
        'metrics.json': { eval_accuracy: 0.9 },
      },
      async (workspace) => {
        await workspace.age('model.bin', 60)
        await workspace.age('all_results.json', 60)
        await workspace.age('metrics.json', 60)
        assert.deepEqual(valuesOf(await workspace.harvest('model.bin'), 'metrics'), {
          accuracy: 0.7,
        })
        await workspace.age('all_results.json', 0)
        assert.deepEqual(valuesOf(await workspace.harvest('model.bin'), 'metrics'), {
          accuracy: 0.9,
        })
      },
    ),
  )

  it('follows no link out of the workspace', async function () {
    const outside = await createTempFolder('outside')
    try {
      await inWorkspace({ 'run/model.pkl': 'x' }, async (workspace) => {
        await workspace.put({ 'kept/params.yaml': 'lr: 1' })
        const { writeFile } = await import('node:fs/promises')
        await writeFile(`${outside}/metrics.json`, '{"accuracy": 1}')
        await symlink(`${outside}/metrics.json`, workspace.path('run/metrics.json'))
        await symlink(outside, workspace.path('run/dvclive'))
        await symlink(outside, workspace.path('run/data'))
        await symlink(workspace.path('kept/params.yaml'), workspace.path('run/params.yaml'))
        const result = await workspace.harvest('run/model.pkl')
        assert.deepEqual(valuesOf(result, 'metrics'), {})
        assert.deepEqual(valuesOf(result, 'parameters'), { lr: 1 })
        assert.deepEqual(
          new Map(result.refused.map(({ file, reason }) => [file, reason])),
          new Map(
            ['run/dvclive', 'run/metrics.json'].map((file) => [
              file,
              'It is a link that leads out of the workspace.',
            ]),
          ),
        )
      })()
    } finally {
      await removeFolder(outside)
    }
  })

  it(
    'does not wait for a named pipe',
    inWorkspace({ 'model.pkl': 'x' }, async (workspace) => {
      if (process.platform === 'win32') return
      execFileSync('mkfifo', [workspace.path('metrics.json')])
      assert.deepEqual((await workspace.harvest('model.pkl')).values, [])
    }),
  )

  it(
    'notes broken and huge files and goes on',
    inWorkspace(
      {
        'model.pkl': 'x',
        'metrics.json': '{"accuracy": ',
        'params.yaml': 'a: [',
        'results.json': `{"x": "${'y'.repeat(5_000_001)}"}`,
        'scores.json': { recall: 0.5 },
      },
      async (workspace) => {
        const result = await workspace.harvest('model.pkl')
        assert.deepEqual(valuesOf(result, 'metrics'), { recall: 0.5 })
        assert.deepEqual(result.refused, [
          { file: 'metrics.json', reason: "It isn't valid JSON at line 1, column 14." },
          { file: 'params.yaml', reason: "It isn't valid YAML at line 1, column 5." },
          { file: 'results.json', reason: 'It is larger than 5.0 MB.' },
        ])
      },
    ),
  )

  it(
    'keeps secrets and paths of this machine out of the document',
    inWorkspace(
      {
        'model.pkl': 'x',
        'params.yaml':
          'api_key: 1234567890\nhub_token: abc\npad_token: <pad>\nurl: https://me:secret@host/x\ndata: /home/me/data/train.csv\n',
      },
      async (workspace) => {
        const result = await workspace.harvest('model.pkl')
        assert.deepEqual(valuesOf(result, 'parameters'), { pad_token: '<pad>', data: 'train.csv' })
        assert.deepEqual(
          result.refused.map(({ key }) => key),
          ['api_key', 'hub_token', 'url'],
        )
      },
    ),
  )

  it(
    'takes what the content of the model says of its training',
    inWorkspace({ 'model.pkl': 'x', 'params.yaml': 'depth: 1' }, async (workspace) => {
      const result = await workspace.harvest('model.pkl', {
        inspection: {
          format: 'pickle',
          framework: 'sklearn',
          summary: {
            hyperparameters: { depth: 3, random_state: null },
            metadata: { best_score: 0.9, epoch: 4, format: 'pt', license: 'MIT', offset: 12 },
          },
          findings: [],
          partial: false,
          suggestedName: 'forest',
        },
      })
      assert.deepEqual(valuesOf(result, 'parameters'), { depth: 3, random_state: null, epoch: 4 })
      assert.deepEqual(valuesOf(result, 'metrics'), { best_score: 0.9 })
      assert.deepEqual(valuesOf(result, 'tags'), { license: 'MIT' })
      assert.equal(result.suggestedName, 'forest')
      const depth = result.values.find(({ name }) => name === 'depth')
      assert.deepEqual([depth?.file, depth?.key], ['model.pkl', 'hyperparameters.depth'])
    }),
  )

  it(
    'can be cancelled',
    inWorkspace({ 'model.pkl': 'x' }, async (workspace) => {
      await assert.rejects(workspace.harvest('model.pkl', { signal: AbortSignal.abort() }), {
        code: 'cancelled',
      })
    }),
  )

  it(
    'says that a model or workspace is not there',
    inWorkspace({}, async (workspace) => {
      await assert.rejects(workspace.harvest('model.pkl'), { code: 'notFound' })
      await assert.rejects(workspace.harvest('model.pkl', { root: workspace.path('none') }), {
        code: 'notFound',
      })
    }),
  )

  it(
    'never reads a pickle',
    inWorkspace(
      {
        'out/model.safetensors': 'x',
        'out/training_args.bin': 'x',
        'out/optimizer.pt': 'x',
        'out/metrics.pkl': 'x',
      },
      async (workspace) => {
        assert.deepEqual((await workspace.harvest('out/model.safetensors')).files, [])
      },
    ),
  )

  it(
    'reads nothing around a model outside the workspace folder',
    inWorkspace({ 'ws/empty.txt': '', 'other/model.pkl': 'x' }, async (workspace) => {
      await workspace.put({ 'other/metrics.json': { accuracy: 1 } })
      const result = await workspace.harvest('other/model.pkl', { root: workspace.path('ws') })
      assert.deepEqual(result, { values: [], series: [], refused: [], files: [] })
    }),
  )
})
