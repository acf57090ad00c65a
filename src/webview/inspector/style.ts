import { css, unsafeCSS } from 'lit'
import { STAGES } from '../../registry/stage'

/** VS Code turns only the first dot of a colour's id into a hyphen; another release may turn all. */
const stageColours = unsafeCSS(
  STAGES.map(
    (stage) =>
      `.stage.${stage} { color: var(--vscode-modelRegistry-stage\\.${stage}, var(--vscode-modelRegistry-stage-${stage})); }`,
  ).join('\n'),
)

export const inspectorStyle = css`
  main {
    max-width: 1200px;
    margin: 0 auto;
    padding: 20px 24px 40px;
  }
  main > *,
  .cards {
    margin-bottom: 24px;
  }
  h1 {
    font-size: 1.6em;
    font-weight: 400;
    overflow-wrap: anywhere;
  }
  .kind {
    margin-right: 12px;
    color: var(--vscode-foreground);
  }
  .path {
    overflow-wrap: anywhere;
  }
  .cards {
    display: grid;
    grid-template-columns: minmax(0, 1fr) minmax(240px, 320px);
    gap: 24px 32px;
    align-items: start;
  }
  .facts {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(170px, 1fr));
    gap: 14px 20px;
  }
  .facts dd {
    font-size: 1.2em;
    overflow-wrap: anywhere;
  }
  .registry > * + * {
    margin-top: 8px;
  }
  .versions li + li {
    margin-top: 12px;
  }
  .versions vscode-button,
  .buttons {
    margin-top: 6px;
  }
  .buttons {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
  }
  .stage {
    margin-left: 6px;
    padding: 0 6px;
    border: 1px solid currentColor;
    border-radius: 9px;
    font-size: 0.85em;
    white-space: nowrap;
  }
  ${stageColours}
  .finding {
    display: flex;
    gap: 8px;
    padding: 4px 0;
  }
  .finding .icon {
    flex: none;
    margin-top: 2px;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.2;
  }
  .finding.error .icon {
    color: var(--vscode-editorError-foreground, var(--vscode-errorForeground));
  }
  .finding.warning .icon {
    color: var(--vscode-editorWarning-foreground);
  }
  .finding.note .icon {
    color: var(--vscode-editorInfo-foreground);
  }
  .finding.good .icon {
    color: var(--vscode-charts-green);
  }
  .word {
    font-weight: 600;
  }
  .pairs {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(360px, 100%), 1fr));
    gap: 24px 32px;
    align-items: start;
  }
  .pairs:empty {
    display: none;
  }
  details {
    margin-top: 6px;
  }
  .values td {
    white-space: pre-wrap;
  }
  .values th {
    width: 45%;
  }
  .layers th {
    width: 45%;
  }
  .layers rect {
    fill: var(--vscode-charts-blue);
  }
  .names {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 6px;
  }
  .names li {
    padding: 0 6px;
    border: 1px solid var(--line);
    border-radius: 3px;
    overflow-wrap: anywhere;
  }
  @media (max-width: 760px) {
    .cards {
      grid-template-columns: minmax(0, 1fr);
    }
  }
`
