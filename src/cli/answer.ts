/** How a text is drawn: plain in files and pipes, with emphasis in a terminal. */
export interface Style {
  bold(text: string): string
}

/** What a command has to say: one value for `--json`, one text for people. */
export interface Answer {
  readonly json: unknown
  /** Lines without a newline at the end; empty prints nothing. */
  readonly text: (style: Style) => string
  /** 0 unless the answer is no. */
  readonly exitCode?: number
}
