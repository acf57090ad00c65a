/** What every database backend does, whatever it keeps documents in. */
import assert from 'node:assert/strict'
import type { ModelDocument } from '../../src/registry/model'
import type { Documents } from '../../src/registry/ports'
import { document, record } from '../unit/registry/builders'

export interface OpenedDocuments {
  readonly documents: Documents
  /** Puts a text in a document's place, as another program would. */
  put(name: string, text: string): Promise<void>
  /** What a document's place holds now. */
  text(name: string): Promise<string | undefined>
  /** Sentences of what went wrong after a change was done. */
  readonly warnings: readonly string[]
  close(): Promise<void>
}

export function describeDocuments(name: string, open: () => Promise<OpenedDocuments>): void {
  describe(`${name} as a database`, () => {
    let opened: OpenedDocuments
    let documents: Documents
    beforeEach(async () => {
      opened = await open()
      ;({ documents } = opened)
    })
    afterEach(() => opened.close())

    const write = (...names: string[]): Promise<void> =>
      documents.transact(names, async (transaction) => {
        for (const each of names) transaction.write(each, document({ name: each }))
      })
    const good = (model: string): ModelDocument => {
      const state = documents.read(model)
      assert.ok(state?.kind === 'good', `${model} can be read`)
      return state.document
    }

    it('holds nothing at the start', () => {
      assert.deepEqual(documents.list(), [])
      assert.equal(documents.read('churn'), undefined)
    })

    it('gives back what was written, sorted by name', async () => {
      await write('b', 'a')
      assert.deepEqual(documents.list(), ['a', 'b'])
      assert.deepEqual(good('a'), document({ name: 'a' }))
    })

    it('answers with what the transaction returns', async () => {
      assert.equal(await documents.transact(['a'], async () => 42), 42)
      assert.deepEqual(documents.list(), [], 'a transaction that writes nothing makes nothing')
    })

    it('shows nothing before the transaction ends', async () => {
      await documents.transact(['a'], async (transaction) => {
        transaction.write('a', document({ name: 'a' }))
        assert.equal(documents.read('a'), undefined)
        assert.equal((await transaction.read('a'))?.name, 'a', 'but to the transaction itself')
      })
      assert.equal(good('a').name, 'a')
    })

    it('writes nothing where the callback throws', async () => {
      await write('a')
      const before = await opened.text('a')
      await assert.rejects(
        documents.transact(['a', 'b'], async (transaction) => {
          transaction.write('a', document({ name: 'a', description: 'changed' }))
          transaction.write('b', document({ name: 'b' }))
          throw new Error('stop')
        }),
        { message: 'stop' },
      )
      assert.equal(await opened.text('a'), before)
      assert.equal(good('a').description, '')
      assert.deepEqual(documents.list(), ['a'])
    })

    it('writes nothing that it could not read again', async () => {
      await write('a')
      const before = await opened.text('a')
      const unreadable = document({
        name: 'a',
        versions: [
          record({
            id: '01JABCDEF',
            version: '1',
            metrics: { accuracy: 'high' as unknown as number },
          }),
        ],
      })
      const undone: string[] = []
      await assert.rejects(
        documents.transact(['a'], async (transaction) => {
          transaction.onFailure(async () => void undone.push('a'))
          transaction.write('a', unreadable)
        }),
        {
          name: 'AppError',
          code: 'invalid',
          message: /^a can't be changed so: versions\[0\]\.metrics\.accuracy must be a number\.$/,
        },
      )
      assert.deepEqual(undone, ['a'])
      assert.equal(await opened.text('a'), before)
      assert.deepEqual(good('a').versions, [])
    })

    it('runs what follows a write after it, and what follows a failure backwards', async () => {
      const steps: string[] = []
      await documents.transact(['a'], async (transaction) => {
        transaction.write('a', document({ name: 'a' }))
        transaction.afterWrite(async () => void steps.push(`written ${good('a').name}`))
        transaction.onFailure(async () => void steps.push('never'))
      })
      await assert.rejects(
        documents.transact(['a'], async (transaction) => {
          transaction.afterWrite(async () => void steps.push('never'))
          transaction.onFailure(async () => void steps.push('first prepared'))
          transaction.onFailure(async () => void steps.push('last prepared'))
          throw new Error('stop')
        }),
      )
      assert.deepEqual(steps, ['written a', 'last prepared', 'first prepared'])
    })

    it('warns where something fails after the change, since the change is done', async () => {
      const steps: string[] = []
      await documents.transact(['a'], async (transaction) => {
        transaction.write('a', document({ name: 'a' }))
        transaction.afterWrite(async () => {
          throw new Error('no room')
        })
        transaction.afterWrite(async () => void steps.push('the next one'))
      })
      assert.equal(good('a').name, 'a')
      assert.deepEqual(steps, ['the next one'])
      assert.equal(opened.warnings.length, 1)
      assert.match(opened.warnings[0] ?? '', /no room/)
    })

    it('renames in one step', async () => {
      await write('old')
      await documents.transact(['old', 'new'], async (transaction) => {
        transaction.rename('old', 'new')
        transaction.write('new', document({ name: 'new' }))
      })
      assert.deepEqual(documents.list(), ['new'])
      assert.equal(documents.read('old'), undefined)
      assert.equal(good('new').name, 'new')
      assert.equal(await opened.text('old'), undefined)
    })

    it('removes', async () => {
      await write('a', 'b')
      await documents.transact(['a'], async (transaction) => transaction.remove('a'))
      assert.deepEqual(documents.list(), ['b'])
      assert.equal(documents.read('a'), undefined)
      assert.equal(await opened.text('a'), undefined)
    })

    it('loses no change of many that come at once', async () => {
      await write('a')
      await Promise.all(
        Array.from({ length: 20 }, () =>
          documents.transact(['a'], async (transaction) => {
            const current = await transaction.read('a')
            assert.ok(current)
            const count = Number(current.tags['count'] ?? 0)
            transaction.write('a', { ...current, tags: { count: String(count + 1) } })
          }),
        ),
      )
      assert.equal(good('a').tags['count'], '20')
    })

    it('locks names that differ only in case together', async () => {
      const inside: string[] = []
      const enter = (name: string) =>
        documents.transact([name], async () => {
          inside.push(`in ${name}`)
          await new Promise((resolve) => setImmediate(resolve))
          inside.push(`out ${name}`)
        })
      await Promise.all([enter('a'), enter('A')])
      assert.deepEqual(
        inside.map((step) => step.split(' ')[0]),
        ['in', 'out', 'in', 'out'],
      )
    })

    it('takes several locks in one order, so that two transactions never wait for one another', async () => {
      await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          documents.transact(index % 2 === 0 ? ['a', 'b'] : ['b', 'a'], async () => undefined),
        ),
      )
    })

    it('lets the next one in after a failure', async () => {
      const fail = () =>
        documents.transact(['a'], async () => {
          throw new Error('stop')
        })
      await assert.rejects(fail)
      await assert.rejects(fail)
      await write('a')
      assert.deepEqual(documents.list(), ['a'])
    })

    it('keeps a snapshot as it was while others change the document', async () => {
      await write('a')
      const before = good('a')
      await documents.transact(['a'], async (transaction) => {
        const current = await transaction.read('a')
        assert.ok(current)
        transaction.write('a', { ...current, description: 'new' })
      })
      assert.equal(before.description, '')
      assert.equal(good('a').description, 'new')
    })

    it('keeps fields that it does not know', async () => {
      const later = {
        ...document({ name: 'a', versions: [record({ id: '01JABCDEFGHJKMNPQRSTVWXYZ0' })] }),
        owner: { team: 'risk', since: 2024 },
        '%odd': [1, null, 'x'],
      }
      const [version] = later.versions
      const text = JSON.stringify({ ...later, versions: [{ ...version, cost: 0.2 }] })
      await opened.put('a', text)
      await documents.refresh()
      await documents.transact(['a'], async (transaction) => {
        const current = await transaction.read('a')
        assert.ok(current)
        transaction.write('a', { ...current, description: 'changed' })
      })
      const written = JSON.parse((await opened.text('a')) ?? '') as Record<string, unknown>
      assert.deepEqual(written, {
        ...later,
        versions: [{ ...version, cost: 0.2 }],
        description: 'changed',
      })
    })

    it('reads a document of a later format and refuses to rewrite it', async () => {
      const text = JSON.stringify({ ...document({ name: 'a' }), formatVersion: 2 })
      await opened.put('a', text)
      await documents.refresh()
      assert.equal(good('a').formatVersion, 2)
      await assert.rejects(
        documents.transact(['a'], (transaction) => transaction.read('a')),
        {
          name: 'AppError',
          code: 'invalid',
          message: /a\.json has format 2, written by a newer version.*Update/,
        },
      )
      assert.equal(await opened.text('a'), text)
    })

    it('names a broken document, never overwrites it, and goes on with the others', async () => {
      await write('good')
      await opened.put('bad', '{ "formatVersion": 1,\n  oops')
      await documents.refresh()
      assert.deepEqual(documents.list(), ['bad', 'good'])
      const state = documents.read('bad')
      assert.ok(state?.kind === 'broken')
      assert.equal(state.error.code, 'corrupt')
      assert.match(state.error.message, /bad\.json is not valid JSON at line 2/)
      await assert.rejects(
        documents.transact(['bad'], (transaction) => transaction.read('bad')),
        { code: 'corrupt' },
      )
      assert.equal(await opened.text('bad'), '{ "formatVersion": 1,\n  oops')
      await write('good')
      assert.equal(good('good').name, 'good')
    })

    it('finds nothing under names that are none', async () => {
      await write('a')
      for (const name of [
        '',
        '..',
        '../a',
        './a',
        'a/../a',
        'a.json',
        '__proto__',
        'constructor',
        '\u0000',
      ])
        assert.equal(documents.read(name), undefined, JSON.stringify(name))
    })

    it('sees nothing new where nobody else wrote', async () => {
      await write('a')
      documents.read('a')
      assert.deepEqual(await documents.refresh(), [])
    })
  })
}
