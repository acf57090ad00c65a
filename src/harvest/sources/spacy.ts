import { flatten, isRecord, list, text } from '../flatten'
import { Rank } from '../harvester'
import type { Harvester } from '../harvester'

/** The `meta.json` of a spaCy pipeline: its scores are under `performance`. */
export const spacy: Harvester = {
  id: 'spacy',
  rank: Rank.identified,
  async harvest(run, sink) {
    const own = run.folders[0]
    const file = own && (await run.reader.file(own, 'meta.json', { exact: true }))
    const meta = file && (await run.reader.json(file))
    if (!file || !isRecord(meta) || !('spacy_version' in meta)) return
    for (const [key, value] of flatten(meta.performance, 'performance')) {
      sink.metric(key.replace(/^performance\./, ''), value, file, key)
    }
    for (const key of ['lang', 'name', 'version']) sink.parameter(key, meta[key], file)
    const pipeline = list(meta.pipeline).filter((name) => typeof name === 'string')
    if (pipeline.length > 0) sink.parameter('pipeline', pipeline.join(', '), file)
    sink.tag('license', text(meta.license), file)
    sink.description(text(meta.description), file, 'description')
    sink.environment('spacy', meta.spacy_version)
    const [lang, name] = [text(meta.lang), text(meta.name)]
    if (lang !== undefined && name !== undefined) sink.suggestName(`${lang}_${name}`)
  },
}
