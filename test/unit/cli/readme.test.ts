import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { copyFile, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { PROJECT } from '../../host/workspace'
import { askCli, buildCli, cliEnvironment } from '../../support/cli'
import { createTempFolder, removeFolder } from '../../support/tempFolder'

const SAMPLE = join(PROJECT, 'test/fixtures/workspace/churn/model.joblib')

/** The first block of a language in the README. */
async function example(language: string): Promise<string> {
  const readme = await readFile(join(PROJECT, 'README.md'), 'utf8')
  const block = new RegExp(`\\n\`\`\`${language}\\n(.*?)\`\`\``, 's').exec(readme)?.[1]
  assert.ok(block, `README.md has no ${language}`)
  return block
}

describe('the examples of the README', () => {
  let folder: string
  before(buildCli)
  beforeEach(async () => {
    folder = await createTempFolder('readme')
    await mkdir(join(folder, 'churn'))
  })
  afterEach(() => removeFolder(folder))

  const run = (program: string, args: readonly string[], env: Record<string, string> = {}) =>
    promisify(execFile)(program, [...args], { cwd: folder, env: cliEnvironment(folder, env) })
  const versions = async (): Promise<readonly Record<string, unknown>[]> => {
    const models = await askCli(['list'], { cwd: folder })
    return (models as { versions: Record<string, unknown>[] }[]).flatMap((model) => model.versions)
  }

  it('in Python registers what the training wrote, with the metrics beside it', async function () {
    if (process.platform === 'win32') this.skip()
    // Stand-ins for the training, which is the reader's own, and for the package that saves it.
    await mkdir(join(folder, 'bin'))
    const launcher = `#!/bin/sh\nexec '${process.execPath}' '${join(PROJECT, 'dist/cli.js')}' "$@"\n`
    await writeFile(join(folder, 'bin/model-registry'), launcher, { mode: 0o755 })
    const joblib = `import shutil\ndef dump(model, path): shutil.copy(model, path)\n`
    await writeFile(join(folder, 'joblib.py'), joblib)
    const train = `def train(): return ${JSON.stringify(SAMPLE)}\n`
    await writeFile(join(folder, 'run.py'), train + (await example('python')))
    const path = `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`
    await run('python3', ['run.py'], { PATH: path })
    const [version, ...others] = await versions()
    assert.deepEqual(others, [])
    assert.equal(version?.['fullName'], 'churn:1.0.0')
    assert.equal(version['framework'], 'sklearn')
    assert.deepEqual(version['metrics'], { accuracy: 0.94, f1_score: 0.91 })
  })

  it('in JavaScript registers, promotes and tells', async () => {
    await copyFile(SAMPLE, join(folder, 'churn/model.joblib'))
    await symlink(join(PROJECT, 'dist'), join(folder, 'dist'), 'junction')
    await writeFile(join(folder, 'run.mjs'), await example('js'))
    const { stdout } = await run(process.execPath, ['run.mjs'])
    assert.equal(stdout, 'changed: churn\nchanged: churn\nchurn:1.0.0\n')
    assert.equal((await versions())[0]?.['stage'], 'production')
  })
})
