/** What the scanner must say at least: `dangerous`, or anything but `clean`. */
export type Expectation = 'dangerous' | 'suspicious'

/** One file or folder that must be caught. Whatever it would run is `true`, `1` or nothing: it is harmless if loaded. */
export interface CorpusCase {
  /** What is tried, in a few words; also the name of its folder on disk. */
  readonly name: string
  readonly expected: Expectation
  /** Files by their paths. One file is scanned as a file, more than one as a folder. */
  readonly files: Readonly<Record<string, Uint8Array>>
  /** Symbolic links by their paths. */
  readonly links?: Readonly<Record<string, string>>
}

/** A case of one file. */
export function file(
  name: string,
  path: string,
  content: Uint8Array | string,
  expected: Expectation = 'dangerous',
): CorpusCase {
  return {
    name,
    expected,
    files: { [path]: typeof content === 'string' ? Buffer.from(content) : content },
  }
}

/** A case of several files, scanned as a folder. */
export function folder(
  name: string,
  files: Readonly<Record<string, Uint8Array | string>>,
  expected: Expectation = 'dangerous',
  links?: Readonly<Record<string, string>>,
): CorpusCase {
  const bytes = Object.entries(files).map(([path, content]) => [
    path,
    typeof content === 'string' ? Buffer.from(content) : content,
  ])
  return { name, expected, files: Object.fromEntries(bytes), ...(links && { links }) }
}
