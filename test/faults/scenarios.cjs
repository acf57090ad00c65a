// The operations that faults are injected into, and the registry that they start from. Runs on the built library, in the
// test's process and, with arguments, as a process of its own: `scenarios.cjs NAME ROOT`.
'use strict'
const { writeFileSync, mkdirSync } = require('node:fs')
const { join, dirname } = require('node:path')
const { ModelRegistry } = require('../../dist/index.js')

const open = (root) =>
  ModelRegistry.open({
    root,
    actor: 'ann',
    retentionDays: 0,
    lockMilliseconds: 2000,
    onWarning: () => {},
  })

/** Makes the registry that every case starts from a copy of. */
async function prepare(workspace) {
  const root = join(workspace, '.models')
  writeFileSync(join(workspace, 'model.onnx'), 'the first content')
  writeFileSync(join(workspace, 'other.onnx'), 'another content')
  mkdirSync(join(workspace, 'bundle', 'variables'), { recursive: true })
  writeFileSync(join(workspace, 'bundle', 'saved_model.pb'), 'graph')
  writeFileSync(join(workspace, 'bundle', 'variables', 'data'), 'weights')
  const registry = await open(root)
  await registry.register({
    name: 'churn',
    artifact: join(workspace, 'model.onnx'),
    stage: 'production',
  })
  await registry.register({ name: 'churn', artifact: join(workspace, 'bundle') })
  await registry.register({ name: 'churn', artifact: join(workspace, 'other.onnx') })
  await registry.register({ name: 'fraud', artifact: join(workspace, 'model.onnx') })
  await registry.deleteVersion('churn', '1.0.2')
  registry.dispose()
}

const scenarios = {
  register: (registry, root) =>
    registry.register({
      name: 'churn',
      version: '2.0.0',
      artifact: join(dirname(root), 'other.onnx'),
      metrics: { accuracy: 0.9 },
    }),
  'register a folder in production': (registry, root) =>
    registry.register({
      name: 'churn',
      version: '2.0.0',
      stage: 'production',
      artifact: join(dirname(root), 'bundle'),
    }),
  'register a new model': (registry, root) =>
    registry.register({ name: 'fresh', artifact: join(dirname(root), 'model.onnx') }),
  transition: (registry) =>
    registry.transitionStage('churn', '1.0.1', 'production', { note: 'better' }),
  update: (registry) => registry.updateVersion('churn', '1.0.1', { metrics: { accuracy: 0.5 } }),
  delete: (registry) => registry.deleteVersion('churn', '1.0.1'),
  'delete a model': (registry) => registry.deleteModel('churn'),
  restore: (registry) => registry.restoreVersion('churn', '1.0.2'),
  rename: (registry) => registry.renameModel('churn', 'attrition'),
  undo: (registry) => registry.undo(),
  gc: async (registry) => {
    const { skipped } = await registry.gc({ retentionDays: 0 })
    if (skipped.length > 0) throw new Error(`could not read ${skipped}`)
  },
}

async function run(name, root) {
  const registry = await open(root)
  try {
    await scenarios[name](registry, root)
  } finally {
    registry.dispose()
  }
}

module.exports = { open, prepare, run, scenarios }

if (require.main === module) {
  const [name, root] = process.argv.slice(2)
  run(name, root).then(
    () => {
      require('node:fs').writeSync(1, 'acknowledged')
      process.exit(0)
    },
    (error) => {
      process.stderr.write(String(error))
      process.exit(1)
    },
  )
}
