import assert from 'node:assert/strict'
import { assert as check, asyncProperty, constantFrom, jsonValue, oneof, string } from 'fast-check'
import { stringify } from 'yaml'
import { inWorkspace, Workspace } from './workspace'
import { propertyRuns } from '../../support/propertyRuns'

/** Every name that a harvester opens, with what makes it look at the content. */
const JSON_FILES: Readonly<Record<string, readonly string[]>> = {
  'trainer_state.json': ['log_history', 'trial_params', 'best_model_checkpoint', 'epoch'],
  'all_results.json': ['eval_accuracy', 'epoch'],
  'config.json': ['architectures', 'model_type', 'id2label', 'quantization_config', 'dtype'],
  'adapter_config.json': ['peft_type', 'r', 'target_modules'],
  'model_index.json': ['_class_name', '_diffusers_version'],
  'meta.json': ['spacy_version', 'performance', 'pipeline', 'lang', 'name'],
  'evaluation.json': ['regression_metrics'],
  'mlpipeline-metrics.json': ['metrics'],
  'metrics.json': ['accuracy', 'loss', 'metrics', 'macro avg', 'weighted avg', '__proto__'],
  'classification_report.json': ['macro avg', 'weighted avg', 'accuracy'],
  'catboost_info/catboost_training.json': ['iterations', 'meta'],
  'dvclive/metrics.json': ['train', 'step'],
  'wandb/run-1-a/files/wandb-summary.json': ['loss', '_step'],
  'wandb/run-1-a/files/wandb-metadata.json': ['git', 'python'],
}
const YAML_FILES: Readonly<Record<string, readonly string[]>> = {
  'params.yaml': ['lr', 'constructor'],
  MLmodel: ['flavors', 'run_id', 'metadata', 'model_id'],
  'dvc.yaml': ['stages', 'artifacts', 'metrics'],
  'dvc.lock': ['stages', 'schema'],
  'hparams.yaml': ['lr'],
  Kitfile: ['model', 'package', 'datasets'],
  'model.yaml': ['api_version', 'context', 'labels', 'metadata', 'name'],
  '.hydra/config.yaml': ['a'],
  '.hydra/overrides.yaml': ['a'],
  '.eval_results/a.yaml': ['dataset', 'value'],
  'environment.yml': ['dependencies'],
  'wandb/run-1-a/files/config.yaml': ['lr', '_wandb'],
}

const shape = oneof(
  jsonValue({ maxDepth: 3 }),
  constantFrom<unknown>(
    { path: 'model.pkl' },
    [{ path: 'model.pkl', md5: 3 }, ['x'], null, { a: { b: [] } }],
    {
      train: { outs: ['model.pkl'], deps: [{}], params: [1], metrics: [{ 'metrics.json': null }] },
    },
    { sklearn: { sklearn_version: {} }, python_function: null },
  ),
)

describe('hostile files', () => {
  it('of any shape are values or refusals, and never an error', async () => {
    const workspace = await Workspace.create({ 'model.pkl': 'x' })
    const names = [...Object.keys(JSON_FILES), ...Object.keys(YAML_FILES)]
    try {
      await check(
        asyncProperty(constantFrom(...names), shape, shape, string(), async (name, a, b, text) => {
          const keys = JSON_FILES[name] ?? YAML_FILES[name] ?? []
          const content = Object.fromEntries(
            keys.map((key, index) => [key, index % 2 === 0 ? a : b] as const),
          )
          for (const value of [content, [content], a]) {
            const written = name in JSON_FILES ? JSON.stringify(value) : stringify(value)
            await workspace.put({ [name]: written })
            const { values } = await workspace.harvest('model.pkl')
            for (const found of values) {
              assert.ok(found.value === null || typeof found.value !== 'object')
              assert.ok(typeof found.value !== 'number' || Number.isFinite(found.value))
              assert.ok(found.place !== 'metrics' || typeof found.value === 'number')
              assert.notEqual(found.name, '__proto__')
            }
          }
          await workspace.put({ [name]: text })
          await workspace.harvest('model.pkl')
        }),
        propertyRuns(60),
      )
    } finally {
      await workspace.dispose()
    }
  })

  it(
    'in number are not all read',
    inWorkspace({ 'model.keras': 'x' }, async (workspace) => {
      await workspace.put(
        Object.fromEntries(
          Array.from({ length: 200 }, (_, index) => [`log${index}.csv`, 'epoch,loss\n0,1\n']),
        ),
      )
      assert.ok((await workspace.harvest('model.keras')).files.length <= 20)
    }),
  )
})
