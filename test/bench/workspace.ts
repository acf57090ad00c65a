/**
 * `npm run bench`: the search for model files in a workspace of 200,000 files, as the view of unregistered files does it:
 * the walk on the event loop, the content of candidates in the worker; and a burst of changes. Exits with 1 where it takes longer than is
 * promised, holds the event loop, or misses a model. `FILES=…` for another number.
 */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { inspect } from '../../src/app'
import { PathIndex } from '../../src/extension/origin/pathIndex'
import { findCandidates } from '../../src/harvest/candidates'

const FILES = Number(process.env['FILES'] ?? 200_000)
/** Every so many files one is a model, and the next one bears a model's extension and is none. */
const BETWEEN_MODELS = 2000
const LIMITS = { seconds: 10, holdMilliseconds: 50 }
const SAMPLE = join(__dirname, '../fixtures/workspace/vision/digits-cnn.onnx')

const root = mkdtempSync(join(process.env['BENCH_FOLDER'] ?? tmpdir(), 'model-registry-workspace-'))
let isMissed = false

function check(what: string, value: number, limit: number, unit: string): void {
  const isKept = value <= limit
  isMissed ||= !isKept
  console.log(
    `${isKept ? ' ok ' : 'FAIL'}  ${what}: ${value.toFixed(1)} ${unit} (≤ ${limit} ${unit})`,
  )
}

/** A project: code, images and tables in folders of very different sizes, and a few models among them. */
function makeWorkspace(): number {
  let models = 0
  for (let made = 0, folder = 0; made < FILES; folder++) {
    const path = join(root, `part${folder % 40}`, `set${folder}`)
    mkdirSync(path, { recursive: true })
    const count = Math.min(FILES - made, folder % 10 === 0 ? 20_000 : 250)
    for (let index = 0; index < count; index++, made++) {
      const name = join(path, `item${index}`)
      if (made % BETWEEN_MODELS === 0) {
        copyFileSync(SAMPLE, `${name}.onnx`)
        models++
      } else if (made % BETWEEN_MODELS === 1) writeFileSync(`${name}.pkl`, 'no pickle')
      else writeFileSync(`${name}${['.py', '.png', '.csv', '.json'][index % 4] ?? ''}`, '')
    }
  }
  return models
}

/** Files change in bursts of what VS Code hands over at once; each asks whether a model is concerned. */
function checkBurst(): void {
  const known = Array.from({ length: 2000 }, (_, index) => `part${index % 40}/set${index}/model.pt`)
  const index = new PathIndex(known)
  const started = performance.now()
  let concerned = 0
  for (let event = 0; event < 500; event++)
    if (index.hasAtOrBelow(`part1/images/deep/${event}.png`)) concerned++
  const took = performance.now() - started
  check('500 changed files among 2,000 models', took, LIMITS.holdMilliseconds, 'ms')
  check('of them wrongly taken for models', concerned, 0, 'files')
}

async function main(): Promise<void> {
  console.log(`Making ${FILES} files …`)
  const models = makeWorkspace()
  for (const name of ['first walk', 'walk again']) {
    const delay = monitorEventLoopDelay({ resolution: 1 })
    delay.enable()
    const started = performance.now()
    let found = 0
    const walk = findCandidates(root, {
      sniff: async (path) => {
        const { format } = await inspect(path)
        return format === 'unknown' ? undefined : format
      },
    })
    for await (const _ of walk) found++
    const seconds = (performance.now() - started) / 1000
    delay.disable()
    check(`${name} of ${FILES} files`, seconds, LIMITS.seconds, 's')
    check(`${name}: longest hold of the event loop`, delay.max / 1e6, LIMITS.holdMilliseconds, 'ms')
    check(`${name}: models missed of ${models}`, Math.abs(models - found), 0, 'models')
  }
  checkBurst()
}

main()
  .catch((error: unknown) => {
    console.error(error)
    isMissed = true
  })
  .finally(() => {
    rmSync(root, { recursive: true, force: true })
    process.exitCode = isMissed ? 1 : 0
  })
