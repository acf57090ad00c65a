import assert from 'node:assert/strict'
import type { ReactiveController } from 'lit'
import { PageController } from '../../../src/webview/pageController'
import type { Call } from '../../../src/webview/protocol'

interface Host {
  view(): Promise<string>
}

/** A page on a port that only notes what is posted; the answers come from the test. */
function open(onView?: (view: string, isCurrent: () => boolean) => void | Promise<void>) {
  const sent: Call[] = []
  const controllers: ReactiveController[] = []
  let updates = 0
  let receive: (message: unknown) => void = () => assert.fail('nobody listens')
  const page = new PageController<Host, 'changed' | 'replaced', string>(
    {
      addController: (controller) => controllers.push(controller),
      removeController: () => assert.fail('a page keeps its host'),
      requestUpdate: () => updates++,
      updateComplete: Promise.resolve(true),
    },
    { post: (call) => sent.push(call), listen: (listener) => (receive = listener) },
    {
      read: (host) => host.view(),
      reloadsOn: ['changed'],
      ...(onView ? { onView } : {}),
    },
  )
  for (const controller of controllers) controller.hostConnected?.()
  return { page, sent, receive: (message: unknown) => receive(message), updates: () => updates }
}

/** After the promises that are settled by now. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('PageController', () => {
  it('reads the view when the page appears, and draws it', async () => {
    const { page, sent, receive, updates } = open()
    assert.deepEqual(sent, [{ id: 1, method: 'view', args: [] }])
    const before = updates()
    receive({ id: 1, ok: 'churn' })
    await settled()
    assert.equal(page.view, 'churn')
    assert.equal(page.problem, undefined)
    assert.equal(updates(), before + 1)
  })

  it('reads it again after the events that change it, and only after those', async () => {
    const { page, sent, receive } = open()
    let replaced = 0
    page.on('replaced', () => replaced++)
    receive({ event: 'changed' })
    receive({ event: 'replaced' })
    assert.equal(sent.length, 2)
    assert.equal(replaced, 1)
    assert.equal(page.edition, 2)
  })

  it('shows the answer to the last question, in whichever order they come', async () => {
    const seen: string[] = []
    const { page, receive } = open((view) => void seen.push(view))
    receive({ event: 'changed' })
    receive({ id: 2, ok: 'new' })
    await settled()
    receive({ id: 1, ok: 'old' })
    await settled()
    assert.equal(page.view, 'new')
    assert.deepEqual(seen, ['new'])
  })

  it('says why there is no view, keeps the one before, and takes it back with the next one', async () => {
    const { page, receive } = open()
    receive({ id: 1, ok: 'churn' })
    await settled()
    receive({ event: 'changed' })
    receive({ id: 2, err: 'The folder is closed.' })
    await settled()
    assert.equal(page.problem, 'The folder is closed.')
    assert.equal(page.view, 'churn')
    receive({ event: 'changed' })
    receive({ id: 3, ok: 'churn again' })
    await settled()
    assert.equal(page.problem, undefined)
    assert.equal(page.view, 'churn again')
  })

  it('does not say what went wrong with a question that was asked again', async () => {
    const { page, receive } = open()
    receive({ event: 'changed' })
    receive({ id: 1, err: 'The folder is closed.' })
    await settled()
    assert.equal(page.problem, undefined)
  })

  it('tells what is read on top of a view that it is of no use any more', async () => {
    const current: (() => boolean)[] = []
    const { receive } = open((_, isCurrent) => void current.push(isCurrent))
    receive({ id: 1, ok: 'churn' })
    await settled()
    assert.deepEqual(
      current.map((is) => is()),
      [true],
    )
    receive({ event: 'changed' })
    assert.deepEqual(
      current.map((is) => is()),
      [false],
    )
  })
})
