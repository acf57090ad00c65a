import { html, nothing, type TemplateResult } from 'lit'
import { formatBytes, plural } from '../../base/text'
import { factsOf, type Fact } from '../inspector/facts'
import { renderScan } from '../inspector/findings'
import {
  renderLayers,
  renderNames,
  renderSignature,
  renderValues,
  section,
} from '../inspector/sections'
import { iconButton } from '../ui/icons'
import { escapeLines, formatCount, formatExact } from '../ui/text'
import { intentButton, intentButtons, type Act } from './intents'
import type { VersionView } from './protocol'

type Shown = TemplateResult | typeof nothing

/** Python that loads it. */
export function renderSnippet({ snippet, intents }: VersionView, act: Act): Shown {
  if (snippet === undefined) return nothing
  return section(
    'load',
    'How to load it',
    html`<div class="code">
      <pre tabindex="0" aria-label="Python">${escapeLines(snippet)}</pre>
      ${intents.includes('copyLoadCode') ? intentButton('copyLoadCode', act) : nothing}
    </div>`,
  )
}

/** What its files were found to hold. */
export function renderStructure({ structure, intents }: VersionView, act: Act): Shown {
  if (!structure) return nothing
  const { summary, isPartial } = structure
  const facts = [
    ...factsOf({ summary, size: undefined, kind: 'file' }),
    ...typesOf(summary.parametersByDtype),
  ]
  return html`${section(
      'structure',
      'Structure',
      html`<dl class="facts">
          ${facts.map(
            ({ label, value, exact }) =>
              html`<div title=${exact ?? nothing}>
                <dt class="muted">${label}</dt>
                <dd>${value}</dd>
              </div>`,
          )}
        </dl>
        ${isPartial ? html`<p class="muted">The file could not be read whole.</p>` : nothing}
        ${intentButtons(['inspect'], intents, act)}`,
    )}
    ${renderSignature({ summary })}
    <div class="pairs">
      ${renderValues('hyperparameters', 'Hyperparameters', summary.hyperparameters)}
      ${renderLayers(summary.layers)}
      ${renderNames('features', 'Features', summary.featureNames, summary.featureCount)}
      ${renderNames('classes', 'Classes', summary.classes)}
      ${renderValues('metadata', 'Metadata of the file', summary.metadata)}
    </div>`
}

function typesOf(counts: Readonly<Record<string, number>> | undefined): Fact[] {
  const entries = Object.entries(counts ?? {})
  if (entries.length === 0) return []
  const value = entries.map(([dtype, count]) => `${dtype} ${formatCount(count)}`).join(', ')
  return [{ label: 'Types', value }]
}

/** How far its content can be trusted, and by which rules that was found out. */
export function renderScanSection({ scan, artifact, intents }: VersionView, act: Act): Shown {
  if (!artifact) return nothing
  const again = intents.includes('rescan')
    ? html`<div class="buttons">
        ${intentButton('rescan', act, scan ? 'Scan Again' : 'Scan Now', scan?.isOutdated ? 'primary' : '')}
      </div>`
    : nothing
  if (!scan) {
    return section(
      'scan',
      'Security scan',
      html`<p class="muted">Its content was not scanned.</p>
        ${again}`,
    )
  }
  return html`<div class="scan-part">
    ${renderScan(scan.report)}
    <p class="muted">
      Scanned ${scan.at} by version ${scan.report.rules || '?'} of the
      rules.${scan.isOutdated ? ' There are newer rules.' : ''}
    </p>
    ${again}
  </div>`
}

export interface FileActions {
  readonly act: Act
  readonly openFile: (place: number) => void
  readonly copyFileDigest: (place: number) => void
}

/** Files that are listed at once. */
const FILES = 20

/** The stored files. */
export function renderFiles(
  { artifact, problem, intents }: VersionView,
  { act, openFile, copyFileDigest }: FileActions,
): Shown {
  if (!artifact) return nothing
  const canOpen = problem === undefined
  const row = (place: number): TemplateResult | typeof nothing => {
    const file = artifact.files[place]
    if (!file) return nothing
    return html`<tr>
      <th scope="row" class="mono">
        ${
          canOpen
            ? html`<button class="link" @click=${() => openFile(place)}>${file.path}</button>`
            : file.path
        }
      </th>
      <td class="number" title="${formatExact(file.size)} bytes">${formatBytes(file.size)}</td>
      <td class="mono digest" title=${file.sha256}>
        ${file.sha256.slice(0, 12)}…
        ${iconButton('copy', `Copy SHA-256 of ${file.path}`, () => copyFileDigest(place))}
      </td>
    </tr>`
  }
  const rows = artifact.files.map((_, place) => row(place))
  const shown = rows.length <= FILES + 2 ? rows.length : FILES
  const table = (some: readonly unknown[], label: string): TemplateResult =>
    html`<table class="files" aria-label=${label}>
      <tbody>
        ${some}
      </tbody>
    </table>`
  return section(
    'files',
    'Files',
    html`${table(rows.slice(0, shown), 'Files')}
    ${
      shown === rows.length
        ? nothing
        : html`<details>
            <summary>${formatExact(rows.length - shown)} more</summary>
            ${table(rows.slice(shown), 'More files')}
          </details>`
    }
    ${artifact.more > 0 ? html`<p class="muted">and ${plural(artifact.more, 'file')} more</p>` : nothing}
    ${intentButtons(['revealArtifact', 'verify', 'locateArtifact'], intents, act)}`,
  )
}

/** Changes that are listed at once. */
const CHANGES = 12

/** Who did what, when and why. */
export function renderHistory({ history }: VersionView): TemplateResult {
  const items = history.map(
    ({ what, who, at, ago, lines }) =>
      html`<li>
        <div><strong>${what}</strong> <span class="muted">by ${who}</span></div>
        <div class="muted">${at} · ${ago}</div>
        ${lines.map((line) => html`<div class="line">${line}</div>`)}
      </li>`,
  )
  const shown = items.length <= CHANGES + 2 ? items.length : CHANGES
  return section(
    'history',
    'History',
    items.length === 0
      ? html`<p class="muted">No change of this version is recorded.</p>`
      : html`<ol class="history">
            ${items.slice(0, shown)}
          </ol>
          ${
            shown === items.length
              ? nothing
              : html`<details>
                  <summary>${formatExact(items.length - shown)} earlier changes</summary>
                  <ol class="history">
                    ${items.slice(shown)}
                  </ol>
                </details>`
          }`,
  )
}
