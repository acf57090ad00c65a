import { css } from 'lit'
import { secondaryButton } from '../ui/button'

export const comparisonStyle = css`
  :host {
    --edge: 24px;
    --names: 15em;
  }
  main {
    display: flex;
    flex-direction: column;
    box-sizing: border-box;
    height: 100vh;
  }
  main > p,
  .scroll > p {
    padding: 20px var(--edge);
  }
  header {
    padding: 16px var(--edge) 12px;
  }
  h1 {
    margin-bottom: 10px;
    font-size: 1.4em;
    font-weight: 600;
    overflow-wrap: anywhere;
  }
  .tools,
  .copies,
  .links {
    display: flex;
    flex-wrap: wrap;
    gap: 6px 12px;
    align-items: center;
  }
  .tools {
    gap: 8px 20px;
  }
  .copies {
    gap: 8px;
  }
  label {
    display: inline-flex;
    gap: 6px;
    align-items: center;
  }
  select {
    max-width: 20em;
  }
  input[type='checkbox'] {
    margin: 0;
    accent-color: var(--vscode-button-background);
  }
  select,
  .tools button,
  button.action {
    padding: 3px 8px;
    ${secondaryButton}
  }
  .tools button:hover,
  button.action:hover {
    background: var(--vscode-button-secondaryHoverBackground);
  }
  .tools button,
  button.action {
    cursor: pointer;
  }
  select {
    border-color: var(--vscode-dropdown-border);
    background: var(--vscode-dropdown-background);
    color: var(--vscode-dropdown-foreground);
  }
  header p {
    padding-top: 10px;
  }

  /* The versions stay above their values, and the names beside them. */
  .scroll {
    flex: 1;
    min-height: 0;
    overflow: auto;
    border-top: 1px solid var(--line);
  }
  table {
    width: 100%;
    min-width: calc(var(--names) + var(--columns, 2) * 13em);
    margin-bottom: 32px;
    border-collapse: separate;
    border-spacing: 0;
    table-layout: fixed;
  }
  th,
  td {
    padding: 4px 16px 4px 0;
    border-top: 1px solid var(--line);
  }
  thead th,
  thead td {
    position: sticky;
    top: 0;
    z-index: 2;
    padding-top: 10px;
    padding-bottom: 10px;
    border-top: 0;
    border-bottom: 1px solid var(--line);
    background: var(--vscode-editor-background);
    color: var(--vscode-foreground);
  }
  thead td,
  tbody th[scope='row'] {
    position: sticky;
    left: 0;
    z-index: 1;
    width: var(--names);
    padding-left: var(--edge);
    box-sizing: border-box;
    background: var(--vscode-editor-background);
  }
  thead td {
    z-index: 3;
  }
  thead .name {
    font-weight: 600;
  }
  thead .action {
    margin-top: 8px;
  }
  tbody tr,
  tbody .section th,
  tbody .section + tr > * {
    border-top: 0;
  }
  .section th {
    padding-top: 18px;
    color: var(--vscode-foreground);
    font-weight: 600;
  }
  .section span {
    position: sticky;
    left: var(--edge);
    margin-left: var(--edge);
  }
  tbody:first-of-type .section th {
    padding-top: 10px;
  }
  td {
    font-variant-numeric: tabular-nums;
  }
  .best {
    font-weight: 600;
  }
  .difference,
  .direction {
    display: block;
    font-size: 0.92em;
  }
  /* The greens and reds of icons are too pale for text in light themes. */
  .better {
    color: var(--vscode-gitDecoration-addedResourceForeground, var(--vscode-foreground));
  }
  .worse {
    color: var(--vscode-editorError-foreground, var(--vscode-errorForeground));
  }
  .equal {
    color: var(--vscode-descriptionForeground);
  }

  @media (max-width: 520px) {
    :host {
      --edge: 12px;
      --names: 9em;
    }
    h1 {
      margin-bottom: 8px;
      font-size: 1.15em;
    }
  }
`
