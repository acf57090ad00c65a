import { isAppError } from '../base/errors'
import { ByteReader } from '../bytes/byteReader'
import type { Codec } from '../bytes/compressed'
import { decompress, detectCodec } from '../bytes/compressed'
import { skipArrays } from '../bytes/joblibArrays'
import { LIMITS } from '../bytes/limits'
import type { FileFormat, FileSubject, FormatResult } from './format'
import { finding } from './findings'
import { looksLikePickle } from '../bytes/pickleStream'
import { describePickles } from './pickleModel'

const WRAPPER = Buffer.from('joblib.numpy_pickle')
const PROBED = 4096

/** joblib: a pickle with raw arrays in the middle, as it is or compressed as one stream. */
export const joblib: FileFormat = {
  id: 'joblib',
  // scikit-learn's users have always written `joblib.dump(model, 'model.pkl')`.
  extensions: ['.joblib', '.jl', '.pkl', '.pickle'],
  match(subject) {
    const { head, extension, budget } = subject
    if (looksLikePickle(head, budget)) {
      // Without an array the bytes are those of a pickle: then the name tells who wrote it.
      return extension === '.joblib' || Buffer.from(head).includes(WRAPPER)
    }
    return compressedPickle(subject) !== undefined
  },
  inspect(subject) {
    const codec = compressedPickle(subject)
    return codec === undefined
      ? describeJoblib(subject, subject.reader)
      : inspectCompressed(subject, codec)
  },
}

/** The compression around a pickle, if the data are one. */
function compressedPickle({ reader, head, budget }: FileSubject): Codec | undefined {
  const codec = detectCodec(head)
  if (codec === undefined) return undefined
  try {
    const { bytes } = decompress(codec, reader, PROBED)
    return looksLikePickle(bytes, budget) ? codec : undefined
  } catch (error) {
    if (isAppError(error)) return undefined
    throw error
  }
}

function inspectCompressed(subject: FileSubject, codec: Codec): FormatResult {
  const { bytes, complete } = decompress(codec, subject.reader, LIMITS.inflated)
  const inner = describeJoblib(subject, ByteReader.of(bytes), { compression: codec })
  // Offsets would be those of the decompressed data, which no file has.
  const tensors = inner.tensors?.map(({ offset: _offset, length: _length, ...tensor }) => tensor)
  const result = { ...inner, ...(tensors && { tensors }) }
  if (complete) return result
  const problem =
    bytes.length >= LIMITS.inflated / 2 ? 'is larger than is looked at' : 'is cut off or damaged'
  return {
    ...result,
    partial: true,
    findings: [
      finding('compressed', 'error', `The ${codec} data of the file ${problem}.`),
      ...(result.findings ?? []),
    ],
  }
}

function describeJoblib(
  subject: FileSubject,
  reader: ByteReader,
  facts: Record<string, string> = {},
): FormatResult {
  return describePickles(subject, reader, { afterBuild: skipArrays(reader, subject.budget) }, facts)
}
