import { css } from 'lit'

export const comparisonStyle = css`
  main {
    padding: 20px 24px 40px;
  }
  h1 {
    margin-bottom: 12px;
    font-size: 1.5em;
    font-weight: 600;
  }
  .tools {
    display: flex;
    flex-wrap: wrap;
    gap: 8px 16px;
    align-items: center;
    margin-bottom: 16px;
  }
  select,
  .tools button,
  thead button.action {
    padding: 3px 8px;
    border: 1px solid var(--vscode-button-border, var(--vscode-contrastBorder, transparent));
    border-radius: 2px;
    background: var(--vscode-button-secondaryBackground);
    color: var(--vscode-button-secondaryForeground);
    font: inherit;
  }
  select {
    border-color: var(--vscode-dropdown-border);
    background: var(--vscode-dropdown-background);
    color: var(--vscode-dropdown-foreground);
  }
  .scroll {
    overflow-x: auto;
  }
  thead th {
    color: var(--vscode-foreground);
  }
  thead .action {
    margin-top: 6px;
    cursor: pointer;
  }
  tbody th[scope='rowgroup'] {
    padding-top: 20px;
    color: var(--vscode-foreground);
    font-weight: 600;
  }
  td {
    min-width: 9em;
    font-variant-numeric: tabular-nums;
  }
  .best {
    font-weight: 600;
  }
  .difference {
    display: block;
  }
  .better {
    color: var(--vscode-testing-iconPassed, var(--vscode-foreground));
  }
  .worse {
    color: var(--vscode-errorForeground);
  }
`
