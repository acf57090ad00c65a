import { html, nothing, type TemplateResult } from 'lit'
import { section } from '../inspector/sections'
import { intentButtons, type Act } from './intents'
import type { GitView, LineageView, VersionView } from './protocol'

type Shown = TemplateResult | typeof nothing
type OpenSource = (path: string) => void

/** Where a version comes from: files, run, code, data, environment. */
export function renderLineage(
  { lineage, intents }: VersionView,
  act: Act,
  openSource: OpenSource,
): TemplateResult {
  const { path, run, git, notebook, datasets, environment, origins } = lineage
  const isEmpty =
    !path &&
    !run &&
    !git &&
    !notebook &&
    datasets.length + environment.length + origins.length === 0
  if (isEmpty) {
    const nowhere = html`<p class="muted">Nothing is recorded of where it comes from.</p>`
    return section('lineage', 'Lineage', nowhere)
  }
  return section(
    'lineage',
    'Lineage',
    html`<dl class="lineage">
        ${path ? entry('Source', renderPath(path, openSource)) : nothing}
        ${run === undefined ? nothing : entry('Run', html`<span class="mono">${run}</span>`)}
        ${notebook ? entry('Notebook', renderNotebook(notebook, openSource)) : nothing}
        ${git ? renderGit(git) : nothing}
        ${datasets.length === 0 ? nothing : entry('Data', renderDatasets(lineage, openSource))}
      </dl>
      ${intentButtons(['openCode', 'compareCode', 'showChanges', 'openCommit'], intents, act)}
      ${folded(
        'Environment',
        environment.map(([name, value]) => [name, value]),
      )}
      ${renderOrigins(lineage, openSource)}`,
  )
}

function entry(label: string, content: TemplateResult | string): TemplateResult {
  return html`<div>
    <dt class="muted">${label}</dt>
    <dd>${content}</dd>
  </div>`
}

function renderPath(
  { text, path, isHere }: NonNullable<LineageView['path']>,
  openSource: OpenSource,
): TemplateResult {
  return isHere
    ? html`<button class="link mono" @click=${() => openSource(path)}>${text}</button>`
    : html`<span class="mono">${text}</span>`
}

function renderNotebook(
  { text, path, cell }: NonNullable<LineageView['notebook']>,
  openSource: OpenSource,
): TemplateResult {
  return html`<button class="link mono" @click=${() => openSource(path)}>${text}</button>, cell
    ${cell}`
}

function renderGit({ commit, branch, remote, author, isDirty }: GitView): TemplateResult {
  return html`${entry(
    'Commit',
    html`<span class="mono" title=${commit}>${commit.slice(0, 10)}</span
      >${branch === undefined ? nothing : html` on <span class="mono">${branch}</span>`}${
        author === undefined ? '' : ` by ${author}`
      }${isDirty ? html`, <strong>with changes that were not committed</strong>` : nothing}`,
  )}
  ${remote === undefined ? nothing : entry('Remote', html`<span class="mono">${remote}</span>`)}`
}

function renderDatasets({ datasets }: LineageView, openSource: OpenSource): TemplateResult {
  return html`<ul>
    ${datasets.map(
      ({ path, digest }) =>
        html`<li>
          <button class="link mono" @click=${() => openSource(path)}>${path}</button>
          ${digest === undefined ? nothing : html`<span class="muted mono">${digest}</span>`}
        </li>`,
    )}
  </ul>`
}

function folded(title: string, rows: readonly (readonly [string, string])[]): Shown {
  if (rows.length === 0) return nothing
  return html`<details>
    <summary>${title} (${rows.length})</summary>
    <table class="values">
      <tbody>
        ${rows.map(
          ([name, value]) =>
            html`<tr>
              <th scope="row" class="mono">${name}</th>
              <td class="mono">${value}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </details>`
}

/** From which file and key each value was read when the version was registered. */
function renderOrigins({ origins }: LineageView, openSource: OpenSource): Shown {
  if (origins.length === 0) return nothing
  return html`<details>
    <summary>Where values were read (${origins.length})</summary>
    <table class="origins">
      <thead>
        <tr>
          <th scope="col">Value</th>
          <th scope="col">File</th>
          <th scope="col">Key</th>
        </tr>
      </thead>
      <tbody>
        ${origins.map(
          ({ value, file, path, key, isEdited }) =>
            html`<tr>
              <th scope="row" class="mono">
                ${value} ${isEdited ? html`<span class="muted">edited since</span>` : nothing}
              </th>
              <td>
                <button class="link mono" @click=${() => openSource(path)}>${file}</button>
              </td>
              <td class="mono">${key}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </details>`
}
