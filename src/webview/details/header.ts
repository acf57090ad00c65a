import { html, nothing, type TemplateResult } from 'lit'
import { formatBytes, plural } from '../../base/text'
import type { Verdict } from '../../registry/scan'
import { kindOf } from '../inspector/facts'
import { icon, iconButton } from '../ui/icons'
import { formatExact } from '../ui/text'
import { intentButton, type Act } from './intents'
import type { DetailsIntent, VersionView } from './protocol'

export interface HeaderActions {
  readonly act: Act
  readonly removeAlias: (alias: string) => void
  readonly showScan: () => void
}

/** What the scanner said, in as many words as a glance takes. */
const VERDICTS: Readonly<Record<Verdict, string>> = {
  dangerous: 'Dangerous',
  review: 'To be reviewed',
  incomplete: 'Not scanned whole',
  clean: 'No danger found',
}

const SECONDARY: readonly DetailsIntent[] = [
  'moveToStage',
  'rollBack',
  'checkRules',
  'compareWithProduction',
  'compareWithOther',
  'showCharts',
  'inspect',
]

/** Which version this is, where it stands, and what can be done with it. */
export function renderHeader(view: VersionView, actions: HeaderActions): TemplateResult {
  const { subject, isPreview, intents, next } = view
  const { act } = actions
  return html`<header>
    <div class="title">
      <h1>${subject.model}<span class="muted">:</span>${subject.version}</h1>
      ${iconButton('copy', 'Copy reference', () => act('copyReference'))}
      ${
        isPreview
          ? html`<button
              class="link keep"
              title="This tab shows the next version that is looked at, unless it is kept"
              @click=${() => act('keep')}
            >
              Keep Open
            </button>`
          : nothing
      }
    </div>
    ${renderStanding(view, actions)}
    <div class="buttons" role="group" aria-label="What can be done with this version">
      ${
        next !== undefined && intents.includes('promote')
          ? intentButton('promote', act, `Promote to ${next}`, 'primary')
          : nothing
      }
      ${SECONDARY.filter((intent) => intents.includes(intent)).map((intent) =>
        intentButton(intent, act),
      )}
    </div>
    ${renderFacts(view, actions)}
  </header>`
}

function renderStanding(view: VersionView, { act, removeAlias }: HeaderActions): TemplateResult {
  const { stage, stageTitle, aliases, canEdit, intents } = view
  return html`<div class="standing">
    <span class="stage ${stage}"><span class="reader">Stage: </span>${stageTitle}</span>
    ${aliases.map(
      (alias) =>
        html`<span class="alias"
          ><span class="reader">Alias: </span>@${alias}${
            canEdit
              ? iconButton('close', `Remove alias ${alias}`, () => removeAlias(alias))
              : nothing
          }</span
        >`,
    )}
    ${intents.includes('setAlias') ? intentButton('setAlias', act, undefined, 'link') : nothing}
  </div>`
}

function renderFacts(view: VersionView, { act, showScan }: HeaderActions): TemplateResult {
  const { artifact, scan, registered } = view
  return html`<dl class="facts">
    <div>
      <dt class="muted">${view.format === '' ? 'Framework' : 'Format'}</dt>
      <dd>${view.format === '' ? view.framework : kindOf(view)}</dd>
    </div>
    <div title=${artifact ? `${formatExact(artifact.size)} bytes` : nothing}>
      <dt class="muted">Artifact</dt>
      <dd>${artifact ? sizeOf(artifact) : 'none, metadata alone'}</dd>
    </div>
    ${
      artifact
        ? html`<div>
            <dt class="muted">SHA-256</dt>
            <dd class="digest">
              <span class="mono" title=${artifact.sha256}>${artifact.sha256.slice(0, 12)}…</span>
              ${iconButton('copy', 'Copy SHA-256', () => act('copyDigest'))}
            </dd>
          </div>`
        : nothing
    }
    ${
      artifact
        ? html`<div>
            <dt class="muted">Security scan</dt>
            <dd>
              ${
                scan
                  ? html`<button class="link shield ${scan.verdict}" @click=${showScan}>
                      ${icon('shield')} ${VERDICTS[scan.verdict]}
                    </button>`
                  : html`<span class="shield">${icon('shield')} Not scanned</span>`
              }
            </dd>
          </div>`
        : nothing
    }
    <div title=${registered.at}>
      <dt class="muted">Registered</dt>
      <dd>${registered.ago}${registered.by === '' ? '' : ` by ${registered.by}`}</dd>
    </div>
  </dl>`
}

function sizeOf({ kind, size, files, more }: NonNullable<VersionView['artifact']>): string {
  return kind === 'folder'
    ? `${plural(files.length + more, 'file')}, ${formatBytes(size)}`
    : formatBytes(size)
}
