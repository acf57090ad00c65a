import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { runShellCommand } from '../../../src/base/shellCommand'

const run = (command: string, signal?: AbortSignal) => runShellCommand(command, tmpdir(), signal)

describe('a command line of the promotion rules', () => {
  it('ends with its exit code, and all that it wrote', async () => {
    assert.deepEqual(await run('echo größe; echo wrong >&2; exit 3'), {
      kind: 'ended',
      exitCode: 3,
      output: 'größe\nwrong\n',
    })
  })

  it('has the end of a long output, which says how it went', async () => {
    const outcome = await run('for i in $(seq 20000); do echo "line $i"; done; echo failed')
    assert.ok(outcome.kind === 'ended')
    assert.match(outcome.output, /line 20000\nfailed\n$/)
    assert.ok(outcome.output.length <= 64 * 1024)
  })

  it('is over when its shell is, whatever it leaves running', async () => {
    const outcome = await run('sleep 20 & echo $!')
    assert.ok(outcome.kind === 'ended')
    assert.equal(outcome.exitCode, 0)
    // It would throw for a process that has ended.
    process.kill(Number(outcome.output))
  })

  it('says why it was not run', async () => {
    const controller = new AbortController()
    controller.abort()
    assert.equal((await run('echo never', controller.signal)).kind, 'notRun')
    const elsewhere = await runShellCommand('echo never', '/no/such/folder')
    assert.equal(elsewhere.kind, 'notRun')
  })
})
