/** A name as package indexes compare it (PEP 503): lower case, `-` for every run of `-`, `_` and `.`. */
export function packageName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-')
}

/**
 * The pinned packages of a requirements file or of `pip freeze`: `torch==2.3.0 ; python_version > "3.8"`. A range is a
 * wish and not a version, so it is left out, as are options, editable installs and addresses.
 */
export function readRequirements(written: string): Map<string, string> {
  const result = new Map<string, string>()
  for (const line of written.split(/\r?\n/)) {
    const match =
      /^\s*([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?\s*===?\s*([^\s;,#*]+)\s*(?:[;#\\].*|--hash.*)?$/.exec(
        line,
      )
    if (match?.[1] !== undefined && match[2] !== undefined) {
      result.set(packageName(match[1]), match[2])
    }
  }
  return result
}
