import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFile, mkdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Locator } from 'playwright-core'
import { PROJECT } from '../host/workspace'
import { eventually } from '../support/eventually'
import { readModel, withRegistry } from './sampleRegistry'
import { Session } from './session'
import type { Workbench } from './workbench'

/** Of the page, where what uses it runs. */
declare const getComputedStyle: (element: unknown, part: string) => { readonly content: string }

/** A row of the view of unregistered files. */
const unregistered = (workbench: Workbench, text: string | RegExp) =>
  workbench.sidebar
    .locator('.pane')
    .filter({ hasText: 'Unregistered Files' })
    .getByRole('treeitem')
    .filter({ hasText: text })

/** What VS Code draws behind a file's name: content of its style, and no text of the page. */
async function badgeOf(row: Locator): Promise<string> {
  const content = await row
    .locator('.monaco-icon-label')
    .first()
    .evaluate((label) => getComputedStyle(label, '::after').content)
  return content.replaceAll('"', '')
}

async function registerDigits(workspace: string): Promise<void> {
  await withRegistry(workspace, async (registry) => {
    await registry.register({
      name: 'digits-cnn',
      version: '1.2.0',
      metrics: { accuracy: 0.9 },
      artifact: join(workspace, 'vision/digits-cnn.onnx'),
      source: { path: 'vision/digits-cnn.onnx' },
    })
    await registry.transitionStage('digits-cnn', '1.2.0', 'production')
  })
}

describe('where models come from', () => {
  it('shows a newcomer the model files that are there, each one click from its registration', async () => {
    const { workbench, workspace } = await Session.start()
    await workbench.openModels()
    const row = unregistered(workbench, 'model.keras')
    await workbench.settled(row)
    await workbench.screenshot('unregistered-files')
    await row.hover()
    await row.getByRole('button', { name: 'Register as Model…' }).click()
    await workbench.quickInput.step(/^Register model\.keras/)
    for (let step = 0; step < 3; step++) await workbench.quickInput.acceptStep()
    await eventually(async () =>
      assert.equal((await readModel(workspace, 'demand')).name, 'demand'),
    )
    await row.waitFor({ state: 'hidden' })
  })

  it('lists what the training left, by file, to be ticked', async () => {
    const { workbench, workspace } = await Session.start()
    const { quickInput } = workbench
    await workbench.chooseFromMenu(
      await workbench.explorerRow('demand/model.keras'),
      'Register as Model…',
    )
    await quickInput.acceptStep()
    await quickInput.acceptStep()
    await quickInput.press('Choose What Was Found Beside the Model')
    await quickInput.item('demand/metrics.json').first().waitFor()
    await workbench.screenshot('found-beside-the-model')
    const metrics = JSON.parse(
      await readFile(join(workspace, 'demand/metrics.json'), 'utf8'),
    ) as Record<string, number>
    const [name = ''] = Object.keys(metrics)
    await quickInput
      .item(new RegExp(`^${name} = `))
      .first()
      .click()
    await quickInput.acceptStep()
    await quickInput.acceptStep()
    await eventually(async () => {
      const { versions } = await readModel(workspace, 'demand')
      assert.equal(versions[0]?.metrics[name], undefined)
    })
  })

  it('keeps the data sets that are named while registering', async () => {
    const { workbench, workspace } = await Session.start({
      prepare: async (folder) => {
        await mkdir(join(folder, 'samples'))
        await writeFile(join(folder, 'samples/named.csv'), 'a,b\n1,2\n')
      },
    })
    const { quickInput } = workbench
    await workbench.chooseFromMenu(
      await workbench.explorerRow('churn/model.joblib'),
      'Register as Model…',
    )
    await quickInput.press('Parameters, Description, Framework and More')
    await quickInput.pick('Data Sets')
    await quickInput.pick('Add Files…')
    await quickInput.type(join(workspace, 'samples/named.csv'))
    await quickInput.press('Add')
    await quickInput.item('named.csv').waitFor()
    await workbench.screenshot('data-sets')
    await quickInput.back()
    await quickInput.item(/Data Sets.*named\.csv/).waitFor()
    await quickInput.acceptStep()
    await eventually(async () => {
      const { versions } = await readModel(workspace, 'churn')
      assert.equal(versions.length, 1)
    })
    await withRegistry(workspace, async (registry) =>
      assert.deepEqual(registry.getLatest('churn')?.source?.datasets, [
        {
          path: 'samples/named.csv',
          digest: `sha256:${createHash('sha256').update('a,b\n1,2\n').digest('hex')}`,
        },
      ]),
    )
  })

  it('offers all parts of a model that lies in shards', async () => {
    const sharded = join(PROJECT, 'test/fixtures/formats/safetensors/sharded')
    const { workbench, workspace } = await Session.start({
      prepare: async (folder) => {
        await mkdir(join(folder, 'big'))
        for (const name of [
          'model-00001-of-00003.safetensors',
          'model-00002-of-00003.safetensors',
          'model-00003-of-00003.safetensors',
          'model.safetensors.index.json',
        ])
          await copyFile(join(sharded, name), join(folder, 'big', name))
      },
    })
    const { quickInput } = workbench
    await workbench.chooseFromMenu(
      await workbench.explorerRow('big/model-00001-of-00003.safetensors'),
      'Register as Model…',
    )
    await quickInput.step(/Has 3 More Parts/)
    await workbench.screenshot('shards')
    for (let step = 0; step < 4; step++) await quickInput.acceptStep()
    await eventually(async () => {
      const { versions } = await readModel(workspace, 'big')
      assert.equal(versions.length, 1)
    })
    await withRegistry(workspace, async (registry) =>
      assert.equal(registry.getLatest('big')?.artifact?.files.length, 4),
    )
  })

  it('marks files by stage, and offers the next version once when one is overwritten', async () => {
    const { workbench, workspace } = await Session.start({ prepare: registerDigits })
    await workbench.openModels()
    await workbench.row('digits-cnn 1.2.0').waitFor()
    const file = await workbench.explorerRow('vision/digits-cnn.onnx')
    await eventually(async () => assert.equal(await badgeOf(file), 'Pr'))
    await workbench.screenshot('badge-production')
    const path = join(workspace, 'vision/digits-cnn.onnx')
    const bytes = await readFile(path)
    await writeFile(join(workspace, 'vision/metrics.json'), '{ "accuracy": 0.927 }')
    await writeFile(path, Buffer.concat([bytes, Buffer.from([0x72, 0x00])]))
    const offer = workbench.notification(
      /digits-cnn: digits-cnn\.onnx differs from 1\.2\.0 \(accuracy 0\.9 → 0\.927\)\. Register as 1\.3\.0\?/,
    )
    await offer.waitFor()
    await eventually(async () => assert.equal(await badgeOf(file), '≠'))
    await workbench.screenshot('offer')
    await offer.getByRole('button', { name: 'Register', exact: true }).click()
    await eventually(async () => {
      const { versions } = await readModel(workspace, 'digits-cnn')
      assert.deepEqual(
        versions.map(({ version }) => version),
        ['1.2.0', '1.3.0'],
      )
    })
    await utimes(path, new Date(), new Date())
    await workbench.openModels()
    await workbench.row('1.3.0').first().waitFor()
    assert.equal(await offer.count(), 0)
  })

  it('says in its row that the file of a version has changed', async () => {
    const { workbench } = await Session.start({
      prepare: async (folder) => {
        await registerDigits(folder)
        await writeFile(join(folder, 'vision/digits-cnn.onnx'), 'something else')
      },
    })
    await workbench.openModels()
    await workbench.row(/its file has changed/).waitFor()
    await workbench.screenshot('changed-file-row')
  })

  it('opens the code of a version, and what changed between two', async () => {
    const { workbench } = await Session.start({
      prepare: async (folder) => {
        const git = (...parameters: string[]): string =>
          execFileSync('git', ['-C', folder, ...parameters], { encoding: 'utf8' }).trim()
        const commit = async (version: string, text: string): Promise<void> => {
          await writeFile(join(folder, 'vision/train.py'), text)
          git('add', '--all')
          git('-c', 'user.name=Ada', '-c', 'user.email=a@example.org', 'commit', '-qm', version)
          await withRegistry(folder, (registry) =>
            registry.register({
              name: 'digits-cnn',
              version,
              artifact: join(folder, 'vision/digits-cnn.onnx'),
              source: {
                path: 'vision/digits-cnn.onnx',
                git: { commit: git('rev-parse', 'HEAD'), dirty: false },
              },
            }),
          )
        }
        git('init', '-q')
        await commit('1.0.0', 'layers = 3\n')
        await commit('1.1.0', 'layers = 5\n')
      },
    })
    await workbench.openModels()
    await workbench.chooseFromMenu(workbench.row('1.0.0'), /^Open Code at This Version/)
    await workbench.quickInput.pick('train.py')
    await workbench.page.locator('.monaco-editor').getByText('layers').first().waitFor()
    await workbench.screenshot('code-at-version')
    await workbench.chooseFromMenu(workbench.row('1.0.0'), /^Compare Code Between Versions/)
    await workbench.quickInput.pick('1.1.0')
    await workbench.page.locator('.multiDiffEntry').first().waitFor()
    await workbench.screenshot('compare-code')
  })

  it('shows the model card, and makes it a file where it is edited', async () => {
    const { workbench, workspace } = await Session.start({ prepare: registerDigits })
    await workbench.openModels()
    await workbench.chooseFromMenu(workbench.row('1.2.0'), 'Show Model Card')
    await workbench.page.getByRole('tab', { name: /Preview/ }).waitFor()
    await eventually(async () => {
      const texts = await Promise.all(
        workbench.page
          .frames()
          .slice(1)
          .map((frame) =>
            frame
              .locator('body')
              .innerText({ timeout: 500 })
              .catch(() => ''),
          ),
      )
      assert.ok(texts.some((text) => text.includes('Registered from')))
    })
    await workbench.screenshot('model-card')
    await workbench.chooseFromMenu(workbench.row('1.2.0'), 'Edit Model Card')
    const path = join(workspace, '.models/.cards/digits-cnn/1.2.0.md')
    const card = await eventually(() => readFile(path, 'utf8'))
    await workbench.page.getByRole('tab', { name: /^1\.2\.0\.md/ }).waitFor()
    assert.match(card, /^---\n/)
    assert.match(card, /^# digits-cnn 1/m)
  })
})
