import { field, isRecord, list, text } from '../flatten'
import { Rank } from '../harvester'
import type { Harvester, Run, RunFile, RunFolder, Sink } from '../harvester'

/** Fields of a card's front matter that are worth a tag. */
const TAGS = ['license', 'language', 'pipeline_tag', 'library_name', 'base_model', 'datasets']

/**
 * Hugging Face model cards: the front matter of `README.md` with its `model-index`, and the newer `.eval_results/*.yaml`.
 * Only a README with a card's fields is one; a project's README says nothing about the model.
 */
export const cardFile: Harvester = {
  id: 'model-card',
  rank: Rank.card,
  async harvest(run, sink) {
    for (const folder of run.folders) {
      const file = await run.reader.file(folder, 'README.md')
      const card = file && (await run.reader.frontMatter(file))
      if (file && card && isRecord(card.data)) readCard(card.data, card.body, file, sink)
      await readEvalResults(run, folder, sink)
    }
  },
}

function readCard(
  data: Readonly<Record<string, unknown>>,
  body: string,
  file: RunFile,
  sink: Sink,
): void {
  const index = list(data['model-index'])
  const isCard =
    index.length > 0 || ['library_name', 'pipeline_tag', 'base_model'].some((key) => key in data)
  if (!isCard) return
  for (const key of TAGS) {
    const value = data[key]
    const written = Array.isArray(value)
      ? value.filter((part) => typeof part === 'string').join(', ')
      : value
    sink.tag(key, text(written), file)
  }
  sink.suggestName(text(data.model_name) ?? field(index[0], 'name'))
  sink.description(firstParagraph(body), file, 'body')
  for (const [model, entry] of index.entries()) readModelIndex(entry, model, file, sink)
}

function readModelIndex(entry: unknown, model: number, file: RunFile, sink: Sink): void {
  const results = list(field(entry, 'results'))
  const datasets = new Set(results.map((result) => datasetOf(result)))
  for (const [position, result] of results.entries()) {
    for (const [number, metric] of list(field(result, 'metrics')).entries()) {
      const type = text(field(metric, 'type')) ?? text(field(metric, 'name'))
      if (type === undefined) continue
      // The same measure on two datasets is two measures.
      const name = datasets.size > 1 ? `${datasetOf(result)}/${type}` : type
      const key = `model-index[${model}].results[${position}].metrics[${number}].value`
      sink.metric(name, field(metric, 'value'), file, key)
    }
  }
}

function datasetOf(result: unknown): string {
  const dataset = field(result, 'dataset')
  const name = text(field(dataset, 'type')) ?? text(field(dataset, 'name')) ?? 'dataset'
  const config = text(field(dataset, 'config'))
  const split = text(field(dataset, 'split'))
  return [name, config, split].filter((part) => part !== undefined).join('/')
}

/** Each file is a list of `{ dataset: { id, task_id }, value }`; an entry may be wrapped in `data`. */
async function readEvalResults(run: Run, folder: RunFolder, sink: Sink): Promise<void> {
  const inner = await run.reader.inside(folder, ['.eval_results'])
  if (!inner) return
  for (const name of [...inner.files].filter((file) => /\.ya?ml$/.test(file)).sort()) {
    const file = await run.reader.file(inner, name)
    const entries = file && (await run.reader.yaml(file))
    if (!file) continue
    for (const [index, wrapped] of list(entries).entries()) {
      const entry = field(wrapped, 'data') ?? wrapped
      const dataset = text(field(entry, 'dataset', 'id'))
      if (dataset === undefined) continue
      const task = text(field(entry, 'dataset', 'task_id'))
      const metric = task === undefined ? dataset : `${dataset}/${task}`
      sink.metric(metric, field(entry, 'value'), file, `[${index}].value`)
    }
  }
}

/** Other elements of Markdown, and what the hub's template leaves in empty sections. */
const NO_PROSE = /^(?:[#<>|!`*+-]|\[!|\[More Information Needed\]|\d+\.)/

/** The first paragraph of prose: no heading, image, list, table, comment or HTML. */
function firstParagraph(body: string): string | undefined {
  const paragraph = body
    .replaceAll(/<!--[\s\S]*?-->/g, '')
    .split(/\r?\n\s*\r?\n/)
    .map((part) => part.trim())
    .find((part) => part !== '' && !NO_PROSE.test(part))
  return paragraph?.replaceAll(/\s*\n\s*/g, ' ')
}
