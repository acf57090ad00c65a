/** Absolute, out of the folder, in a home, or on another machine; a mark alone is a word of some vocabulary. */
const OUTSIDE =
  /^(?:\/|~|[A-Za-z]:[\\/]|\\\\|(?:file|grpc|https?|ftp|gs|s3|hdfs|tcp):\/\/).*\w|(?:^|[/\\])\.\.[/\\].*\w/s

/** Operators of every saved model, which are harmless unless the path that they are given leads out of it. */
const SAVERS: ReadonlySet<string> = new Set(
  'Save SaveSlices SaveV2 Restore RestoreSlice RestoreV2 MergeV2Checkpoints DatasetToGraphV2 InitializeTableFromTextFile InitializeTableFromTextFileV2'.split(
    ' ',
  ),
)
/** Operators that hand a path on, whole or with something behind it. */
const CARRIERS: ReadonlySet<string> = new Set(
  'Identity IdentityN StringJoin ShardedFilename Pack Reshape ExpandDims Squeeze Fill PlaceholderWithDefault StopGradient'.split(
    ' ',
  ),
)
const MAX_STEPS = 16

export interface GraphNode {
  readonly name: string
  readonly operator: string
  readonly inputs: readonly string[]
  /** Texts that are attributes of it. */
  readonly texts: readonly string[]
  readonly offset: number
}

export interface PathUse {
  readonly operator: string
  readonly path: string
  readonly offset: number
}

export function leadsOutside(path: string): boolean {
  return OUTSIDE.test(path)
}

/** Follows paths from the constants of one graph, or one function, to the operators that open them. */
export class PathFlow {
  readonly #nodes = new Map<string, GraphNode>()
  readonly #savers: GraphNode[] = []

  add(node: GraphNode): void {
    if (SAVERS.has(node.operator)) this.#savers.push(node)
    const isConstant = node.operator === 'Const' && node.texts.some(leadsOutside)
    if (isConstant || CARRIERS.has(node.operator)) this.#nodes.set(node.name, node)
  }

  /** What leads out, but for the constants of `assets`: loaders put a file of the model in their place. */
  uses(assets: ReadonlySet<string>): PathUse[] {
    return this.#savers.flatMap(({ operator, inputs, offset }) => {
      const path = this.#find(inputs, assets)
      return path === undefined ? [] : [{ operator, path, offset }]
    })
  }

  #find(inputs: readonly string[], assets: ReadonlySet<string>): string | undefined {
    const pending = inputs.map(nodeName)
    for (let step = 0; step < MAX_STEPS; step++) {
      const name = pending.shift()
      if (name === undefined) return undefined
      const node = this.#nodes.get(name)
      if (!node || assets.has(name)) continue
      const path = node.operator === 'Const' ? node.texts.find(leadsOutside) : undefined
      if (path !== undefined) return path
      pending.push(...node.inputs.map(nodeName))
    }
    return undefined
  }
}

/** `^name` is a control input, `name:output:0` one of several outputs. */
export function nodeName(input: string): string {
  return input.replace(/^\^/, '').replace(/:.*$/, '')
}
