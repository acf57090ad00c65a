import assert from 'node:assert/strict'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { askCli, buildCli, runCli } from '../../support/cli'
import { createTempFolder, removeFolder } from '../../support/tempFolder'

describe('deciding on the command line', () => {
  let folder: string
  before(async () => {
    await buildCli()
    folder = await createTempFolder('deciding')
    for (const [version, accuracy] of [
      ['1.0.0', '0.8'],
      ['1.1.0', '0.9'],
      ['1.2.0', '0.85'],
    ] as const) {
      await writeFile(join(folder, 'model.onnx'), `weights ${version}`)
      const values = [
        '--version',
        version,
        '--metric',
        `accuracy=${accuracy}`,
        '--param',
        'lr=1e-3',
      ]
      await run('register', 'model.onnx', '--name', 'churn', ...values)
    }
  })
  after(() => removeFolder(folder))

  const run = (...args: string[]) => runCli(args, { cwd: folder })

  it('points at the character of a filter that can not be read', async () => {
    const filter = "metrics.accuracy > 0.8 AND stge = 'staging'"
    const { code, stdout, stderr } = await run('search', filter)
    assert.deepEqual([code, stdout], [2, ''])
    const [sentence, line, caret] = stderr.split('\n')
    assert.match(sentence ?? '', /There is no field stge at character 28: did you mean stage\?/)
    assert.deepEqual([line, caret], [filter, `${' '.repeat(27)}^`])
    const answer = await askCli(['search', 'metrics.accuracy >'], { cwd: folder })
    assert.deepEqual(answer, {
      error: {
        code: 'invalid',
        message:
          'Expected a number such as 0.9 or 1e-3 at character 19, found the end of the filter.',
        offset: 18,
        expected: ['a number such as 0.9 or 1e-3'],
      },
    })
  })

  it('says that no version matches', async () => {
    assert.equal((await run('search', 'metrics.accuracy > 2')).stdout, 'No version matches.\n')
    assert.deepEqual(await askCli(['search', 'metrics.accuracy > 2'], { cwd: folder }), [])
  })

  it('names the flag that overrides a rule', async () => {
    await writeFile(
      join(folder, '.models/.policy.json'),
      '{ "production": { "require": ["metrics.accuracy > 2"] } }',
    )
    const { code, stderr } = await run('transition', 'churn:1.0.0', 'production')
    assert.equal(code, 1)
    assert.match(stderr, /override them with a reason\. The flag is --override REASON\.\n$/)
    await rm(join(folder, '.models/.policy.json'))
  })

  it('compares with the version that is named as the baseline', async () => {
    const versions = ['churn:1.0.0', 'churn:1.1.0', 'churn:1.2.0']
    const { stdout } = await run('compare', ...versions, '--baseline', 'churn:1.1.0')
    assert.match(stdout, /churn:1\.1\.0 \(baseline\)/)
    assert.match(stdout, /accuracy +0\.8 \(-0\.1, -11\.1 %\) +0\.9 \* +0\.85 \(-0\.05, -5\.56 %\)/)
    const { code, stderr } = await run(
      'compare',
      ...versions.slice(0, 2),
      '--baseline',
      'churn@latest',
    )
    assert.equal(code, 2)
    assert.match(stderr, /churn:1\.2\.0 is not one of the compared versions/)
  })
})
