import { html, nothing, type TemplateResult } from 'lit'
import '@vscode-elements/elements/dist/vscode-button/index.js'
import { formatBytes, plural } from '../../base/text'
import type { Overview, RegisteredAs, Registration, VersionKey } from '../protocol'

const HOW: Readonly<Record<RegisteredAs['match'], string>> = {
  artifact: 'this is its stored artifact',
  content: 'the same content',
  source: 'registered from this path, the same size',
}

/** What the buttons of the card do. */
export interface CardActions {
  readonly register: (whole: boolean) => void
  readonly registerAsCustom: () => void
  readonly showVersion: (version: VersionKey) => void
  readonly check: () => void
}

/** Which registered versions this is, or how it becomes one. */
export function renderRegistryCard(
  overview: Overview,
  registration: Registration | undefined,
  actions: CardActions,
  checking: boolean,
): TemplateResult {
  return html`<section class="registry" aria-labelledby="registry-title">
    <h2 id="registry-title">Registry</h2>
    ${
      registration === undefined
        ? html`<p class="muted">Looking it up…</p>`
        : html`${renderVersions(registration.versions, actions)}
          ${renderUnchecked(overview, registration, actions, checking)}
          ${registration.canRegister ? renderRegister(overview, registration, actions) : nothing}`
    }
  </section>`
}

function renderVersions(
  versions: readonly RegisteredAs[],
  { showVersion }: CardActions,
): TemplateResult {
  if (versions.length === 0) return html`<p>Not registered.</p>`
  return html`<ul class="versions">
    ${versions.map(
      (version) =>
        html`<li>
          <div>
            <strong>${version.reference}</strong>
            <span class="stage ${version.stage}">${capitalized(version.stage)}</span>
            <div class="muted">${HOW[version.match]}</div>
          </div>
          <vscode-button
            secondary
            @click=${() => showVersion({ folder: version.folder, reference: version.reference })}
            >Open in Model Registry</vscode-button
          >
        </li>`,
    )}
  </ul>`
}

/** Reading a large file takes a while, so it is done when somebody wants to know. */
function renderUnchecked(
  { size = 0 }: Overview,
  { unchecked, versions }: Registration,
  { check }: CardActions,
  checking: boolean,
): TemplateResult | typeof nothing {
  if (unchecked === 0 || versions.some(({ match }) => match !== 'source')) return nothing
  return html`<p class="muted">${plural(unchecked, 'version')} of the same size.</p>
    <vscode-button secondary ?disabled=${checking} @click=${check}
      >${checking ? 'Comparing…' : `Compare Content (${formatBytes(size)})`}</vscode-button
    >`
}

function renderRegister(
  { format, parts, findings }: Overview,
  { versions }: Registration,
  { register, registerAsCustom }: CardActions,
): TemplateResult | typeof nothing {
  const isRegistered = versions.some(({ match }) => match !== 'source')
  if (isRegistered) return nothing
  const isThere = !findings.some(({ rule }) => rule === 'not-found')
  if (!isThere) return nothing
  if (format === 'unknown')
    return html`<vscode-button @click=${() => registerAsCustom()}
      >Register as Custom…</vscode-button
    >`
  const count = parts?.present.length ?? 1
  return html`<div class="buttons">
    ${
      count > 1
        ? html`<vscode-button @click=${() => register(true)}
            >Register All ${count} Parts…</vscode-button
          >`
        : nothing
    }
    <vscode-button ?secondary=${count > 1} @click=${() => register(false)}
      >${count > 1 ? 'Register This File…' : 'Register…'}</vscode-button
    >
  </div>`
}

function capitalized(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}
