import type { ZipArchive } from '../../bytes/zip'
import { latin1 } from '../magic'
import type { Content, ScanContext } from '../context'
import { isCorrupt } from '../context'

/** Source of one module that is looked at. */
const MAX_SOURCE = 16 * 1024 * 1024
/** Libraries of operators that PyTorch itself brings. */
const OWN_LIBRARIES: ReadonlySet<string> = new Set(
  'aten prim prims prepacked quantized quantized_decomposed inductor onednn mkldnn mkldnn_prepacked mkl torch_internal sparse xnnpack profiler c10 nested static _quantized rnn torch metal vulkan_prepack vulkan'.split(
    ' ',
  ),
)
/** Operators of PyTorch that open files. */
const FILES =
  /\b(?:torch\.(?:save|from_file|load)|aten::(?:save|from_file)|ops\.(?:aten|prim)\.(?:save|from_file|load))\b/
const OPERATOR = /\bops\.(\w+)\.(\w+)\(|\btorch\.ops\.(\w+)\.(\w+)\b/g

/** Reads the source of a TorchScript program for operators that leave PyTorch. */
export function checkTorchScript(
  archive: ZipArchive,
  prefix: string,
  content: Content,
  context: ScanContext,
): void {
  for (const entry of archive.entries) {
    if (!entry.name.startsWith(`${prefix}code/`) || !entry.name.endsWith('.py')) continue
    context.budget.step(16)
    const member = `${content.member === undefined ? '' : `${content.member}!`}${entry.name}`
    const inner: Content = { ...content, member }
    try {
      const reader = archive.open(entry, { ignoreFlags: true })
      if (reader.size > MAX_SOURCE) context.add('scan/budget', inner)
      const source = latin1(reader.head(0, MAX_SOURCE))
      const files = FILES.exec(source)
      if (files) {
        context.add('torch/script-files', inner, { offset: files.index, evidence: files[0] })
      }
      for (const match of source.matchAll(OPERATOR)) {
        const [, , , , last] = match
        const library = match[1] ?? match[3] ?? ''
        if (OWN_LIBRARIES.has(library)) continue
        const evidence = `${library}::${match[2] ?? last ?? ''}`
        context.add('torch/script-operator', inner, { offset: match.index, evidence })
      }
    } catch (error) {
      if (!isCorrupt(error)) throw error
      context.addDamage('zip/damaged', inner, error)
    }
  }
}
