import { css } from 'lit'
import { secondaryButton } from '../ui/button'

export const chartsStyle = css`
  main {
    padding: 20px 24px 40px;
  }
  h1 {
    margin-bottom: 12px;
    font-size: 1.5em;
    font-weight: 600;
  }
  .tools,
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: 8px 16px;
    align-items: center;
    margin-bottom: 12px;
  }
  .actions {
    margin: 12px 0 0;
  }
  label,
  .field {
    display: inline-flex;
    gap: 6px;
    align-items: center;
    max-width: 100%;
  }
  select,
  .tools button,
  .actions button {
    max-width: 260px;
    padding: 3px 8px;
    ${secondaryButton}
    cursor: pointer;
  }
  select {
    border-color: var(--vscode-dropdown-border);
    background: var(--vscode-dropdown-background);
    color: var(--vscode-dropdown-foreground);
  }
  .tabs {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 16px;
    margin-bottom: 16px;
    border-bottom: 1px solid var(--line);
  }
  .tabs button {
    padding: 6px 2px;
    border: 0;
    border-bottom: 2px solid transparent;
    background: none;
    color: var(--vscode-descriptionForeground);
    font: inherit;
    cursor: pointer;
  }
  .tabs button[aria-selected='true'] {
    border-bottom-color: var(--vscode-panelTitle-activeBorder, var(--vscode-focusBorder));
    color: var(--vscode-foreground);
    font-weight: 600;
  }
  .multiples {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(240px, 100%), 1fr));
    gap: 16px 20px;
  }
  .empty {
    max-width: 60em;
    padding: 24px 0;
  }
  .notes {
    margin-top: 8px;
  }
  details.picker {
    position: relative;
  }
  .picker > div {
    position: absolute;
    z-index: 3;
    display: flex;
    flex-direction: column;
    gap: 4px;
    box-sizing: border-box;
    width: max-content;
    max-width: 320px;
    max-height: 300px;
    margin-top: 4px;
    padding: 8px 12px;
    overflow-y: auto;
    border: 1px solid var(--vscode-dropdown-border, var(--vscode-contrastBorder, transparent));
    background: var(--vscode-dropdown-background);
    color: var(--vscode-dropdown-foreground);
  }
  .picker label {
    overflow-wrap: anywhere;
  }
  .data {
    max-height: 480px;
    margin-top: 12px;
    overflow: auto;
  }
  caption {
    padding-bottom: 6px;
    color: var(--vscode-descriptionForeground);
    text-align: left;
  }
  thead th {
    position: sticky;
    top: 0;
    background: var(--vscode-editor-background);
    color: var(--vscode-foreground);
  }
  td,
  th[scope='row'] {
    font-variant-numeric: tabular-nums;
  }
  table {
    width: auto;
    min-width: 50%;
  }
  table th,
  table td {
    padding-right: 20px;
    overflow-wrap: normal;
  }
`
