import assert from 'node:assert/strict'
import { record, scalar, version } from './eventWriter'
import { inWorkspace, valuesOf } from './workspace'
import { pb } from '../../support/protobuf'

/** What a writer begins with that goes on from a step: `SummaryWriter(purge_step=…)`. */
function sessionStart(step: number): Uint8Array {
  return record(pb([2, step], [7, pb([1, 1])]))
}

const REPORT = (value: number) => {
  const average = { precision: value, recall: value, 'f1-score': value, support: 9 }
  return { accuracy: value, 'macro avg': average, 'weighted avg': average }
}

describe('results that are written in unusual ways', () => {
  it(
    'may bear the names of methods',
    inWorkspace(
      { 'model.onnx': 'x', 'metrics.json': { constructor: 1, toString: 2, valueOf: 3 } },
      async (workspace) => {
        const metrics = valuesOf(await workspace.harvest('model.onnx'), 'metrics')
        assert.deepEqual(Object.entries(metrics), [
          ['constructor', 1],
          ['toString', 2],
          ['valueOf', 3],
        ])
      },
    ),
  )

  it(
    'may be in the encoding of an older Windows',
    inWorkspace(
      { 'model.onnx': 'x', 'metrics.json': Buffer.from('{"größe": 0.5}', 'latin1') },
      async (workspace) => {
        assert.deepEqual(valuesOf(await workspace.harvest('model.onnx'), 'metrics'), { größe: 0.5 })
      },
    ),
  )

  it(
    'may lie deep, and in number: what is left out is said',
    inWorkspace(
      {
        'model.onnx': 'x',
        'metrics.json': {
          a: { b: { c: { d: { e: { f: { g: { h: { i: { j: 0.5 } } } } } } } } },
          ...Object.fromEntries(Array.from({ length: 2500 }, (_, index) => [`m${index}`, index])),
        },
      },
      async (workspace) => {
        const result = await workspace.harvest('model.onnx')
        assert.equal(result.values.length, 2000)
        assert.equal(valuesOf(result, 'metrics')['a.b.c.d.e.f.g.h.i.j'], 0.5)
        assert.match(result.refused[0]?.reason ?? '', /501 of this file are left out/)
      },
    ),
  )

  it(
    'may say as text what is no finite number',
    inWorkspace(
      { 'model.pt': 'x', 'metrics.json': { loss: 'nan', score: '-inf', note: 'best so far' } },
      async (workspace) => {
        const result = await workspace.harvest('model.pt')
        assert.deepEqual(valuesOf(result, 'metrics'), {})
        assert.deepEqual(valuesOf(result, 'parameters'), { note: 'best so far' })
        assert.deepEqual(
          result.refused.map(({ key }) => key),
          ['loss', 'score'],
        )
      },
    ),
  )

  it(
    'may be a table with quotes, or with decimal commas',
    inWorkspace(
      {
        'a/model.keras': 'x',
        'a/log.csv': '"epoch","accuracy","loss"\r\n"0","0.5","0.9"\r\n"1","0.75","0.5"\r\n',
        'b/model.keras': 'x',
        'b/log.csv': 'epoch;accuracy;loss\n0;0,5;9e-1\n1;0,75;5,5e-1\n',
      },
      async (workspace) => {
        const a = valuesOf(await workspace.harvest('a/model.keras'), 'metrics')
        assert.deepEqual(a, { accuracy: 0.75, loss: 0.5 })
        const b = valuesOf(await workspace.harvest('b/model.keras'), 'metrics')
        assert.deepEqual(b, { accuracy: 0.75, loss: 0.55 })
      },
    ),
  )

  it(
    'may hold the reports of training and test',
    inWorkspace(
      { 'model.joblib': 'x', 'report.json': { train: REPORT(1), test: REPORT(0.5) } },
      async (workspace) => {
        const metrics = valuesOf(await workspace.harvest('model.joblib'), 'metrics')
        assert.equal(metrics.accuracy, 0.5)
        assert.equal(metrics['train.accuracy'], 1)
        assert.equal(metrics['train.macro avg.recall'], 1)
        assert.equal(metrics['test.macro avg.recall'], 0.5)
      },
    ),
  )

  it(
    'may have digits in groups',
    inWorkspace(
      {
        'model.onnx': 'x',
        'params.yaml': 'a: 10_000\nb: -1_000.5\nc: "1_0"\nd: 1_x\ne: [1_000, 2]\nf: 1__0\n',
      },
      async (workspace) => {
        assert.deepEqual(valuesOf(await workspace.harvest('model.onnx'), 'parameters'), {
          a: 10_000,
          b: -1000.5,
          c: '1_0',
          d: '1_x',
          e: '[1000,2]',
          f: '1__0',
        })
      },
    ),
  )

  it(
    'may be YAML sets',
    inWorkspace(
      { 'model.onnx': 'x', 'params.yaml': 'layers: !!set\n  q: null\n  v: null\nlr: 0.1\n' },
      async (workspace) => {
        assert.deepEqual(valuesOf(await workspace.harvest('model.onnx'), 'parameters'), {
          layers: '["q","v"]',
          lr: 0.1,
        })
      },
    ),
  )
})

describe('runs in unusual places', () => {
  it(
    'of DVC may have a working directory',
    inWorkspace(
      {
        'dvc.yaml': `
stages:
  train:
    wdir: ml
    deps: [data.csv]
    outs: [out/model.pkl]
    metrics: [out/m.json]
`,
        'dvc.lock': `
stages:
  train:
    deps: [{path: data.csv, md5: abc}]
    params: {p.json: {depth: 4}}
    outs: [{path: out/model.pkl, md5: def, size: 1}]
`,
        'ml/out/model.pkl': 'x',
        'ml/out/m.json': { recall: 0.5 },
      },
      async (workspace) => {
        const result = await workspace.harvest('ml/out/model.pkl')
        assert.deepEqual(valuesOf(result, 'metrics'), { recall: 0.5 })
        assert.deepEqual(valuesOf(result, 'parameters'), { depth: 4 })
        assert.deepEqual(result.datasets, [{ path: 'ml/data.csv', digest: 'md5:abc' }])
      },
    ),
  )

  it(
    'of DVC may depend on data elsewhere, of which no path of this machine and no token is kept',
    inWorkspace(
      {
        'ml/dvc.lock': `
stages:
  train:
    deps:
    - {path: /home/ada/data/all.csv, md5: a}
    - {path: ../../shared/more.csv, md5: b}
    - {path: 'https://ada:s3cret@example.org/set.csv?token=x', md5: c}
    - {path: 's3://bucket/set.csv', md5: d}
    - {path: 'file:///home/ada/set.bin', md5: e}
    - {path: 'C:\\data\\win.csv', md5: f}
    - {path: ../near.csv, md5: g}
    outs: [{path: model.pkl, md5: x, size: 1}]
`,
        'ml/model.pkl': 'x',
      },
      async (workspace) => {
        const { datasets = [] } = await workspace.harvest('ml/model.pkl')
        assert.deepEqual(
          datasets.map(({ path }) => path),
          [
            'all.csv',
            'more.csv',
            'https://example.org/set.csv',
            's3://bucket/set.csv',
            'set.bin',
            'win.csv',
            'near.csv',
          ],
        )
      },
    ),
  )

  it(
    'of MLflow keep parameters that are names and look like numbers',
    inWorkspace(
      {
        'mlruns/0/abc/meta.yaml': 'run_id: abc\n',
        'mlruns/0/abc/params/agent': '007',
        'mlruns/0/abc/params/lr': '1e-3',
        'mlruns/0/abc/artifacts/model.onnx': 'x',
      },
      async (workspace) => {
        const result = await workspace.harvest('mlruns/0/abc/artifacts/model.onnx')
        assert.deepEqual(valuesOf(result, 'parameters'), { agent: '007', lr: 0.001 })
      },
    ),
  )

  it(
    'of Hydra refer to values of the configuration',
    inWorkspace(
      {
        'model.onnx': 'x',
        '.hydra/config.yaml': [
          'db: {port: 3306, host: a}',
          'port: ${db.port}',
          'again: ${port}',
          'url: ${db.host}-${db.port}',
          'user: ${oc.env:USER}',
          'loop: ${loop}',
          'odd: ${port}-${nowhere}',
        ].join('\n'),
      },
      async (workspace) => {
        assert.deepEqual(valuesOf(await workspace.harvest('model.onnx'), 'parameters'), {
          'db.port': 3306,
          'db.host': 'a',
          port: 3306,
          again: 3306,
          url: 'a-3306',
          user: '${oc.env:USER}',
          loop: '${loop}',
          odd: '${port}-${nowhere}',
        })
      },
    ),
  )

  it(
    'of CatBoost may be evaluated on several sets',
    inWorkspace(
      {
        'model.cbm': 'x',
        'catboost_info/catboost_training.json': {
          meta: {
            test_sets: ['test', 'test1'],
            test_metrics: [{ best_value: 'Min', name: 'RMSE' }],
          },
          iterations: [{ iteration: 0, test: [2], test1: [3] }],
        },
      },
      async (workspace) => {
        assert.deepEqual(valuesOf(await workspace.harvest('model.cbm'), 'metrics'), {
          'test.RMSE': 2,
          'test1.RMSE': 3,
        })
      },
    ),
  )
})

describe('TensorBoard logs of unusual runs', () => {
  const file = (time: number, ...events: Uint8Array[]) => ({
    [`run/events.out.tfevents.${time}.host`]: Buffer.concat([version(), ...events]),
  })
  const steps = (from: number, ...values: number[]): Uint8Array[] =>
    values.map((value, index) => scalar('loss', from + index, value))

  it(
    'end where the resumed training ended',
    inWorkspace(
      {
        'run/model.pt': 'x',
        ...file(100, ...steps(0, 9, 8, 7, 6, 5), scalar('acc', 4, 0.5)),
        ...file(200, sessionStart(2), ...steps(2, 70, 60)),
      },
      async (workspace) => {
        const result = await workspace.harvest('run/model.pt')
        const [loss] = result.series
        assert.deepEqual(
          [loss?.steps, loss?.values],
          [
            [0, 1, 2, 3],
            [9, 8, 70, 60],
          ],
        )
        // What only the stopped run wrote after that step was purged.
        assert.deepEqual(valuesOf(result, 'metrics'), { loss: 60, best_loss: 8 })
      },
    ),
  )

  it(
    'go back without saying so',
    inWorkspace(
      { 'run/model.pt': 'x', ...file(100, ...steps(0, 9, 8, 7)), ...file(200, ...steps(1, 80)) },
      async (workspace) => {
        const result = await workspace.harvest('run/model.pt')
        assert.deepEqual(result.series[0]?.values, [9, 80])
        assert.equal(valuesOf(result, 'metrics').loss, 80)
      },
    ),
  )

  it(
    'end with what was written last',
    inWorkspace(
      { 'run/model.pt': 'x', ...file(100, ...steps(5, 2), ...steps(3, 3, 9)) },
      async (workspace) => {
        const result = await workspace.harvest('run/model.pt')
        assert.equal(valuesOf(result, 'metrics').loss, 9)
        assert.deepEqual(result.series[0]?.steps, [3, 4, 5])
      },
    ),
  )

  it(
    'have folders for groups of scalars, and other runs beside them',
    inWorkspace(
      {
        'run/model.pt': 'x',
        ...file(100, scalar('lr/now', 1, 1), scalar('hp_metric', 0, -1)),
        'run/loss_train/events.out.tfevents.101.host': scalar('loss', 1, 0.5),
        'run/loss_val/events.out.tfevents.101.host': scalar('loss', 1, 0.75),
        'run/other/events.out.tfevents.101.host': scalar('loss', 1, 100),
      },
      async (workspace) => {
        assert.deepEqual(valuesOf(await workspace.harvest('run/model.pt'), 'metrics'), {
          'loss/train': 0.5,
          'loss/val': 0.75,
        })
      },
    ),
  )

  it(
    'with such folders beside the model are one run',
    inWorkspace(
      {
        'model.pt': 'x',
        'runs/a/events.out.tfevents.100.host': scalar('acc', 1, 0.5),
        'runs/a/loss_val/events.out.tfevents.101.host': scalar('loss', 1, 0.75),
      },
      async (workspace) => {
        const { values } = await workspace.harvest('model.pt')
        assert.deepEqual(
          values.map(({ name, ambiguous }) => [name, ambiguous]),
          [
            ['accuracy', undefined],
            ['loss/val', undefined],
          ],
        )
      },
    ),
  )
})
