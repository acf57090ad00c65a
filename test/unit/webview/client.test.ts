import assert from 'node:assert/strict'
import { createClient } from '../../../src/webview/client'
import type { Call } from '../../../src/webview/protocol'

interface Host {
  add(a: number, b: number): Promise<number>
  wait(): Promise<void>
}

function connect() {
  const sent: Call[] = []
  let receive: (message: unknown) => void = () => assert.fail('nobody listens')
  const client = createClient<Host, 'changed'>({
    post: (call) => sent.push(call),
    listen: (listener) => (receive = listener),
  })
  return { client, sent, receive: (message: unknown) => receive(message) }
}

describe('createClient', () => {
  it('turns a method into a call and the answer into its result', async () => {
    const { client, sent, receive } = connect()
    const sum = client.host.add(1, 2)
    assert.deepEqual(sent, [{ id: 1, method: 'add', args: [1, 2] }])
    receive({ id: 1, ok: 3 })
    assert.equal(await sum, 3)
  })

  it('gives each call its own answer, whichever comes first', async () => {
    const { client, receive } = connect()
    const [first, second] = [client.host.add(1, 1), client.host.add(2, 2)]
    receive({ id: 2, ok: 4 })
    receive({ id: 1, ok: 2 })
    assert.deepEqual(await Promise.all([first, second]), [2, 4])
  })

  it('rejects with the sentence of the host', async () => {
    const { client, receive } = connect()
    const call = client.host.wait()
    receive({ id: 1, err: 'The file is gone.' })
    await assert.rejects(call, new Error('The file is gone.'))
  })

  it('hears events, and passes over messages of others', () => {
    const { client, receive } = connect()
    let heard = 0
    client.on('changed', () => heard++)
    for (const message of [
      { event: 'changed' },
      { event: 'other' },
      { id: 99, ok: 1 },
      null,
      'text',
    ])
      receive(message)
    assert.equal(heard, 1)
  })

  it('is no promise and no directive, whatever looks into it', async () => {
    const { client, sent } = connect()
    assert.equal(await Promise.resolve(client.host), client.host)
    assert.equal(Reflect.get(client.host, '_$litDirective$'), undefined)
    assert.deepEqual(sent, [])
  })
})
