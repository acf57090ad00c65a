import { EventEmitter, type TreeDataProvider, type TreeItem } from 'vscode'
import { childrenOf, parentOf, type Forest } from './children'
import { toTreeItem, trustedMarkdown } from './item'
import type { ArtifactTrouble, Node, VersionNode } from './node'
import type { ModelStage } from '../../registry/stage'
import { modelTooltip, versionTooltip } from './tooltip'

/** Where the provider gets what it shows. */
export interface TreeSource {
  forest(): Forest
  /** Looks at the artifact of a version. */
  artifactTrouble(node: VersionNode): Promise<ArtifactTrouble | undefined>
  /** True where the file that a version came from holds something else now. */
  isOverwritten(node: VersionNode): boolean
  /** Where a version of another time is today; `undefined` where it is no more. */
  today(node: VersionNode): ModelStage | undefined
}

const LINKS: readonly (readonly [title: string, command: string])[] = [
  ['Move to Stage…', 'modelRegistry.transitionStage'],
  ['Copy Load Code', 'modelRegistry.copyLoadCode'],
  ['Reveal Artifact', 'modelRegistry.revealArtifact'],
]

/** A busy window asks for the rows that it was told of within this time, in milliseconds. */
const ASKING_MILLISECONDS = 15_000
/** Having asked for the top rows, it asks for those below them and draws them within this time. */
const DRAWING_MILLISECONDS = 2000

/** The tree as VS Code asks for it: plain nodes, made into rows. */
export class ModelsProvider implements TreeDataProvider<Node> {
  readonly #source: TreeSource
  readonly #changed = new EventEmitter<Node | undefined>()
  readonly onDidChangeTreeData = this.#changed.event
  /** What was wrong with artifacts when they were looked at, by the ids of version rows. */
  readonly #troubles = new Map<string, ArtifactTrouble>()

  #isTold = false
  #since = -Infinity

  constructor(source: TreeSource) {
    this.#source = source
  }

  /** True while VS Code may be asking for rows: until it has them it knows of none, nor of what is selected. */
  get isBeingDrawn(): boolean {
    const limit = this.#isTold ? ASKING_MILLISECONDS : DRAWING_MILLISECONDS
    return performance.now() - this.#since < limit
  }

  refresh(node?: Node): void {
    this.#isTold = true
    this.#since = performance.now()
    this.#changed.fire(node)
  }

  async getChildren(node?: Node): Promise<Node[]> {
    const forest = this.#source.forest()
    const { asOf } = forest
    const nodes = [...childrenOf(forest, node)]
    await Promise.all(
      nodes.map(async (child) => {
        if (child.kind === 'version' && child.version.artifact && !asOf) await this.#look(child)
      }),
    )
    if (!node) this.#isTold = false
    this.#since = performance.now()
    return nodes
  }

  async #look(node: VersionNode): Promise<void> {
    const trouble = await this.#source.artifactTrouble(node)
    if (trouble) this.#troubles.set(node.id, trouble)
    else this.#troubles.delete(node.id)
  }

  getParent(node: Node): Node | undefined {
    return parentOf(this.#source.forest(), node)
  }

  getTreeItem(node: Node): TreeItem {
    const { asOf } = this.#source.forest()
    return toTreeItem(node, {
      primaryMetric: this.#primaryMetric(node.folder),
      now: asOf ?? new Date(),
      isPast: asOf !== undefined,
      // Files are as they are today, whatever is shown beside them.
      troubleOf: ({ id }) => (asOf ? undefined : this.#troubles.get(id)),
      isOverwritten: (version) => !asOf && this.#source.isOverwritten(version),
      todayOf: (version) => (asOf ? (this.#source.today(version) ?? 'gone') : undefined),
    })
  }

  #primaryMetric(folder: string): string {
    const { folders } = this.#source.forest()
    return folders.find(({ key }) => key === folder)?.primaryMetric ?? ''
  }

  resolveTreeItem(item: TreeItem, node: Node): TreeItem {
    if (node.kind === 'version') {
      const argument = encodeURIComponent(
        JSON.stringify([{ folder: node.folder, reference: node.version.fullName }]),
      )
      const { asOf, directions } = this.#source.forest()
      const isPast = asOf !== undefined
      const links = isPast ? [] : LINKS
      item.tooltip = trustedMarkdown(
        versionTooltip(node.version, {
          production: this.#production(node),
          directions,
          trouble: isPast ? undefined : this.#troubles.get(node.id),
          links: links.map(([title, command]) => `[${title}](command:${command}?${argument})`),
        }),
        links.map(([, command]) => command),
      )
    }
    if (node.kind === 'model') item.tooltip = trustedMarkdown(modelTooltip(node.model), [])
    return item
  }

  #production({ folder, version }: VersionNode): VersionNode['version'] | undefined {
    const { folders } = this.#source.forest()
    const model = folders
      .find(({ key }) => key === folder)
      ?.models.find(({ name }) => name === version.model)
    const production = model?.productionVersion
    return production?.id === version.id ? undefined : production
  }

  dispose(): void {
    this.#changed.dispose()
  }
}
