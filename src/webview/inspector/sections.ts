import { html, nothing, type TemplateResult } from 'lit'
import { escapeText } from '../../base/text'
import type { MetadataValue, TensorSpec } from '../../registry/inspection'
import { ask } from '../pageController'
import type { InspectorHost, Overview } from '../protocol'
import { escapeLines, formatExact, formatShape } from '../ui/text'

type Shown = TemplateResult | typeof nothing

/** A part of the page with its heading. */
export function section(id: string, title: string, content: TemplateResult): TemplateResult {
  return html`<section aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    ${content}
  </section>`
}

/** What goes in and what comes out. */
export function renderSignature({
  summary: { inputs = [], outputs = [] },
}: Pick<Overview, 'summary'>): Shown {
  if (inputs.length + outputs.length === 0) return nothing
  return section(
    'signature',
    'Inputs and outputs',
    html`<table>
      <thead>
        <tr>
          <th scope="col"></th>
          <th scope="col">Name</th>
          <th scope="col">Type</th>
          <th scope="col">Shape</th>
        </tr>
      </thead>
      <tbody>
        ${inputs.map((spec) => renderSpec('Input', spec))}
        ${outputs.map((spec) => renderSpec('Output', spec))}
      </tbody>
    </table>`,
  )
}

function renderSpec(role: string, { name, dtype, shape }: TensorSpec): TemplateResult {
  return html`<tr>
    <td class="muted">${role}</td>
    <td class="mono">${escapeText(name)}</td>
    <td>${dtype === undefined ? '' : escapeText(dtype, 60)}</td>
    <td>${shape === undefined ? '' : formatShape(shape)}</td>
  </tr>`
}

/** Values that are shown at once; the rest of a long list is one click away. */
const VALUES = 12

/** A long name, which is broken where its words end rather than within one. */
function breakable(name: string): TemplateResult {
  const words = escapeText(name).split(/(?<=[._/])/)
  return html`${words.map((word, index) => (index > 0 ? html`<wbr />${word}` : word))}`
}

/** A table of names and values. */
export function renderValues(
  id: string,
  title: string,
  values: Readonly<Record<string, MetadataValue | null>> | undefined,
): Shown {
  const entries = Object.entries(values ?? {})
  if (entries.length === 0) return nothing
  const shown = entries.length <= VALUES + 2 ? entries.length : VALUES
  return section(
    id,
    title,
    html`${renderValueTable(entries.slice(0, shown))}
    ${
      shown === entries.length
        ? nothing
        : html`<details>
            <summary>${entries.length - shown} more</summary>
            ${renderValueTable(entries.slice(shown))}
          </details>`
    }`,
  )
}

function renderValueTable(
  entries: readonly (readonly [string, MetadataValue | null])[],
): TemplateResult {
  return html`<table class="values">
    <tbody>
      ${entries.map(
        ([name, value]) =>
          html`<tr>
            <th scope="row" class="mono">${breakable(name)}</th>
            <td class="mono">${formatValue(value)}</td>
          </tr>`,
      )}
    </tbody>
  </table>`
}

function formatValue(value: MetadataValue | null): TemplateResult | string {
  if (value === null) return html`<span class="muted">none</span>`
  if (value === '') return html`<span class="muted">empty</span>`
  if (typeof value !== 'string') return String(value)
  return escapeLines(value, 1000)
}

/** Names of features, or of classes. */
export function renderNames(
  id: string,
  title: string,
  names: readonly string[] | undefined,
  count = names?.length ?? 0,
): Shown {
  if (!names || names.length === 0) return nothing
  const more = count > names.length ? ` (first ${names.length} of ${formatExact(count)})` : ''
  return section(
    id,
    `${title}${more}`,
    html`<ul class="names">
      ${names.map((name) => html`<li class="mono">${escapeText(name, 100)}</li>`)}
    </ul>`,
  )
}

/** How often each layer or operator occurs. */
export function renderLayers(layers: Readonly<Record<string, number>> | undefined): Shown {
  const entries = Object.entries(layers ?? {})
  if (entries.length === 0) return nothing
  const most = Math.max(...entries.map(([, count]) => count))
  return section(
    'layers',
    'Layers and operators',
    html`<table class="layers">
      <tbody>
        ${entries.map(
          ([name, count]) =>
            html`<tr>
              <th scope="row" class="mono" title=${escapeText(name)}>
                ${escapeText(name.split('.').at(-1) ?? name)}
              </th>
              <td>
                <svg width="100%" height="10" aria-hidden="true">
                  <rect width="${(100 * count) / most}%" height="10" rx="2" />
                </svg>
              </td>
              <td class="number">${formatExact(count)}</td>
            </tr>`,
        )}
      </tbody>
    </table>`,
  )
}

/** Files that make up the model together with this one. */
export function renderParts({ name, parts }: Overview, host: InspectorHost): Shown {
  if (!parts || parts.present.length + parts.missing.length < 2) return nothing
  const others = parts.present.filter((part) => part !== name).length
  const total = parts.present.length + parts.missing.length
  return section(
    'parts',
    `Parts (${total})`,
    html`<p>
        ${
          others === 0
            ? 'No other part of this model lies here.'
            : `${name} has ${others} more ${others === 1 ? 'part' : 'parts'} beside it.`
        }
      </p>
      <ul class="parts">
        ${parts.present.map((part) =>
          part === name
            ? html`<li class="mono">${escapeText(part)}</li>`
            : html`<li>
                <button class="link mono" @click=${() => ask(host.openPart(part))}>
                  ${escapeText(part)}
                </button>
              </li>`,
        )}
        ${parts.missing.map(
          (part) => html`<li><span class="mono">${escapeText(part)}</span> is missing</li>`,
        )}
      </ul>`,
  )
}
