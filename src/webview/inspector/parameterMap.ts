import { html, LitElement, nothing, svg, type SVGTemplateResult, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { escapeText, formatBytes, plural } from '../../base/text'
import type { Area, Breakdown, DtypeShare } from '../protocol'
import { formatCount, formatExact, formatShare, fitName } from '../ui/text'
import { theme } from '../ui/theme'
import { squarify, type Rectangle } from '../ui/treemap'
import { parameterMapStyle, PALETTE } from './parameterMapStyle'

const HEIGHT = 200
/** Width of a character of the labels, in pixels; a little more than the average. */
const CHARACTER = 6.4
/** Widths are drawn in whole pixels of a window of this size until the page has been measured. */
const FIRST_WIDTH = 640

/** Where the parameters are: a treemap of the modules, a bar of the types, and both as tables. */
@customElement('parameter-map')
export class ParameterMap extends LitElement {
  static override readonly styles = [theme, parameterMapStyle]

  @property({ attribute: false }) accessor breakdown: Breakdown | undefined
  @state() private accessor width = FIRST_WIDTH

  #observer = new ResizeObserver(() => {
    const map = this.renderRoot.querySelector('.map')
    if (map && map.clientWidth > 0) this.width = map.clientWidth
  })

  override connectedCallback(): void {
    super.connectedCallback()
    this.#observer.observe(this)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#observer.disconnect()
  }

  protected override render(): TemplateResult | typeof nothing {
    const { breakdown } = this
    if (!breakdown || breakdown.parameters === 0) return nothing
    return html`
      <h2>Where the parameters are</h2>
      <div class="columns">
        <div class="map">${this.#renderMap(breakdown)} ${this.#renderAreas(breakdown)}</div>
        ${renderDtypes(breakdown)}
      </div>
    `
  }

  #renderMap({ areas, parameters }: Breakdown): TemplateResult {
    const sizes = areas.map((area) => area.parameters)
    const whole = { x: 0, y: 0, width: this.width, height: HEIGHT }
    const rectangles = squarify(sizes, whole)
    const [largest] = areas
    const label = largest
      ? `Parameters by module. The largest of ${plural(areas.length, 'part')} is ${escapeText(largest.label)} with ${formatShare(largest.parameters, parameters)}.`
      : 'Parameters by module'
    return html`<svg role="img" aria-label=${label} width=${this.width} height=${HEIGHT}>
      ${areas.map((area, index) => {
        const rectangle = rectangles[index]
        return rectangle ? this.#renderArea(area, rectangle, parameters) : nothing
      })}
    </svg>`
  }

  #renderArea(area: Area, { x, y, width, height }: Rectangle, whole: number): SVGTemplateResult {
    const share = formatShare(area.parameters, whole)
    const room = Math.floor((width - 10) / CHARACTER)
    const name = escapeText(area.label)
    return svg`<g
      class="area ${familyClass(area.family)} ${area.search === '' ? '' : 'searchable'}"
      transform="translate(${x} ${y})"
      @click=${() => this.#search(area)}
    >
      <title>${name}\n${formatExact(area.parameters)} parameters, ${share}\n${plural(area.tensors, 'tensor')}</title>
      <rect x="1" y="1" width=${Math.max(0, width - 2)} height=${Math.max(0, height - 2)} rx="2" />
      ${room >= 4 && height >= 20 ? svg`<text x="6" y="15">${this.#shortName(area, room)}</text>` : nothing}
      ${room >= 6 && height >= 36 ? svg`<text class="share" x="6" y="30">${share}</text>` : nothing}
    </g>`
  }

  #shortName({ label, short }: Area, room: number): string {
    return short !== undefined && short.length <= room
      ? escapeText(short)
      : fitName(escapeText(label), room)
  }

  #renderAreas({ areas, parameters }: Breakdown): TemplateResult {
    return html`<details>
      <summary>As a table</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">Module</th>
            <th scope="col" class="number">Tensors</th>
            <th scope="col" class="number">Parameters</th>
            <th scope="col" class="number">Share</th>
          </tr>
        </thead>
        <tbody>
          ${areas.map(
            (area) =>
              html`<tr>
                <td class="mono">${this.#renderName(area)}</td>
                <td class="number">${formatExact(area.tensors)}</td>
                <td class="number">${formatExact(area.parameters)}</td>
                <td class="number">${formatShare(area.parameters, parameters)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </details>`
  }

  #renderName(area: Area): TemplateResult {
    const name = escapeText(area.label)
    return area.search === ''
      ? html`${name}`
      : html`<button class="link" title="Show its tensors" @click=${() => this.#search(area)}>
          ${name}
        </button>`
  }

  #search({ search }: Area): void {
    if (search !== '') this.dispatchEvent(new CustomEvent('search', { detail: search }))
  }
}

function familyClass(family: number): string {
  return family < 0 ? 'rest' : `family${family % PALETTE.length}`
}

function renderDtypes({ dtypes, parameters }: Breakdown): TemplateResult {
  return html`<div class="dtypes">
    ${dtypes.length < 2 ? nothing : renderBar(dtypes, parameters)}
    <table>
      <thead>
        <tr>
          <th scope="col">Type</th>
          <th scope="col" class="number">Parameters</th>
          <th scope="col" class="number">Size</th>
          <th scope="col" class="number">Share</th>
        </tr>
      </thead>
      <tbody>
        ${dtypes.map(
          (share, index) =>
            html`<tr>
              <td>
                <svg class="key" width="10" height="10" aria-hidden="true">
                  <rect class=${familyClass(index)} width="10" height="10" rx="2" />
                </svg>
                ${escapeText(share.dtype, 60)}
              </td>
              <td class="number" title=${formatExact(share.parameters)}>
                ${formatCount(share.parameters)}
              </td>
              <td class="number">${share.bytes === undefined ? '' : formatBytes(share.bytes)}</td>
              <td class="number">${formatShare(share.parameters, parameters)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`
}

function renderBar(dtypes: readonly DtypeShare[], whole: number): TemplateResult {
  let done = 0
  return html`<svg class="bar" width="100%" height="12" aria-hidden="true">
    ${dtypes.map(({ parameters }, index) => {
      const x = (100 * done) / whole
      done += parameters
      return svg`<rect class=${familyClass(index)} x="${x}%" width="${(100 * parameters) / whole}%" height="12" />`
    })}
  </svg>`
}
