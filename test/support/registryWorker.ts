/** A process of its own that changes a registry as it is told, over the messages of `fork`. */
import { ModelRegistry } from '../../src/index'
import { seededRandom } from './random'

export interface WriterOrder {
  readonly root: string
  /** Tells this writer from the others, in what it writes and in what it draws. */
  readonly writer: number
  readonly steps: number
  /** Tells of every step as it is done, for whoever kills the process in between. */
  readonly tells?: boolean
}

/** What a writer was told is done, of one step. */
export interface WriterNews {
  readonly registered?: string
  readonly tagged?: readonly [reference: string, tag: string]
  readonly error?: string
}

/** What one writer did and was told that it is done. */
export interface WriterReport {
  /** References of versions that it registered and did not delete. */
  readonly registered: readonly string[]
  readonly tagged: readonly (readonly [reference: string, tag: string])[]
  /** In the history, but for moves of stages. */
  readonly entries: number
  readonly errors: readonly string[]
}

async function write({ root, writer, steps, tells }: WriterOrder): Promise<WriterReport> {
  const registry = await ModelRegistry.open({
    root,
    actor: `writer-${writer}`,
    lockMilliseconds: 60_000,
  })
  const random = seededRandom(writer + 1)
  const registered: string[] = []
  const tagged: [string, string][] = []
  const errors: string[] = []
  let entries = 0
  const tell = (news: WriterNews): void => {
    if (tells) process.send?.(news)
  }
  for (let step = 0; step < steps; step++) {
    const name = random() < 0.5 ? 'shared' : `own-${writer}`
    const mine = registered[Math.floor(random() * registered.length)]
    const [model = '', version = ''] = mine?.split(':') ?? []
    const choice = random()
    try {
      if (mine === undefined || choice < 0.3) {
        const artifact = new TextEncoder().encode(`${writer}/${step}`)
        const made = await registry.register({
          name,
          artifact,
          stage: random() < 0.3 ? 'production' : 'development',
        })
        registered.push(made.fullName)
        tell({ registered: made.fullName })
      } else if (choice < 0.5) {
        const tag = `w${writer}s${step}`
        await registry.updateVersion(model, version, { tags: { [tag]: 'x' } })
        tagged.push([mine, tag])
        tell({ tagged: [mine, tag] })
      } else if (choice < 0.6) {
        await registry.setAlias(model, `alias-${writer}-${step}`, version)
      } else if (choice < 0.75) {
        await registry.transitionStage(model, version, random() < 0.5 ? 'staging' : 'archived')
        // Where it was there already, nothing is written: `entries` counts the others.
        continue
      } else if (choice < 0.8) {
        await registry.gc()
        continue
      } else {
        await registry.deleteVersion(model, version)
        await registry.restoreVersion(model, version)
        entries++
      }
      entries++
    } catch (error) {
      const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
      errors.push(text)
      tell({ error: text })
    }
  }
  registry.dispose()
  return { registered, tagged, entries, errors }
}

process.on('message', (order: WriterOrder) => {
  void write(order).then((report) => process.send?.(report))
})
process.send?.({ registered: [] })
