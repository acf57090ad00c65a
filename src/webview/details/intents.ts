import { html, nothing, type TemplateResult } from 'lit'
import type { DetailsIntent } from './protocol'

export type Act = (intent: DetailsIntent) => void

const LABELS: Readonly<Record<DetailsIntent, string>> = {
  promote: 'Promote',
  moveToStage: 'Move to Stage…',
  rollBack: 'Roll Back…',
  checkRules: 'Check Promotion Rules…',
  setAlias: 'Add Alias…',
  compareWithProduction: 'Compare with Production',
  compareWithOther: 'Compare with Others…',
  showCharts: 'Show Charts',
  inspect: 'Open in Model Inspector',
  revealArtifact: 'Reveal in Explorer',
  locateArtifact: 'Locate Artifact…',
  verify: 'Verify',
  rescan: 'Scan Again',
  copyReference: 'Copy Reference',
  copyDigest: 'Copy SHA-256',
  copyLoadCode: 'Copy',
  openCode: 'Open Code at This Version…',
  compareCode: 'Compare Code…',
  openCommit: 'Open Commit in Browser',
  showChanges: 'Show Uncommitted Changes',
  showCard: 'Show Card',
  editCard: 'Edit Card',
  openDocument: 'Open Document',
  showInView: 'Show in Models View',
  delete: 'Delete Version…',
  restore: 'Restore Version',
  recover: 'Restore Last Good Copy',
  resolveConflict: 'Resolve Conflict by Meaning',
  manageTrust: 'Manage Workspace Trust',
  undo: 'Undo',
  keep: 'Keep Open',
}

/** A button for what is possible of some intents. */
export function intentButtons(
  wanted: readonly DetailsIntent[],
  possible: readonly DetailsIntent[],
  act: Act,
): TemplateResult | typeof nothing {
  const shown = wanted.filter((intent) => possible.includes(intent))
  if (shown.length === 0) return nothing
  return html`<div class="buttons">${shown.map((intent) => intentButton(intent, act))}</div>`
}

export function intentButton(
  intent: DetailsIntent,
  act: Act,
  label = LABELS[intent],
  look = '',
): TemplateResult {
  return html`<button class="small ${look}" @click=${() => act(intent)}>${label}</button>`
}
