import { join, relative, sep } from 'node:path'
import { field, flatten, isRecord, list, text } from '../flatten'
import { Rank } from '../harvester'
import type { Harvester } from '../harvester'

/** KitOps' `Kitfile`: counts where its `model.path`, or a part of it, is the model. */
export const kitops: Harvester = {
  id: 'kitops',
  rank: Rank.identified,
  async harvest(run, sink) {
    for (const folder of run.ancestors) {
      const file = await run.reader.file(folder, 'Kitfile', { exact: true, ambiguous: false })
      const kit = file && (await run.reader.yaml(file))
      if (!file || !isRecord(kit)) continue
      const named = [field(kit, 'model', 'path'), ...list(field(kit, 'model', 'parts')).map(pathOf)]
      const isModel = named.some(
        (path) => typeof path === 'string' && covers(join(folder.path, path), run.model.path),
      )
      if (!isModel) continue
      sink.suggestName(field(kit, 'model', 'name') ?? field(kit, 'package', 'name'))
      sink.description(text(field(kit, 'model', 'description')), file, 'model.description')
      sink.description(text(field(kit, 'package', 'description')), file, 'package.description')
      sink.tag('license', text(field(kit, 'model', 'license')), file, 'model.license')
      for (const [key, value] of flatten(field(kit, 'model', 'parameters'))) {
        sink.parameter(key, value, file, `model.parameters.${key}`)
      }
      for (const dataset of list(kit.datasets)) {
        const path = text(field(dataset, 'path'))
        if (path === undefined) continue
        const inWorkspace = relative(run.reader.root, join(folder.path, path))
        sink.dataset({ path: inWorkspace.split(sep).join('/') })
      }
      return
    }
  },
}

function pathOf(part: unknown): unknown {
  return field(part, 'path')
}

function covers(path: string, model: string): boolean {
  const clean = path.replace(/[\\/]$/, '')
  return model === clean || model.startsWith(clean + sep)
}
