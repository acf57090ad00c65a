import { css } from 'lit'

export const valueTableStyle = css`
  .search {
    max-width: 320px;
    margin-bottom: 6px;
  }
  tr:first-child {
    border-top: 0;
  }
  thead + tbody tr:first-child {
    border-top: 1px solid var(--line);
  }
  tbody th {
    color: var(--vscode-foreground);
  }
  th,
  td {
    height: 26px;
    padding-top: 2px;
    padding-bottom: 2px;
    vertical-align: middle;
  }
  .direction {
    display: inline-block;
    font-size: 0.9em;
    white-space: nowrap;
  }
  .mono:has(+ .direction) {
    margin-right: 8px;
  }
  .parameters th,
  .tags th {
    width: 40%;
  }
  .metrics th:first-child {
    min-width: 8em;
  }
  .metrics td:not(.editing) {
    font-variant-numeric: tabular-nums;
  }
  .text {
    white-space: pre-wrap;
  }
  .scroll {
    overflow-x: auto;
  }
  .metrics .number {
    white-space: nowrap;
  }
  .difference {
    display: inline-block;
    min-width: 8em;
  }
  .metrics thead th,
  .difference {
    overflow-wrap: normal;
  }
  .metrics .number {
    padding-right: 24px;
  }
  .tools {
    width: 60px;
    padding-right: 0;
    text-align: right;
    white-space: nowrap;
  }
  .tools .icon-button {
    opacity: 0;
  }
  tr:hover .icon-button,
  tr:focus-within .icon-button {
    opacity: 1;
  }
  tr:hover {
    background: var(--vscode-list-hoverBackground);
  }
  .sign {
    display: inline-block;
    min-width: 1em;
    font-size: 0.8em;
  }
  .better {
    color: var(--vscode-testing-iconPassed, var(--vscode-charts-green));
  }
  .worse {
    color: var(--vscode-errorForeground);
  }
  form {
    display: flex;
    flex-wrap: wrap;
    gap: 6px;
    align-items: center;
  }
  form input {
    flex: 1 1 140px;
  }
  form .name {
    flex: 1 1 140px;
    overflow-wrap: anywhere;
  }
  .more {
    margin-top: 6px;
  }
  @media (hover: none) {
    .tools .icon-button {
      opacity: 1;
    }
  }
  :host-context(.vscode-high-contrast) .tools .icon-button {
    opacity: 1;
  }
`
