import { css } from 'lit'

/** On top of the style of the model inspector, whose parts this page shows too. */
export const detailsStyle = css`
  main {
    max-width: 1000px;
  }
  header > * + * {
    margin-top: 12px;
  }
  .title {
    display: flex;
    gap: 6px;
    align-items: center;
  }
  .keep {
    flex: none;
    margin-left: auto;
    padding-left: 16px;
  }
  .standing {
    display: flex;
    flex-wrap: wrap;
    gap: 6px 12px;
    align-items: center;
  }
  .stage {
    margin-left: 0;
  }
  .alias {
    display: inline-flex;
    gap: 2px;
    align-items: center;
    padding-left: 6px;
    border: 1px solid var(--line);
    border-radius: 9px;
    overflow-wrap: anywhere;
  }
  .alias:not(:has(button)) {
    padding-right: 6px;
  }
  .alias .icon-button {
    padding: 0;
    border-radius: 9px;
  }
  .small.link {
    padding: 0;
    border: 0;
    background: none;
    color: var(--vscode-textLink-foreground);
  }
  .small.link:hover {
    background: none;
  }
  .reader {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  header .facts {
    grid-template-columns: repeat(auto-fill, minmax(150px, 1fr));
    padding: 12px 0;
    border-top: 1px solid var(--line);
    border-bottom: 1px solid var(--line);
  }
  header .facts dd {
    font-size: 1em;
  }
  .digest {
    white-space: nowrap;
  }
  .digest .icon-button {
    margin: -4px 0;
    vertical-align: middle;
  }
  .shield {
    white-space: nowrap;
  }
  .shield .icon {
    color: var(--vscode-descriptionForeground);
  }
  .shield.clean .icon {
    color: var(--vscode-charts-green);
  }
  .shield.review .icon,
  .shield.incomplete .icon {
    color: var(--vscode-editorWarning-foreground);
  }
  .shield.dangerous .icon {
    color: var(--vscode-editorError-foreground, var(--vscode-errorForeground));
  }
  .notice {
    display: flex;
    flex-wrap: wrap;
    gap: 8px 16px;
    align-items: center;
    padding: 8px 12px;
    border: 1px solid var(--vscode-editorWarning-foreground);
    border-radius: 3px;
  }
  .contents {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 14px;
  }
  .columns {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(320px, 100%), 1fr));
    gap: 24px 32px;
    align-items: start;
  }
  .buttons {
    margin-top: 8px;
  }
  header .buttons {
    margin-top: 12px;
  }
  .code {
    position: relative;
  }
  .code .small {
    position: absolute;
    top: 6px;
    right: 6px;
  }
  pre {
    margin: 0;
    padding: 10px 12px;
    overflow-x: auto;
    border: 1px solid var(--vscode-contrastBorder, transparent);
    border-radius: 3px;
    background: var(--vscode-textCodeBlock-background);
    font-family: var(--vscode-editor-font-family, monospace);
    font-size: var(--vscode-editor-font-size, 0.95em);
  }
  .code pre {
    padding-right: 80px;
  }
  .files td {
    white-space: nowrap;
  }
  .files .digest {
    width: 11em;
    padding-left: 20px;
  }
  .scan-part > p {
    margin-top: 4px;
  }
  .history {
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .history li {
    position: relative;
    padding: 0 0 14px 18px;
    border-left: 1px solid var(--vscode-descriptionForeground);
    margin-left: 4px;
  }
  .history li::before {
    content: '';
    position: absolute;
    top: 6px;
    left: -4.5px;
    width: 8px;
    height: 8px;
    border-radius: 50%;
    background: var(--vscode-descriptionForeground);
  }
  .history li:last-child {
    border-left-color: transparent;
    padding-bottom: 0;
  }
  .line {
    overflow-wrap: anywhere;
  }
  .lineage > div {
    display: grid;
    grid-template-columns: 90px minmax(0, 1fr);
    gap: 12px;
    padding: 2px 0;
  }
  .lineage dd {
    overflow-wrap: anywhere;
  }
  .card {
    max-height: 480px;
    padding: 10px 14px;
    overflow: auto;
    border: 1px solid var(--line);
    border-radius: 3px;
  }
  .card > * + * {
    margin-top: 8px;
  }
  .card .heading {
    font-weight: 600;
  }
  .card p {
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  .card ul {
    padding-left: 20px;
    list-style: disc;
  }
  section,
  value-table,
  version-description {
    scroll-margin-top: 12px;
  }
`
