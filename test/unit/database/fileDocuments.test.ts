import assert from 'node:assert/strict'
import { mkdir, readFile, rm, stat, unlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ModelsFolder } from '../../../src/base/modelsFolder'
import { FileDocuments } from '../../../src/database/fileDocuments'
import { createTempFolder, removeFolder } from '../../support/tempFolder'
import { document } from '../registry/builders'

describe('FileDocuments and what others write', () => {
  let top: string
  let folder: ModelsFolder
  let documents: FileDocuments
  beforeEach(async () => {
    top = await createTempFolder('docs')
    folder = new ModelsFolder(join(top, '.models'))
    documents = open()
    await write('old')
  })
  afterEach(() => removeFolder(top))

  const open = (): FileDocuments =>
    new FileDocuments({ folder, via: 'test', onWarning: (message) => assert.fail(message) })
  const write = (description: string, by = documents): Promise<void> =>
    by.transact(['churn'], async (transaction) => {
      transaction.write('churn', document({ description }))
    })
  const description = (by = documents): string | undefined => {
    const state = by.read('churn')
    return state?.kind === 'good' ? state.document.description : undefined
  }
  const path = (): string => folder.join('churn.json')
  const edit = async (from: string, to: string): Promise<void> =>
    writeFile(path(), (await readFile(path(), 'utf8')).replace(from, to))

  it('see a change that leaves size and time of modification as they were', async () => {
    const reader = open()
    assert.equal(description(reader), 'old')
    const { atime, mtime } = await stat(path())
    await edit('old', 'new')
    await utimes(path(), atime, mtime)
    assert.deepEqual(await reader.refresh(), ['churn'])
    assert.equal(description(reader), 'new')
  })

  it('see each of several changes in a row, faster than a file system counts', async () => {
    const reader = open()
    reader.list()
    description(reader)
    for (const [from, to] of [
      ['old', 'one'],
      ['one', 'two'],
      ['two', 'six'],
    ] as const) {
      await edit(from, to)
      assert.deepEqual(await reader.refresh(), ['churn'], to)
      assert.equal(description(reader), to)
    }
  })

  it('keep what they have where a file was only touched or formatted', async () => {
    const before = documents.read('churn')
    await writeFile(path(), JSON.stringify(JSON.parse(await readFile(path(), 'utf8'))))
    assert.deepEqual(await documents.refresh(), [])
    assert.equal(documents.read('churn'), before)
  })

  it('see documents come and go', async () => {
    documents.list()
    await writeFile(folder.join('fraud.json'), JSON.stringify(document({ name: 'fraud' })))
    assert.deepEqual(await documents.refresh(), ['fraud'])
    assert.deepEqual(documents.list(), ['churn', 'fraud'])
    await unlink(path())
    assert.deepEqual(await documents.refresh(), ['churn'])
    assert.equal(documents.read('churn'), undefined)
    await rm(folder.path, { recursive: true })
    assert.deepEqual(await documents.refresh(), ['fraud'])
    assert.deepEqual(documents.list(), [])
  })

  it('see the folder itself come', async () => {
    await removeFolder(folder.path)
    const reader = open()
    assert.deepEqual(reader.list(), [])
    await mkdir(folder.path)
    await writeFile(path(), JSON.stringify(document()))
    assert.deepEqual(await reader.refresh(), ['churn'])
  })

  it('never put an older state in the place of a newer one', async () => {
    for (let round = 0; round < 30; round++) {
      const [, changed] = await Promise.all([write(`round ${round}`), documents.refresh()])
      assert.equal(description(), `round ${round}`)
      assert.ok(changed.length <= 1)
    }
    await documents.refresh()
    assert.equal(description(), 'round 29')
  })

  it('take a document that nobody can read for broken, and read it again when it is mended', async () => {
    await writeFile(path(), '')
    await documents.refresh()
    assert.equal(documents.read('churn')?.kind, 'broken')
    await writeFile(path(), JSON.stringify(document({ description: 'mended' })))
    assert.deepEqual(await documents.refresh(), ['churn'])
    assert.equal(description(), 'mended')
  })

  it('tell of a change that was read again before', async () => {
    documents.list()
    assert.equal(description(), 'old')
    await edit('old', 'new')
    const state = await documents.reread('churn')
    assert.equal(state?.kind === 'good' && state.document.description, 'new')
    assert.equal(description(), 'new')
    assert.deepEqual(await documents.refresh(), ['churn'])
    assert.deepEqual(await documents.refresh(), [])
    await unlink(path())
    assert.equal(await documents.reread('churn'), undefined)
    assert.equal(documents.read('churn'), undefined)
    assert.deepEqual(await documents.refresh(), ['churn'])
  })
})
