import assert from 'node:assert/strict'
import { sep } from 'node:path'
import { readFile } from 'node:fs/promises'
import { AppError, isAppError, systemCode, throwIfCancelled } from '../../../src/base/errors'
import { explainSystemError } from '../../../src/base/systemErrors'

describe('errors', () => {
  it('are told apart by their code, also those of another copy of the class', () => {
    const error = new AppError('busy', 'Wait.', { cause: 'x', location: { line: 3 } })
    assert.deepEqual(
      [error.name, error.code, error.message, error.cause, error.location],
      ['AppError', 'busy', 'Wait.', 'x', { line: 3 }],
    )
    assert.ok(isAppError(error))
    const foreign = Object.assign(new Error('x'), { name: 'AppError', code: 'invalid' })
    assert.ok(isAppError(foreign))
    for (const other of [new Error('x'), { name: 'AppError', code: 'x' }, undefined, 'AppError'])
      assert.equal(isAppError(other), false)
    assert.equal('cause' in new AppError('busy', 'Wait.'), false)
  })

  it('of the system have their code', async () => {
    const error: unknown = await readFile('/no/such/file').catch((reason: unknown) => reason)
    assert.equal(systemCode(error), 'ENOENT')
    assert.equal(systemCode(new Error('x')), undefined)
    assert.equal(systemCode('ENOENT'), undefined)
  })

  it('say so where something was cancelled', () => {
    throwIfCancelled(undefined)
    throwIfCancelled(new AbortController().signal)
    assert.throws(() => throwIfCancelled(AbortSignal.abort()), { code: 'cancelled' })
  })

  it('of the system become sentences with a remedy', () => {
    const failed = (code: string): Error =>
      Object.assign(new Error(code), { code, path: '/data/x' })
    for (const [code, expected, message] of [
      [
        'EACCES',
        'invalid',
        "Can't register churn: permission denied (/data/x). Check who may write there.",
      ],
      [
        'EPERM',
        'invalid',
        "Can't register churn: permission denied (/data/x). Check who may write there.",
      ],
      ['EROFS', 'invalid', "Can't register churn: the file system is read-only (/data/x)."],
      [
        'ENOSPC',
        'busy',
        "Can't register churn: the disk is full (/data/x). Free some space and try again.",
      ],
      [
        'EDQUOT',
        'busy',
        "Can't register churn: the disk is full (/data/x). Free some space and try again.",
      ],
      ['EMFILE', 'busy', "Can't register churn: too many files are open (/data/x). Try again."],
      [
        'EIO',
        'corrupt',
        "Can't register churn: the disk reports an error (/data/x). Check the disk.",
      ],
    ] as const) {
      const explained = explainSystemError(failed(code), 'register churn')
      assert.ok(explained instanceof AppError)
      assert.deepEqual([explained.code, explained.message], [expected, message])
      assert.ok(explained.cause instanceof Error)
    }
    const inside = ['.tmp', '.tmp/a/part0', '.lock/churn', '.side/churn/last-good.json']
    for (const name of inside) {
      const path = ['', 'data', '.models', ...name.split('/')].join(sep)
      const explained = explainSystemError(
        Object.assign(failed('EROFS'), { path }),
        'register churn',
      )
      assert.ok(explained instanceof AppError)
      assert.equal(
        explained.message,
        `Can't register churn: the file system is read-only (${['', 'data', '.models'].join(sep)}).`,
      )
    }
    const unknown = failed('EXOTIC')
    assert.equal(explainSystemError(unknown, 'x'), unknown)
    const known = new AppError('conflict', 'x')
    assert.equal(explainSystemError(known, 'y'), known)
  })
})
