import { css } from 'lit'

/** What every page shares: VS Code's own fonts and colours, nothing else. */
export const theme = css`
  :host {
    display: block;
    box-sizing: border-box;
    color: var(--vscode-foreground);
    font-family: var(--vscode-font-family);
    font-size: var(--vscode-font-size);
    line-height: 1.45;
  }
  [hidden] {
    display: none !important;
  }
  h1,
  h2,
  h3,
  p,
  dl,
  dd,
  ul {
    margin: 0;
    padding: 0;
  }
  h2 {
    margin-bottom: 8px;
    font-size: 1.1em;
    font-weight: 600;
  }
  h3 {
    margin-bottom: 6px;
    font-size: 1em;
    font-weight: 600;
  }
  ul {
    list-style: none;
  }
  .muted {
    color: var(--vscode-descriptionForeground);
  }
  .mono {
    font-family: var(--vscode-editor-font-family, monospace);
    font-size: 0.95em;
  }
  .number {
    text-align: right;
    font-variant-numeric: tabular-nums;
  }
  table {
    width: 100%;
    border-collapse: collapse;
  }
  th,
  td {
    padding: 3px 12px 3px 0;
    text-align: left;
    vertical-align: top;
    overflow-wrap: anywhere;
  }
  th {
    font-weight: 400;
    color: var(--vscode-descriptionForeground);
  }
  tbody tr {
    border-top: 1px solid var(--line);
  }
  .number:last-child {
    padding-right: 0;
  }
  :host {
    --line: var(--vscode-editorWidget-border, var(--vscode-contrastBorder, transparent));
  }
  :focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: -1px;
  }
  button.link {
    padding: 0;
    border: 0;
    background: none;
    color: var(--vscode-textLink-foreground);
    font: inherit;
    text-align: left;
    overflow-wrap: anywhere;
    cursor: pointer;
  }
  button.link:hover {
    color: var(--vscode-textLink-activeForeground);
    text-decoration: underline;
  }
  summary {
    cursor: pointer;
  }
`

/** The document around the page's element. */
export const documentStyle = css`
  body {
    margin: 0;
    padding: 0;
    background: var(--vscode-editor-background);
  }
`
