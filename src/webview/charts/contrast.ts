type Channels = readonly [red: number, green: number, blue: number, alpha: number]

/** WCAG 2 asks this of everything that has to be seen to understand a picture. */
const LEAST = 3
/** In how many steps a colour goes towards another. */
const STEPS = 10

/** A colour that can be seen on a background: itself, or as little of `towards` in it as that takes. */
export function legible(colour: string, background: string, towards: string): string {
  const [own, ground, other] = [parse(colour), parse(background), parse(towards)]
  if (!own || !ground || !other) return colour
  for (let step = 0; step <= STEPS; step++) {
    const mixed = mix(own, other, step / STEPS)
    if (contrast(mixed, ground) >= LEAST) return step === 0 ? colour : print(mixed)
  }
  return towards
}

/** `#rrggbb` and `rgba(1, 2, 3, 0.5)`: what a canvas says of any colour. */
function parse(colour: string): Channels | undefined {
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour)
  if (hex) {
    const [, red = '', green = '', blue = ''] = hex
    return [Number.parseInt(red, 16), Number.parseInt(green, 16), Number.parseInt(blue, 16), 1]
  }
  const [red, green, blue, alpha = 1] = (colour.match(/[\d.]+/g) ?? []).map(Number)
  if (red === undefined || green === undefined || blue === undefined) return undefined
  return [red, green, blue, alpha]
}

function mix(a: Channels, b: Channels, part: number): Channels {
  const between = (from: number, to: number): number => from + (to - from) * part
  return [between(a[0], b[0]), between(a[1], b[1]), between(a[2], b[2]), between(a[3], b[3])]
}

function print([red, green, blue, alpha]: Channels): string {
  const [r, g, b] = [red, green, blue].map(Math.round)
  return `rgba(${r}, ${g}, ${b}, ${alpha})`
}

/** 1 for equal colours, 21 for black on white. */
export function contrast(colour: Channels, background: Channels): number {
  const [a, b] = [luminance(mix(background, colour, colour[3])), luminance(background)]
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
}

function luminance([red, green, blue]: Channels): number {
  const [r = 0, g = 0, b = 0] = [red, green, blue].map((channel) => {
    const part = channel / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
