import assert from 'node:assert/strict'
import { inWorkspace } from './workspace'

/** A code cell as nbformat 4 keeps it. */
function code(source: string | readonly string[], more: Record<string, unknown> = {}): unknown {
  return { cell_type: 'code', execution_count: 1, metadata: {}, outputs: [], source, ...more }
}

const text = (source: string): unknown => ({ cell_type: 'markdown', metadata: {}, source })
const notebook = (...cells: unknown[]): unknown => ({ nbformat: 4, nbformat_minor: 5, cells })

/** Times of a cell, in minutes from the moment that `Workspace.age` counts from. */
function ran(from: number, to: number): Record<string, unknown> {
  const at = (minutes: number): string =>
    new Date(Date.UTC(2026, 0, 1) + minutes * 60_000).toISOString()
  return {
    metadata: { execution: { 'iopub.execute_input': at(from), 'shell.execute_reply': at(to) } },
  }
}

describe('the notebook that wrote a model', () => {
  it(
    'is the one with the cell that names the file and writes',
    inWorkspace(
      {
        'ml/models/churn.joblib': 'x',
        'ml/a.ipynb': notebook(
          text('joblib.dump(model, "models/churn.joblib")'),
          code('model = joblib.load("models/churn.joblib")'),
          code(['import joblib\n', 'joblib.dump(model, "models/churn.joblib")\n'], {
            execution_count: 7,
          }),
          code('# joblib.dump(model, "models/churn.joblib")\njoblib.dump(model, "other.joblib")'),
          code('torch.save(model, "churn.joblib")', { execution_count: null }),
        ),
        'ml/b.ipynb': notebook(code('joblib.dump(model, "my-churn.joblib")')),
      },
      async (workspace) => {
        const { notebook: found } = await workspace.harvest('ml/models/churn.joblib')
        assert.deepEqual(found, { path: 'ml/a.ipynb', cell: 3, executionCount: 7 })
      },
    ),
  )

  it(
    'is the one with the cell that ran at the time, whatever it is called there',
    inWorkspace(
      {
        'model.pt': 'x',
        'a.ipynb': notebook(
          code('save(path)', ran(0, 5)),
          code('train()', ran(5.5, 10.005)),
          code('print(1)', ran(10.005, 20)),
          code('torch.save(model, "model.pt")', ran(30, 40)),
        ),
      },
      async (workspace) => {
        await workspace.age('model.pt', 10)
        assert.equal((await workspace.harvest('model.pt')).notebook?.cell, 2)
        await workspace.age('model.pt', 35)
        assert.equal((await workspace.harvest('model.pt')).notebook?.cell, 4)
      },
    ),
  )

  it(
    'is none where two could be meant, unless one names the folder, too',
    inWorkspace(
      {
        'runs/a/model.pkl': 'x',
        'runs/b/model.pkl': 'x',
        'c/model.pkl': 'x',
        'all.ipynb': notebook(
          code('dump(m, "runs/a/model.pkl")'),
          code("dump(m, 'runs/b/model.pkl')"),
        ),
      },
      async (workspace) => {
        assert.equal((await workspace.harvest('runs/a/model.pkl')).notebook?.cell, 1)
        assert.equal((await workspace.harvest('runs/b/model.pkl')).notebook?.cell, 2)
        assert.equal((await workspace.harvest('c/model.pkl')).notebook, undefined)
      },
    ),
  )

  it(
    'may be damaged, or no notebook',
    inWorkspace(
      {
        'model.pkl': 'x',
        'a.ipynb': '{ "cells": ["model.pkl", ',
        'b.ipynb': '{"cells": {"a": "model.pkl"}}',
        'c.ipynb': '1',
      },
      async (workspace) => {
        const result = await workspace.harvest('model.pkl')
        assert.equal(result.notebook, undefined)
        assert.deepEqual(
          result.refused.map(({ file }) => file),
          ['a.ipynb'],
        )
      },
    ),
  )
})
