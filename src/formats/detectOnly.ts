import type { ModelFormat } from '../registry/inspection'
import type { FileFormat, FileSubject, FormatResult } from './format'

interface Magic {
  readonly id: ModelFormat
  readonly framework: string
  readonly extensions: readonly string[]
  /** Latin-1 text that the content begins with. */
  readonly starts: readonly string[]
  readonly describe: (subject: FileSubject) => Partial<FormatResult>
}

/** What is known by its first bytes, and not read further. */
const MAGICS: readonly Magic[] = [
  {
    id: 'tensorrt',
    framework: 'tensorrt',
    extensions: ['.engine', '.plan', '.trt'],
    starts: ['ptrt', 'ftrt'],
    // A serialised engine names the version of its serialisation behind the magic.
    describe: ({ reader }) =>
      reader.size < 12 ? {} : { summary: { metadata: { serialization: reader.u32(8) } } },
  },
  {
    // Four letters as a little-endian number: GGML, GGMF, GGJT and GGLA, before GGUF.
    id: 'ggml-legacy',
    framework: 'llama.cpp',
    extensions: ['.bin', '.ggml'],
    starts: ['lmgg', 'fmgg', 'tjgg', 'algg'],
    describe: ({ reader, head }) => ({
      summary: {
        metadata: {
          variant: String.fromCharCode(...head.subarray(0, 4))
            .split('')
            .reverse()
            .join(''),
          // The first of them had no version.
          ...(head[0] !== 0x6c && reader.size >= 8 && { version: reader.u32(4) }),
        },
      },
      findings: [
        {
          rule: 'outdated',
          severity: 'note',
          message: 'The format was replaced by GGUF in 2023: convert the model to load it today.',
        },
      ],
    }),
  },
  {
    id: 'unknown',
    framework: 'xgboost',
    extensions: ['.model', '.bin'],
    starts: ['binf', 'bs64'],
    describe: () => ({
      findings: [
        {
          rule: 'outdated',
          severity: 'warning',
          message:
            'XGBoost dropped this binary format in version 3.1: load it with an older one and save it as .ubj.',
          offset: 0,
        },
      ],
    }),
  },
]

/** Formats that are told and not read. */
export const DETECT_ONLY: readonly FileFormat[] = MAGICS.map(
  ({ id, framework, extensions, starts, describe }) => ({
    id,
    extensions,
    match: ({ head }) => {
      const text = new TextDecoder('latin1').decode(head.subarray(0, 4))
      return starts.includes(text)
    },
    inspect: (subject) => ({ framework, summary: {}, ...describe(subject) }),
  }),
)
