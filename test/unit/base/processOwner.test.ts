import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  currentOwner,
  endFlight,
  flightName,
  flightState,
  ownerState,
} from '../../../src/base/processOwner'

describe('the owner of something in flight', () => {
  const own = currentOwner()
  const gone = (): number => spawnSync(process.execPath, ['--version']).pid

  it('is this process, alive', () => {
    assert.equal(own.pid, process.pid)
    assert.equal(ownerState(own), 'alive')
    assert.equal(currentOwner(), own)
  })

  it("is dead where its process is gone, its id is another's, or the machine was started since", () => {
    assert.equal(ownerState({ ...own, pid: gone() }), 'dead')
    assert.equal(ownerState({ ...own, boot: 'another' }), 'dead')
    if (own.started !== '') assert.equal(ownerState({ ...own, started: '1' }), 'dead')
  })

  it('is foreign on another machine or in another container', () => {
    assert.equal(ownerState({ ...own, host: 'elsewhere', pid: gone() }), 'foreign')
    assert.equal(ownerState({ ...own, namespace: 'pid:[1]', pid: gone() }), 'foreign')
  })

  it('lives where it belongs to somebody else', function () {
    if (process.platform !== 'linux') this.skip()
    assert.equal(ownerState({ ...own, pid: 1, started: '' }), 'alive')
  })

  it('is dead where its process has ended and nobody has asked for its end', async function () {
    if (process.platform !== 'linux') this.skip()
    // The shell starts a child, says its id, and becomes a program that never waits for it.
    const shell = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 60'])
    try {
      const [line] = (await once(shell.stdout, 'data')) as [Buffer]
      const pid = Number(line.toString())
      const { eventually } = await import('../../support/eventually')
      await eventually(() => assert.equal(ownerState({ ...own, pid, started: '1' }), 'dead'))
    } finally {
      shell.kill('SIGKILL')
    }
  })
})

describe('a name in flight', () => {
  it('is unique and tells whether its owner still has it', () => {
    const name = flightName()
    assert.notEqual(flightName(), name)
    assert.match(name, /^[0-9a-f-]+$/)
    assert.equal(flightState(name), 'alive')
    assert.equal(flightState(`${name}.json`), 'alive')
    endFlight(name)
    assert.equal(flightState(name), 'dead')
    assert.equal(flightState(`${name}.lock`), 'dead')
  })

  it('of another process is its own while that lives', () => {
    const [machine, boot, , , instance, random] = flightName().split('-')
    const other = (pid: number): string => [machine, boot, pid, 0, instance, random].join('-')
    assert.equal(flightState(other(process.ppid)), 'alive')
    assert.equal(flightState(other(spawnSync(process.execPath, ['--version']).pid)), 'dead')
  })

  it('of an earlier start of this machine is over when nothing was written since', () => {
    const parts = flightName().split('-')
    const earlier = parts.map((part, index) => (index === 1 ? '0'.repeat(12) : part)).join('-')
    assert.equal(flightState(earlier), 'foreign')
    assert.equal(flightState(earlier, Date.now()), 'foreign', 'another container may write it now')
    if (process.platform === 'linux') assert.equal(flightState(earlier, 0), 'dead')
  })

  it("of another machine, or no such name, is nobody's here to judge", () => {
    const name = flightName()
    for (const foreign of [
      `${name.startsWith('0') ? '1' : '0'}${name.slice(1)}`,
      '',
      'notes.txt',
      '..',
      `x${name}`,
      `${name}/x`,
    ])
      assert.equal(flightState(foreign), 'foreign', foreign)
    endFlight(name)
  })
})
