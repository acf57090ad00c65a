/** A point of a chart that can be reached: by the mouse that comes near, or by keys. */
export interface Mark {
  /** The place of its version in the view. */
  readonly place: number
  readonly x: number
  readonly y: number
  readonly title: string
  /** What the tooltip says below the title, worked out when somebody looks. */
  readonly lines: () => readonly string[]
  /** The line that it stands on, drawn thicker while it is looked at. */
  readonly path?: string
}
