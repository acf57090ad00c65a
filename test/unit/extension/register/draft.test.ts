import assert from 'node:assert/strict'
import { ModelRegistry } from '../../../../src/app'
import {
  modelOfSource,
  modelProblem,
  proposeVersion,
  takenVersions,
  toRequest,
  versionProblem,
  type Draft,
} from '../../../../src/extension/register/draft'

const draft: Draft = {
  name: 'churn',
  version: '1.0.0',
  metrics: 'accuracy=0.94',
  parameters: 'C=0.1 penalty=l2',
  tags: 'team=risk',
  description: 'First',
  datasets: [],
  framework: 'sklearn',
  artifact: { paths: ['/ws/model.joblib'] },
  guessedFramework: undefined,
}

describe('a draft', () => {
  it('becomes what the registry takes', () => {
    assert.deepEqual(toRequest(draft), {
      name: 'churn',
      version: '1.0.0',
      framework: 'sklearn',
      metrics: { accuracy: 0.94 },
      parameters: { C: 0.1, penalty: 'l2' },
      tags: { team: 'risk' },
      description: 'First',
      artifact: { paths: ['/ws/model.joblib'] },
    })
  })

  it('leaves the framework to the content, and an artifact out, where nothing is said', () => {
    const request = toRequest({ ...draft, artifact: undefined, framework: undefined })
    assert.ok(!('artifact' in request) && !('framework' in request))
  })

  it('is refused where it can not be read', () => {
    assert.throws(() => toRequest({ ...draft, tags: 'team' }), { code: 'invalid' })
  })
})

describe('the version that is proposed', () => {
  it('is the first, then the next patch, past the trash', async () => {
    const registry = ModelRegistry.inMemory()
    assert.equal(proposeVersion(registry, 'churn'), '1.0.0')
    await registry.register({ name: 'churn', version: '1.0.0' })
    await registry.register({ name: 'churn', version: '1.0.1' })
    await registry.deleteVersion('churn', '1.0.1')
    assert.equal(proposeVersion(registry, 'churn'), '1.0.2')
    await registry.deleteModel('churn')
    assert.deepEqual(takenVersions(registry, 'churn').toSorted(), ['1.0.0', '1.0.1'])
    assert.equal(proposeVersion(registry, 'churn'), '1.0.2')
  })
})

describe('what is wrong with a name', () => {
  it('of a model is said in a sentence', async () => {
    const registry = ModelRegistry.inMemory()
    await registry.register({ name: 'Churn' })
    assert.equal(modelProblem(registry, 'Churn'), undefined)
    assert.equal(modelProblem(registry, 'new'), undefined)
    assert.match(
      modelProblem(registry, 'churn') ?? '',
      /differs only in case from the model "Churn"/,
    )
    assert.match(modelProblem(registry, '../x') ?? '', /is not allowed/)
    assert.match(modelProblem(registry, 'x'.repeat(129)) ?? '', /129 characters/)
  })

  it('of a version is what the registry would say', async () => {
    const registry = ModelRegistry.inMemory()
    await registry.register({ name: 'churn', version: '1.0.0-RC' })
    await registry.register({ name: 'churn', version: '0.9.0' })
    await registry.deleteVersion('churn', '0.9.0')
    for (const version of ['1.0.0-RC', '1.0.0-rc', '0.9.0', 'a/b']) {
      const problem = versionProblem(registry, 'churn', version)
      await assert.rejects(registry.register({ name: 'churn', version }), { message: problem })
    }
    assert.equal(versionProblem(registry, 'churn', '2.0.0'), undefined)
    assert.equal(versionProblem(registry, 'other', '1.0.0-RC'), undefined)
  })
})

describe('the model of a file', () => {
  it('is the one that it was registered as last', async () => {
    let now = 0
    const registry = ModelRegistry.inMemory({ clock: () => new Date((now += 1000)) })
    await registry.register({ name: 'old', source: { path: 'model.pt' } })
    await registry.register({ name: 'new', source: { path: 'model.pt' } })
    await registry.register({ name: 'foreign', source: { path: 'model.pt', outside: true } })
    assert.equal(modelOfSource(registry, 'model.pt'), 'new')
    assert.equal(modelOfSource(registry, 'other.pt'), undefined)
  })
})
