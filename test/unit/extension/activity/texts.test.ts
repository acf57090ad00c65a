import assert from 'node:assert/strict'
import {
  describeEntry,
  entryTooltip,
  localTime,
  subjectOf,
  whoOf,
} from '../../../../src/extension/activity/texts'
import type { HistoryEntry } from '../../../../src/registry/model'
import { ModelRegistry } from '../../../../src/app'

const ENTRY: HistoryEntry = {
  id: '01JD0000000000000000000000',
  at: '2026-01-31T14:05:09.000Z',
  actor: 'Ada',
  via: 'vscode',
  action: 'transition',
  version: '1.0.0',
  from: 'staging',
  to: 'production',
}

describe('the words of the activity', () => {
  it('say what every change was, as the registry records it', async () => {
    const registry = ModelRegistry.inMemory({ actor: 'Ada' })
    await registry.register({ name: 'churn', version: '1.0.0' })
    await registry.register({ name: 'churn', version: '1.1.0', stage: 'production' })
    await registry.transitionStage('churn', '1.0.0', 'production')
    await registry.rollback('churn')
    await registry.updateVersion('churn', '1.0.0', { metrics: { mse: 1 }, tags: { team: 'a' } })
    await registry.updateModel('churn', { description: 'Who leaves' })
    await registry.setAlias('churn', 'champion', '1.0.0')
    await registry.removeAlias('churn', 'champion')
    await registry.undo()
    await registry.deleteVersion('churn', '1.0.0')
    await registry.restoreVersion('churn', '1.0.0')
    await registry.renameModel('churn', 'leavers')
    await registry.deleteModel('leavers')
    assert.deepEqual(registry.history('leavers').toReversed().map(describeEntry), [
      'registered',
      'registered in Production',
      'moved to Production',
      'rolled back to Production',
      'metrics and tags edited',
      'description edited',
      'alias @champion set',
      'alias @champion removed',
      'last change undone',
      'moved to the trash',
      'restored from the trash to Archived',
      'renamed from churn to leavers',
      'moved to the trash with all versions',
    ])
  })

  it('name the version, or the model where it was about the whole', () => {
    assert.equal(subjectOf('churn', ENTRY), 'churn 1.0.0')
    const { version: _, ...whole } = ENTRY
    assert.equal(subjectOf('churn', whole), 'churn')
  })

  it('name who did it, and through what where it was not this editor', () => {
    assert.equal(whoOf(ENTRY), 'Ada')
    assert.equal(whoOf({ ...ENTRY, via: 'cli' }), 'Ada (command line)')
    assert.equal(whoOf({ ...ENTRY, via: 'mcp', agent: 'Helper' }), 'Helper for Ada (MCP)')
  })

  it('say everything on hovering, and let no text of a document act', () => {
    const entry = { ...ENTRY, demoted: '0.9.0', note: 'better\u202E recall' }
    assert.deepEqual(entryTooltip('churn', entry).split('\n'), [
      'churn 1.0.0 moved to Production from Staging',
      '0.9.0 was archived',
      String.raw`Why: better\u202e recall`,
      `Ada, ${localTime(ENTRY.at)}`,
    ])
  })

  it('show a time that no clock can read as it stands', () => {
    assert.equal(localTime('yesterday'), 'yesterday')
    assert.match(localTime(ENTRY.at), /^2026-0[12]-\d\d \d\d:05$/)
  })
})
