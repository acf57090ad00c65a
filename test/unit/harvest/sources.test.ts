import assert from 'node:assert/strict'
import { hparams, scalar, tensorScalar, version } from './eventWriter'
import { inWorkspace, valuesOf } from './workspace'

const COMMIT = 'a'.repeat(40)

describe('Hugging Face Trainer', () => {
  it(
    'gives the last and best of the log, and takes times for parameters',
    inWorkspace(
      {
        'out/checkpoint-20/model.safetensors': 'x',
        'out/checkpoint-20/trainer_state.json': {
          epoch: 2,
          global_step: 20,
          best_metric: 0.9,
          best_model_checkpoint: '/home/me/out/checkpoint-10',
          log_history: [
            { epoch: 1, step: 10, loss: 2, learning_rate: 0.1, grad_norm: 1 },
            { epoch: 1, step: 10, eval_loss: 0.4, eval_accuracy: 0.9, eval_runtime: 3 },
            { epoch: 2, step: 20, loss: 1, learning_rate: 0.05, grad_norm: 2 },
            { epoch: 2, step: 20, eval_loss: 0.5, eval_accuracy: 0.8, eval_runtime: 3 },
          ],
        },
        'out/all_results.json': { eval_accuracy: 0.1 },
      },
      async (workspace) => {
        const result = await workspace.harvest('out/checkpoint-20/model.safetensors')
        assert.deepEqual(valuesOf(result, 'metrics'), {
          best_metric: 0.9,
          loss: 1,
          eval_loss: 0.5,
          best_eval_loss: 0.4,
          accuracy: 0.8,
          best_eval_accuracy: 0.9,
        })
        assert.deepEqual(valuesOf(result, 'parameters'), {
          epoch: 2,
          global_step: 20,
          best_model_checkpoint: 'checkpoint-10',
        })
        assert.deepEqual(
          result.values.find(({ name }) => name === 'accuracy'),
          {
            place: 'metrics',
            name: 'accuracy',
            value: 0.8,
            file: 'out/checkpoint-20/trainer_state.json',
            key: 'log_history.eval_accuracy',
            source: 'hf-trainer',
          },
        )
        assert.deepEqual(result.series[0], {
          name: 'loss',
          file: 'out/checkpoint-20/trainer_state.json',
          steps: [10, 20],
          values: [2, 1],
        })
      },
    ),
  )

  it(
    'reads the results, and the last checkpoint where the model has no state',
    inWorkspace(
      {
        'out/model.safetensors': 'x',
        'out/all_results.json': {
          eval_f1: 0.7,
          train_runtime: 12,
          total_flos: 1e15,
          train_samples_per_second: 3,
        },
        'out/checkpoint-5/trainer_state.json': { global_step: 5 },
        'out/checkpoint-10/trainer_state.json': { global_step: 10 },
      },
      async (workspace) => {
        const result = await workspace.harvest('out/model.safetensors')
        assert.deepEqual(valuesOf(result, 'metrics'), { f1_score: 0.7 })
        const step = result.values.find(({ name }) => name === 'global_step')
        assert.equal(step?.value, 10)
        assert.equal(step.ambiguous, true)
        assert.equal(valuesOf(result, 'parameters').train_runtime, 12)
      },
    ),
  )
})

describe('Hugging Face configs and cards', () => {
  it(
    'describe the architecture, the adapter and its base',
    inWorkspace(
      {
        'm/config.json': {
          architectures: ['BertForSequenceClassification'],
          model_type: 'bert',
          torch_dtype: 'float16',
          id2label: { 0: 'no', 1: 'yes' },
          hidden_size: 8,
          _name_or_path: '/cache/models/bert-tiny',
          transformers_version: '4.40.0',
          quantization_config: { bits: 4 },
        },
        'm/model.safetensors': 'x',
        'm/adapter_config.json': {
          peft_type: 'LORA',
          base_model_name_or_path: 'acme/base',
          r: 8,
          target_modules: ['q', 'v'],
          lora_dropout: null,
        },
      },
      async (workspace) => {
        const result = await workspace.harvest('m')
        assert.deepEqual(valuesOf(result, 'parameters'), {
          base_model: 'acme/base',
          peft_type: 'LORA',
          r: 8,
          target_modules: '["q","v"]',
          architectures: 'BertForSequenceClassification',
          model_type: 'bert',
          hidden_size: 8,
          num_labels: 2,
          dtype: 'float16',
          'quantization_config.bits': 4,
        })
        assert.deepEqual(result.environment, { transformers: '4.40.0' })
      },
    ),
  )

  it(
    'give tags, a description and the model-index, weakest of all',
    inWorkspace(
      {
        'm/model.onnx': 'x',
        'm/metrics.json': { accuracy: 0.5 },
        'm/README.md': `---
license: mit
language: [en, de]
library_name: onnx
model-index:
- name: churn
  results:
  - task: {type: tabular-classification}
    dataset: {type: acme/churn, name: Churn}
    metrics:
    - {type: accuracy, value: 0.9}
    - {type: f1, value: 0.8}
    - {type: confusion_matrix, value: [[1, 2]]}
---
# Churn

![badge](x)

Predicts who
leaves.

More.
`,
        'm/.eval_results/gpqa.yaml':
          '- dataset: {id: acme/gpqa, task_id: diamond}\n  value: 0.4\n- data:\n    dataset: {id: acme/hle}\n    value: 0.1\n',
      },
      async (workspace) => {
        const result = await workspace.harvest('m/model.onnx')
        assert.deepEqual(valuesOf(result, 'metrics'), {
          accuracy: 0.5,
          f1_score: 0.8,
          'acme/gpqa/diamond': 0.4,
          'acme/hle': 0.1,
        })
        assert.deepEqual(valuesOf(result, 'tags'), {
          license: 'mit',
          language: 'en, de',
          library_name: 'onnx',
        })
        assert.equal(valuesOf(result, 'description')[''], 'Predicts who leaves.')
        assert.equal(result.suggestedName, 'churn')
        const f1 = result.values.find(({ name }) => name === 'f1_score')
        assert.equal(f1?.key, 'model-index[0].results[0].metrics[1].value')
      },
    ),
  )

  it(
    'are not what the README of a project is',
    inWorkspace(
      { 'model.pkl': 'x', 'README.md': '---\nlicense: mit\n---\nHow to install.\n' },
      async (workspace) => assert.deepEqual((await workspace.harvest('model.pkl')).values, []),
    ),
  )
})

describe('Lightning', () => {
  const files = {
    'logs/version_0/hparams.yaml':
      'lr: 0.1\nnet: !!python/object:x.Net {depth: 3}\nact: !!python/name:torch.nn.ReLU ""\n',
    'logs/version_0/metrics.csv':
      'epoch,step,train_loss,val_loss\n0,9,1.0,\n0,9,,0.9\n1,19,0.5,\n1,19,,0.4\n2,29,0.2,\n2,29,,0.6\n',
    'logs/version_0/checkpoints/epoch=1-step=20.ckpt': 'x',
    'logs/version_0/checkpoints/last.ckpt': 'x',
  }

  it(
    'takes the last cell of each column up to the epoch of the checkpoint',
    inWorkspace(files, async (workspace) => {
      const epoch = await workspace.harvest('logs/version_0/checkpoints/epoch=1-step=20.ckpt')
      assert.deepEqual(valuesOf(epoch, 'metrics'), { train_loss: 0.5, val_loss: 0.4 })
      assert.deepEqual(valuesOf(epoch, 'parameters'), {
        lr: 0.1,
        'net.depth': 3,
        epoch: 1,
        step: 20,
      })
      const last = await workspace.harvest('logs/version_0/checkpoints/last.ckpt')
      assert.deepEqual(valuesOf(last, 'metrics'), {
        train_loss: 0.2,
        val_loss: 0.6,
        best_val_loss: 0.4,
      })
      assert.deepEqual(last.series[1], {
        name: 'val_loss',
        file: 'logs/version_0/metrics.csv',
        steps: [9, 19, 29],
        values: [0.9, 0.4, 0.6],
      })
    }),
  )

  it(
    'reads the name of a checkpoint, and trusts the table more',
    inWorkspace({ 'a/mnist-epoch=02-val_loss=0.32-val_f1=0.5.ckpt': 'x' }, async (workspace) => {
      const result = await workspace.harvest('a/mnist-epoch=02-val_loss=0.32-val_f1=0.5.ckpt')
      assert.deepEqual(valuesOf(result, 'metrics'), { val_loss: 0.32, f1_score: 0.5 })
      assert.deepEqual(valuesOf(result, 'parameters'), { epoch: 2 })
      await workspace.put({ 'a/metrics.csv': 'epoch,step,val_loss\n2,9,0.3204\n' })
      const better = await workspace.harvest('a/mnist-epoch=02-val_loss=0.32-val_f1=0.5.ckpt')
      assert.equal(valuesOf(better, 'metrics').val_loss, 0.3204)
    }),
  )

  it(
    'guesses the newest version of several, and says so',
    inWorkspace(
      {
        'model.pt': 'x',
        'lightning_logs/version_2/metrics.csv': 'epoch,step,val_loss\n0,1,2\n',
        'lightning_logs/version_10/metrics.csv': 'epoch,step,val_loss\n0,1,10\n',
      },
      async (workspace) => {
        const [value] = (await workspace.harvest('model.pt')).values
        assert.equal(value?.value, 10)
        assert.equal(value.ambiguous, true)
      },
    ),
  )
})

describe('Keras CSVLogger', () => {
  it(
    'reads the rows since the last start, whatever the separator',
    inWorkspace(
      {
        'model.keras': 'x',
        'training.log':
          'epoch;accuracy;loss;val_accuracy;val_loss;weights\n0;0.1;9;NA;NA;"[1, 2]"\n1;0.2;8;0.2;8;"[1, 2]"\n0;0.5;3;0.4;2;"[1, 2]"\n1;0.6;2;0.3;1;"[1, 2]"\n',
        'data.csv': 'epoch,age,name\n1,2,x\n',
      },
      async (workspace) => {
        const result = await workspace.harvest('model.keras')
        assert.deepEqual(valuesOf(result, 'metrics'), {
          accuracy: 0.6,
          loss: 2,
          val_accuracy: 0.3,
          best_val_accuracy: 0.4,
          val_loss: 1,
        })
        assert.deepEqual(valuesOf(result, 'parameters'), { epochs: 2 })
        assert.deepEqual(result.series[0]?.steps, [0, 1])
        assert.deepEqual(result.files, ['training.log'])
      },
    ),
  )
})

describe('Ultralytics', () => {
  it(
    'takes the last row, the best of each column and the epoch of best.pt, by the header',
    inWorkspace(
      {
        'runs/detect/train/args.yaml': 'task: detect\nlr0: 0.01\nclasses: null\n',
        'runs/detect/train/results.csv':
          '   epoch,   train/box_loss,  metrics/mAP50(B),  metrics/mAP50-95(B),   lr/pg0\n 1, 1.5, 0.2, 0.1, 0.01\n 2, 1.2, 0.6, 0.5, 0.01\n 3, 1.0, 0.5\n',
        'runs/detect/train/weights/best.pt': 'x',
        'runs/detect/train/weights/last.pt': 'x',
      },
      async (workspace) => {
        const result = await workspace.harvest('runs/detect/train/weights/best.pt')
        assert.deepEqual(valuesOf(result, 'metrics'), {
          'train/box_loss': 1,
          'metrics/mAP50(B)': 0.5,
          'best_metrics/mAP50(B)': 0.6,
          'metrics/mAP50-95(B)': 0.5,
        })
        assert.deepEqual(valuesOf(result, 'parameters'), {
          best_epoch: 2,
          task: 'detect',
          lr0: 0.01,
        })
      },
    ),
  )
})

describe('MLflow', () => {
  const id = '0123456789abcdef0123456789abcdef'
  const other = 'f'.repeat(32)
  const store = {
    [`mlruns/1/${id}/meta.yaml`]: `run_id: ${id}\nartifact_uri: file:///elsewhere/artifacts\n`,
    [`mlruns/1/${id}/metrics/val/auc`]: '2000 0.8 2\n1000 0.7 1\n3000 0.9 2\n',
    [`mlruns/1/${id}/metrics/loss`]: '1000 nan 0\n',
    [`mlruns/1/${id}/params/lr`]: '0.1',
    [`mlruns/1/${id}/params/seed`]: '12345678901234567890',
    [`mlruns/1/${id}/tags/mlflow.source.git.commit`]: COMMIT,
    [`mlruns/1/${id}/tags/team`]: 'risk',
    [`mlruns/1/${other}/meta.yaml`]: `run_id: ${other}\n`,
    [`mlruns/1/${other}/metrics/recall`]: '1 0.1 0\n',
  }

  it(
    'finds the run that the MLmodel names',
    inWorkspace(
      {
        ...store,
        'model/MLmodel': `run_id: ${id}\nmlflow_version: 2.9.2\nmodel_uuid: abc\nflavors:\n  sklearn: {sklearn_version: 1.4.2}\n  python_function: {python_version: 3.11.4}\nmetadata: {owner: me}\n`,
        'model/model.pkl': 'x',
      },
      async (workspace) => {
        const result = await workspace.harvest('model', { commit: 'b'.repeat(40) })
        assert.deepEqual(valuesOf(result, 'metrics'), { auc_roc: 0.9 })
        assert.deepEqual(valuesOf(result, 'parameters'), {
          owner: 'me',
          lr: 0.1,
          seed: '12345678901234567890',
        })
        assert.deepEqual(valuesOf(result, 'tags'), { 'mlflow.model_uuid': 'abc', team: 'risk' })
        assert.equal(result.run, id)
        assert.deepEqual(result.code, { commit: COMMIT })
        assert.deepEqual(result.environment, {
          mlflow: '2.9.2',
          python: '3.11.4',
          'scikit-learn': '1.4.2',
        })
        assert.ok(result.values.every(({ stale, ambiguous }) => !stale && !ambiguous))
      },
    ),
  )

  it(
    'takes no MLmodel that does not name the file',
    inWorkspace(
      {
        ...store,
        MLmodel: `run_id: ${id}\nflavors: {sklearn: {pickled_model: model.pkl}}\n`,
        'model.pkl': 'x',
        'other.pkl': 'x',
        'deep/other.pkl': 'x',
      },
      async (workspace) => {
        assert.equal((await workspace.harvest('model.pkl')).run, id)
        assert.equal((await workspace.harvest('other.pkl')).run, undefined)
        assert.equal((await workspace.harvest('deep/other.pkl')).run, undefined)
      },
    ),
  )

  it(
    'finds the run by its place, and no run for a model that none names',
    inWorkspace(
      { ...store, [`mlruns/1/${id}/artifacts/model/model.pkl`]: 'x', 'model.pkl': 'x' },
      async (workspace) => {
        const placed = await workspace.harvest(`mlruns/1/${id}/artifacts/model/model.pkl`)
        assert.equal(placed.run, id)
        assert.equal(valuesOf(placed, 'metrics').auc_roc, 0.9)
        assert.deepEqual((await workspace.harvest('model.pkl')).values, [])
      },
    ),
  )

  it(
    'finds the run by its artifact location',
    inWorkspace({ ...store, 'store/x/model.pkl': 'x' }, async (workspace) => {
      await workspace.put({
        [`mlruns/1/${id}/meta.yaml`]: `run_id: ${id}\nartifact_uri: file://${workspace.path('store/x')}\n`,
      })
      assert.equal((await workspace.harvest('store/x/model.pkl')).run, id)
    }),
  )

  it(
    'goes from a logged model of MLflow 3 to its run',
    inWorkspace(
      {
        ...store,
        'mlruns/1/models/m-1/meta.yaml': `model_id: m-1\nsource_run_id: ${id}\n`,
        'mlruns/1/models/m-1/metrics/recall': `1000 0.5 0 ${id} data digest\n`,
        'mlruns/1/models/m-1/params/depth': '3',
        'mlruns/1/models/m-1/artifacts/model.pkl': 'x',
      },
      async (workspace) => {
        const result = await workspace.harvest('mlruns/1/models/m-1/artifacts/model.pkl')
        assert.deepEqual(valuesOf(result, 'metrics'), { recall: 0.5, auc_roc: 0.9 })
        assert.equal(result.run, id)
      },
    ),
  )
})

describe('DVC', () => {
  const files = {
    'ml/dvc.yaml': `
stages:
  train:
    cmd: python train.py
    deps: [data/train.csv, train.py]
    params: [lr]
    outs: [models]
  evaluate:
    cmd: python eval.py
    deps: [models/model.pkl]
    metrics:
    - eval/metrics.json: {cache: false}
  other:
    cmd: x
    metrics: [other.json]
artifacts:
  churn: {path: models/model.pkl, type: model, desc: Who leaves., labels: [risk], meta: {owner: me}}
`,
    'ml/dvc.lock': `
schema: '2.0'
stages:
  train:
    cmd: python train.py
    deps:
    - {path: data/train.csv, hash: md5, md5: abc, size: 3}
    - {path: train.py, md5: def, size: 3}
    params: {params.yaml: {lr: 0.1, 'net.depth': 3}}
    outs: [{path: models, md5: 123.dir, size: 1}]
`,
    'ml/models/model.pkl': 'x',
    'ml/eval/metrics.json': { accuracy: 0.9 },
    'ml/other.json': { recall: 0.1 },
  }

  it(
    'follows the stages that wrote and evaluated the model',
    inWorkspace(files, async (workspace) => {
      await workspace.age('ml/eval/metrics.json', 0)
      const result = await workspace.harvest('ml/models/model.pkl')
      assert.deepEqual(valuesOf(result, 'metrics'), { accuracy: 0.9 })
      assert.deepEqual(valuesOf(result, 'parameters'), { owner: 'me', lr: 0.1, 'net.depth': 3 })
      assert.deepEqual(valuesOf(result, 'tags'), { type: 'model', labels: 'risk' })
      assert.equal(valuesOf(result, 'description')[''], 'Who leaves.')
      assert.equal(result.suggestedName, 'churn')
      assert.deepEqual(result.datasets, [
        { path: 'ml/data/train.csv', digest: 'md5:abc' },
        { path: 'ml/train.py', digest: 'md5:def' },
      ])
      assert.equal(
        result.values.find(({ name }) => name === 'lr')?.key,
        'stages.train.params.params.yaml.lr',
      )
    }),
  )

  it(
    'says nothing of a model that no stage names',
    inWorkspace({ ...files, 'ml/else/b.pkl': 'x' }, async (workspace) => {
      const result = await workspace.harvest('ml/else/b.pkl')
      assert.deepEqual(result.values, [])
      assert.equal(result.datasets, undefined)
    }),
  )

  it(
    'reads DVCLive',
    inWorkspace(
      {
        'model.pt': 'x',
        'dvclive/metrics.json': { train: { loss: 0.1 }, step: 2 },
        'dvclive/params.yaml': 'lr: 0.1\n',
        'dvclive/plots/metrics/train/loss.tsv': 'step\tloss\n0\t0.5\n1\t0.05\n2\t0.1\n',
      },
      async (workspace) => {
        const result = await workspace.harvest('model.pt')
        assert.deepEqual(valuesOf(result, 'metrics'), {
          'train.loss': 0.1,
          'best_train.loss': 0.05,
        })
        assert.deepEqual(valuesOf(result, 'parameters'), { step: 2, lr: 0.1 })
        assert.deepEqual(result.series[0]?.values, [0.5, 0.05, 0.1])
      },
    ),
  )
})

describe('Weights & Biases', () => {
  const files = {
    'wandb/offline-run-20260101_100000-abc/files/wandb-summary.json': {
      _step: 3,
      _runtime: 4,
      val: { f1: 0.7 },
      table: { _type: 'table-file', size: 3 },
    },
    'wandb/offline-run-20260101_100000-abc/files/config.yaml':
      '_wandb: {value: {x: 1}}\nlr: {desc: null, value: 0.1}\nnet: {value: {depth: 3}}\n',
    'wandb/offline-run-20260101_100000-abc/files/wandb-metadata.json': {
      python: 'CPython 3.11.4',
      git: { commit: COMMIT, remote: 'https://u:t@github.com/a/b' },
    },
    'wandb/offline-run-20260101_100000-abc/files/requirements.txt': 'torch==2.3.0\nfoo==1\n',
    'model.pt': 'x',
  }

  it(
    'reads the one run beside the model',
    inWorkspace(files, async (workspace) => {
      const result = await workspace.harvest('model.pt', { commit: COMMIT })
      assert.deepEqual(valuesOf(result, 'metrics'), { f1_score: 0.7 })
      assert.deepEqual(valuesOf(result, 'parameters'), { lr: 0.1, 'net.depth': 3 })
      assert.deepEqual(result.environment, { python: '3.11.4', torch: '2.3.0' })
      assert.deepEqual(result.code, { commit: COMMIT, remote: 'https://github.com/a/b' })
      assert.equal(result.run, 'abc')
      assert.ok(result.values.every(({ stale, ambiguous }) => !stale && !ambiguous))
    }),
  )

  it(
    'marks the metrics of another commit',
    inWorkspace(files, async (workspace) => {
      const { values } = await workspace.harvest('model.pt', { commit: 'b'.repeat(40) })
      assert.equal(values.find(({ place }) => place === 'metrics')?.stale, true)
    }),
  )

  it(
    'guesses the newest of several runs',
    inWorkspace(
      { ...files, 'wandb/run-20260102_100000-def/files/wandb-summary.json': { loss: 1 } },
      async (workspace) => {
        const result = await workspace.harvest('model.pt')
        assert.deepEqual(
          result.values.map(({ name, ambiguous }) => [name, ambiguous]),
          [['loss', true]],
        )
        assert.equal(result.run, undefined)
      },
    ),
  )
})

describe('Hydra', () => {
  it(
    'gives the config of the run around another tool’s folder',
    inWorkspace(
      {
        'outputs/d/t/.hydra/config.yaml': 'optimizer:\n  lr: 0.1\n',
        'outputs/d/t/.hydra/overrides.yaml': '- optimizer.lr=0.1\n- seed=1\n',
        'outputs/d/t/.hydra/hydra.yaml': 'hydra:\n  runtime: {version: 1.3.2}\n',
        'outputs/d/t/lightning_logs/version_0/hparams.yaml': 'depth: 3\n',
        'outputs/d/t/lightning_logs/version_0/checkpoints/last.ckpt': 'x',
      },
      async (workspace) => {
        const result = await workspace.harvest(
          'outputs/d/t/lightning_logs/version_0/checkpoints/last.ckpt',
        )
        assert.deepEqual(valuesOf(result, 'parameters'), {
          depth: 3,
          'optimizer.lr': 0.1,
          'hydra.overrides': 'optimizer.lr=0.1 seed=1',
        })
        assert.deepEqual(result.environment, { 'hydra-core': '1.3.2' })
      },
    ),
  )
})

describe('TensorBoard', () => {
  it(
    'reads train and validation of one run beside the model',
    inWorkspace(
      {
        'model.keras': 'x',
        'logs/train/events.out.tfevents.100.host': Buffer.concat([
          version(),
          tensorScalar('epoch_loss', 0, 2),
          tensorScalar('epoch_loss', 1, 1),
        ]),
        'logs/validation/events.out.tfevents.101.host': Buffer.concat([
          version(),
          tensorScalar('epoch_loss', 0, 0.5),
          tensorScalar('epoch_loss', 1, 0.75),
          hparams({ lr: 0.5 }),
        ]),
      },
      async (workspace) => {
        const result = await workspace.harvest('model.keras')
        assert.deepEqual(valuesOf(result, 'metrics'), {
          'train/epoch_loss': 1,
          'validation/epoch_loss': 0.75,
          'best_validation/epoch_loss': 0.5,
        })
        assert.deepEqual(valuesOf(result, 'parameters'), { lr: 0.5 })
        assert.ok(result.values.every(({ ambiguous }) => !ambiguous))
      },
    ),
  )

  it(
    'guesses the newest of several runs',
    inWorkspace(
      {
        'model.pt': 'x',
        'runs/a/events.out.tfevents.200.host': scalar('loss', 1, 2),
        'runs/b/events.out.tfevents.100.host': scalar('loss', 1, 1),
      },
      async (workspace) => {
        const [value] = (await workspace.harvest('model.pt')).values
        assert.deepEqual([value?.value, value?.ambiguous], [2, true])
      },
    ),
  )
})

describe('CatBoost', () => {
  it(
    'reads the training file, whose metrics name their good end',
    inWorkspace(
      {
        'model.cbm': 'x',
        'catboost_info/catboost_training.json': {
          meta: {
            iteration_count: 2,
            learn_metrics: [{ best_value: 'Min', name: 'Logloss' }],
            test_metrics: [
              { best_value: 'Min', name: 'Logloss' },
              { best_value: 'Max', name: 'AUC' },
            ],
          },
          iterations: [
            { iteration: 0, learn: [0.5], test: [0.6, 0.9] },
            { iteration: 1, learn: [0.4], test: [0.7, 0.8] },
          ],
        },
      },
      async (workspace) => {
        const result = await workspace.harvest('model.cbm')
        assert.deepEqual(valuesOf(result, 'metrics'), {
          'learn.Logloss': 0.4,
          'test.Logloss': 0.7,
          'best_test.Logloss': 0.6,
          auc_roc: 0.8,
          'best_test.AUC': 0.9,
        })
        assert.deepEqual(valuesOf(result, 'parameters'), { iterations: 2 })
      },
    ),
  )

  it(
    'reads the tables where there is no training file',
    inWorkspace(
      { 'model.cbm': 'x', 'catboost_info/test_error.tsv': 'iter\tRMSE\n0\t2\n1\t1.5\n' },
      async (workspace) => {
        const result = await workspace.harvest('model.cbm')
        assert.deepEqual(valuesOf(result, 'metrics'), { 'test.RMSE': 1.5 })
      },
    ),
  )
})

describe('classification reports', () => {
  const report = {
    '0': { precision: 0.1, recall: 0.2, 'f1-score': 0.3, support: 5 },
    accuracy: 0.9,
    'macro avg': { precision: 0.4, recall: 0.5, 'f1-score': 0.6, support: 10 },
    'weighted avg': { precision: 0.7, recall: 0.8, 'f1-score': 0.85, support: 10 },
  }
  const averages = {
    accuracy: 0.9,
    'macro avg.precision': 0.4,
    'macro avg.recall': 0.5,
    'macro avg.f1-score': 0.6,
    'weighted avg.precision': 0.7,
    'weighted avg.recall': 0.8,
    'weighted avg.f1-score': 0.85,
  }
  for (const [title, files] of [
    ['as JSON', { 'classification_report.json': report }],
    ['as a metrics file', { 'metrics.json': report }],
    ['inside a metrics file', { 'metrics.json': { test_report: report } }],
    [
      'as they are printed',
      {
        'classification_report.txt':
          '              precision    recall  f1-score   support\n\n           0       0.10      0.20      0.30         5\n\n    accuracy                           0.90        10\n   macro avg       0.40      0.50      0.60        10\nweighted avg       0.70      0.80      0.85        10\n',
      },
    ],
  ] as const) {
    it(
      `are read ${title}`,
      inWorkspace({ 'model.pkl': 'x', ...files }, async (workspace) => {
        assert.deepEqual(valuesOf(await workspace.harvest('model.pkl'), 'metrics'), averages)
      }),
    )
  }
})

describe('other tools', () => {
  it(
    'spaCy',
    inWorkspace(
      {
        'p/meta.json': {
          lang: 'en',
          name: 'core',
          spacy_version: '>=3.7',
          pipeline: ['ner'],
          description: 'English.',
          license: 'MIT',
          performance: { ents_f: 0.8, ents_per_type: { ORG: { p: 0.5 } }, speed: null },
        },
        'p/config.cfg': '',
      },
      async (workspace) => {
        const result = await workspace.harvest('p')
        assert.deepEqual(valuesOf(result, 'metrics'), { ents_f: 0.8, 'ents_per_type.ORG.p': 0.5 })
        assert.equal(result.suggestedName, 'en_core')
        assert.equal(valuesOf(result, 'description')[''], 'English.')
      },
    ),
  )

  it(
    'SageMaker and Kubeflow',
    inWorkspace(
      {
        'model.tar': 'x',
        'evaluation.json': {
          binary_classification_metrics: {
            auc: { value: 0.9, standard_deviation: 'NaN' },
            confusion_matrix: { 0: { 0: 1 } },
          },
        },
        'mlpipeline-metrics.json': { metrics: [{ name: 'recall-score', numberValue: 0.5 }] },
      },
      async (workspace) => {
        const result = await workspace.harvest('model.tar')
        assert.deepEqual(valuesOf(result, 'metrics'), { auc_roc: 0.9, recall: 0.5 })
      },
    ),
  )

  it(
    'an evaluation.json that is not SageMaker’s',
    inWorkspace({ 'model.pkl': 'x', 'evaluation.json': { accuracy: 0.5 } }, async (workspace) => {
      assert.deepEqual(valuesOf(await workspace.harvest('model.pkl'), 'metrics'), {
        accuracy: 0.5,
      })
    }),
  )

  it(
    'BentoML and KitOps',
    inWorkspace(
      {
        'b/model.yaml':
          'name: churn\napi_version: v1\nlabels: {team: risk}\nmetadata: {acc: 0.5}\ncontext:\n  bentoml_version: 1.2.0\n  python_version: 3.11.4\n  framework_versions: {scikit-learn: 1.4.2}\n',
        'b/saved_model.pkl': 'x',
        Kitfile:
          'manifestVersion: 1.0.0\npackage: {name: kit, description: Who leaves.}\nmodel: {path: b/saved_model.pkl, license: MIT, parameters: {lr: 0.1}}\ndatasets: [{path: data/train.csv}]\n',
      },
      async (workspace) => {
        const result = await workspace.harvest('b/saved_model.pkl')
        assert.deepEqual(valuesOf(result, 'tags'), { team: 'risk', license: 'MIT' })
        assert.deepEqual(valuesOf(result, 'parameters'), { acc: 0.5, lr: 0.1 })
        assert.equal(result.suggestedName, 'churn')
        assert.deepEqual(result.datasets, [{ path: 'data/train.csv' }])
        assert.equal(result.environment?.bentoml, '1.2.0')
      },
    ),
  )

  it(
    'JSON lines, as Detectron2 writes them',
    inWorkspace(
      {
        'model_final.pth': 'x',
        'metrics.json':
          '{"iteration": 19, "total_loss": 2.0, "lr": 0.1}\n{"iteration": 39, "total_loss": 1.0, "lr": 0.05}\n{"itera',
      },
      async (workspace) => {
        const result = await workspace.harvest('model_final.pth')
        assert.deepEqual(valuesOf(result, 'metrics'), { total_loss: 1 })
        assert.deepEqual(result.series[0], {
          name: 'total_loss',
          file: 'metrics.json',
          steps: [19, 39],
          values: [2, 1],
        })
      },
    ),
  )

  it(
    'results that name their groups',
    inWorkspace(
      {
        'model.pkl': 'x',
        'results.json': {
          model: 'forest',
          epoch: 3,
          metrics: { test: { accuracy: 0.9 }, confusion_matrix: [[1, 2]] },
          hyperparameters: { depth: 3 },
          scores_by_class: [0.1, 0.2],
        },
      },
      async (workspace) => {
        const result = await workspace.harvest('model.pkl')
        assert.deepEqual(valuesOf(result, 'metrics'), { accuracy: 0.9 })
        assert.deepEqual(valuesOf(result, 'parameters'), { model: 'forest', epoch: 3, depth: 3 })
        assert.equal(
          result.values.find(({ name }) => name === 'depth')?.key,
          'hyperparameters.depth',
        )
      },
    ),
  )
})

describe('the environment', () => {
  it(
    'comes from the nearest files that name versions',
    inWorkspace(
      {
        'run/model.pkl': 'x',
        'run/pip-freeze.txt': 'torch==2.3.0+cu121\nnumpy @ file:///x\n-e git+x#egg=y\n',
        'requirements.txt':
          'torch==1.0\nscikit_learn[extra]==1.4.2 ; python_version > "3.8"\npandas>=2\n',
        'uv.lock':
          'version = 1\n[[package]]\nname = "numpy"\nversion = "1.26.4"\n[[package]]\nname = "jax"\nversion = "1"\n[[package]]\nname = "jax"\nversion = "2"\n[package.metadata]\nname = "x"\n',
        'environment.yml':
          'dependencies:\n- python=3.11.4\n- conda-forge::xgboost=2.0.3=py311\n- pip:\n  - keras==3.0.0\n',
        '.python-version': '3.12\n',
      },
      async (workspace) => {
        assert.deepEqual((await workspace.harvest('run/model.pkl')).environment, {
          keras: '3.0.0',
          numpy: '1.26.4',
          python: '3.11.4',
          'scikit-learn': '1.4.2',
          torch: '2.3.0+cu121',
          xgboost: '2.0.3',
        })
      },
    ),
  )
})
