import { html, nothing, type TemplateResult } from 'lit'
import { escapeText } from '../../base/text'
import type { ChartsQuery, ChartsState, ChartsView, Measure } from './protocol'
import { SMOOTHINGS } from './state'

/** Changes what is drawn. */
export type Change = (changes: Partial<ChartsState>) => void

/** What can be chosen for the chart that is shown. */
export function renderChoices(
  view: ChartsView,
  state: ChartsState,
  change: Change,
): TemplateResult | typeof nothing {
  const { query, metrics, parameters, chart } = view
  switch (query.chart) {
    case 'history':
      return renderMetric('Metric', metrics, query.metric, (metric) => change({ metric }))
    case 'metrics':
      return renderPicker(
        'Metrics',
        metrics.map(({ name }) => name),
        query.metrics ?? [],
        (chosen) => change({ metrics: chosen }),
      )
    case 'tradeoff':
      return html`${renderMetric('Horizontal', metrics, query.x, (x) => change({ x }))}
        ${renderMetric('Vertical', metrics, query.y, (y) => change({ y }))}
        <button @click=${() => change(swapped(query))}>Swap Axes</button>`
    case 'parameters':
      return html`${renderMetric('Metric', metrics, query.metric, (metric) => change({ metric }))}
      ${renderPicker('Parameters', parameters, query.parameters ?? [], (chosen) =>
        change({ parameters: chosen }),
      )}`
    case 'curves':
      return chart.kind === 'curves'
        ? renderCurveChoices(metrics, chart.measure.name, state, change)
        : nothing
  }
}

function renderCurveChoices(
  metrics: readonly Measure[],
  curve: string,
  { smoothing, logScale }: ChartsState,
  change: Change,
): TemplateResult {
  return html`${renderMetric('Curve', metrics, curve, (chosen) => change({ curve: chosen }))}
    <span class="field"
      ><label for="smoothing">Smoothing</label>
      <select
        id="smoothing"
        @change=${({ target }: Event) =>
          change({
            smoothing: SMOOTHINGS[(target as HTMLSelectElement).selectedIndex]?.weight ?? 0,
          })}
      >
        ${SMOOTHINGS.map(
          ({ weight, title }) => html`<option ?selected=${weight === smoothing}>${title}</option>`,
        )}
      </select>
    </span>
    <label
      ><input
        type="checkbox"
        .checked=${logScale}
        @change=${({ target }: Event) => change({ logScale: (target as HTMLInputElement).checked })}
      />
      Log scale</label
    >`
}

function renderMetric(
  label: string,
  metrics: readonly Measure[],
  chosen: string | undefined,
  choose: (name: string) => void,
): TemplateResult | typeof nothing {
  if (metrics.length === 0) return nothing
  const id = label.toLowerCase()
  return html`<span class="field"
    ><label for=${id}>${label}</label>
    <select
      id=${id}
      @change=${({ target }: Event) => {
        const measure = metrics[(target as HTMLSelectElement).selectedIndex]
        if (measure) choose(measure.name)
      }}
    >
      ${metrics.map(
        ({ name }) => html`<option .selected=${name === chosen}>${escapeText(name, 60)}</option>`,
      )}
    </select>
  </span>`
}

/** Any number of names; the last one that is ticked can't be unticked. */
function renderPicker(
  label: string,
  names: readonly string[],
  chosen: readonly string[],
  choose: (names: readonly string[]) => void,
): TemplateResult | typeof nothing {
  if (names.length === 0) return nothing
  const isChosen = new Set(chosen)
  const toggle = (name: string): void =>
    choose(names.filter((one) => (one === name ? !isChosen.has(one) : isChosen.has(one))))
  return html`<details class="picker">
    <summary>${label}: ${chosen.length} of ${names.length}</summary>
    <div role="group" aria-label=${label}>
      ${names.map(
        (name) =>
          html`<label
            ><input
              type="checkbox"
              .checked=${isChosen.has(name)}
              ?disabled=${isChosen.has(name) && chosen.length === 1}
              @change=${() => toggle(name)}
            />
            ${escapeText(name, 60)}</label
          >`,
      )}
    </div>
  </details>`
}

function swapped({ x, y }: ChartsQuery): Partial<ChartsState> {
  return { ...(y === undefined ? {} : { x: y }), ...(x === undefined ? {} : { y: x }) }
}
