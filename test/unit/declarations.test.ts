import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { PROJECT } from '../host/workspace'
import { buildCli } from '../support/cli'
import { createTempFolder, removeFolder } from '../support/tempFolder'

/** A backend of one's own, and every kind of answer: as somebody writes it who has nothing but the built files. */
const PROGRAM = `
import { AppError, ModelRegistry, ModelStage, type ModelStore, type ModelVersion } from 'model-registry/dist/index.js'

export async function promoteBest(root: string, store: ModelStore): Promise<string | undefined> {
  const registry = await ModelRegistry.open({ root, store, clock: () => new Date() })
  registry.onDidChange(({ models }) => console.log(...models))
  const version: ModelVersion = await registry.register(
    { name: 'churn', artifact: new Uint8Array([1]), metrics: { accuracy: 0.94 } },
    { signal: AbortSignal.timeout(1000), onProgress: ({ done }) => console.log(done.toFixed()) },
  )
  const best = registry.search('metrics.accuracy > 0.9')[0] ?? version
  try {
    await registry.transitionStage('churn', best.version, ModelStage.production, { note: 'better' })
  } catch (error) {
    if (error instanceof AppError && error.code === 'policy') return undefined
    throw error
  }
  registry.dispose()
  return registry.getProduction('churn')?.fullName
}
`

const TSC = join(PROJECT, 'node_modules/typescript/bin/tsc')

const OPTIONS = {
  strict: true,
  noEmit: true,
  target: 'ES2022',
  lib: ['ES2022'],
  typeRoots: [join(PROJECT, 'node_modules/@types')],
  types: ['node'],
}

describe('the types of the library', () => {
  let folder: string
  before(async () => {
    await buildCli()
    // `npm run build` does it, too; here only this suite, since others read what the bundles are while it works.
    await promisify(execFile)(process.execPath, [TSC, '-p', 'src/declarations.tsconfig.json'], {
      cwd: PROJECT,
    })
  })
  beforeEach(async () => {
    folder = await createTempFolder('types')
    await mkdir(join(folder, 'node_modules'))
    await symlink(PROJECT, join(folder, 'node_modules/model-registry'), 'junction')
  })
  afterEach(() => removeFolder(folder))

  /** What the compiler says of a program; nothing where it is content. */
  async function compile(
    program: string,
    compilerOptions: Readonly<Record<string, unknown>>,
  ): Promise<string> {
    await writeFile(join(folder, 'program.ts'), program)
    const project = { compilerOptions: { ...OPTIONS, ...compilerOptions }, files: ['program.ts'] }
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(project))
    return new Promise((resolve) => {
      execFile(process.execPath, [TSC, '-p', folder], (_, stdout) => resolve(stdout))
    })
  }

  for (const [module, moduleResolution] of [
    ['Node16', 'Node16'],
    ['NodeNext', 'NodeNext'],
    ['ESNext', 'Bundler'],
  ])
    it(`are enough for a strict program that resolves as ${moduleResolution} does`, async () => {
      assert.equal(await compile(PROGRAM, { module, moduleResolution }), '')
    })

  it('serve a package of modules as well as one of scripts', async () => {
    await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module' }))
    assert.equal(await compile(PROGRAM, { module: 'NodeNext' }), '')
  })

  it('refuse what the library would refuse', async () => {
    const said = await compile(
      `import { ModelRegistry } from 'model-registry/dist/index.js'
void ModelRegistry.inMemory().register({ name: 'churn', metrics: { accuracy: 'high' } })
`,
      { module: 'NodeNext' },
    )
    assert.match(
      said,
      /program\.ts\(2,\d+\): error TS2322: Type 'string' is not assignable to type 'number'/,
    )
  })
})
