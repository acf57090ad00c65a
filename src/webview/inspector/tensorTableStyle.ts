import { css } from 'lit'

/** The tensor table looks like VS Code's own lists. */
export const tensorTableStyle = css`
  .bar {
    position: sticky;
    top: 0;
    z-index: 2;
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    align-items: center;
    padding: 6px 0;
    background: var(--vscode-editor-background);
  }
  vscode-textfield {
    flex: 1 1 220px;
    width: auto;
    max-width: 460px;
  }
  [role='status'] {
    margin-left: auto;
  }
  .grid {
    --columns: minmax(0, 1fr) 90px 150px 110px 80px;
  }
  .grid:focus-visible {
    outline: none;
  }
  .head,
  .row {
    display: grid;
    grid-template-columns: var(--columns);
    column-gap: 12px;
    height: 22px;
    line-height: 22px;
    padding-right: 8px;
  }
  .head {
    position: sticky;
    top: var(--bar, 0);
    z-index: 1;
    background: var(--vscode-editor-background);
    border-bottom: 1px solid var(--line);
  }
  .head button {
    padding: 0;
    border: 0;
    background: none;
    color: var(--vscode-descriptionForeground);
    font: inherit;
    cursor: pointer;
  }
  .head .name button {
    padding-left: 16px;
  }
  .head button:hover,
  .head [aria-sort='ascending'] button,
  .head [aria-sort='descending'] button {
    color: var(--vscode-foreground);
  }
  .arrow {
    display: inline-block;
    width: 1em;
    text-align: center;
  }
  .parameters,
  .bytes {
    text-align: right;
    font-variant-numeric: tabular-nums;
  }
  .parameters .arrow,
  .bytes .arrow {
    width: auto;
    padding-left: 2px;
  }
  .body {
    position: relative;
    contain: strict;
  }
  .window {
    position: absolute;
    inset: 0 0 auto;
  }
  .row {
    cursor: default;
    white-space: nowrap;
  }
  .row.module {
    cursor: pointer;
  }
  .row > div {
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .row .name {
    display: flex;
    align-items: center;
  }
  .indent {
    flex: none;
  }
  .label {
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .module .label {
    font-weight: 600;
  }
  .count {
    margin-left: 8px;
    font-size: 0.9em;
  }
  .module .parameters,
  .module .bytes {
    color: var(--vscode-descriptionForeground);
  }
  .copy {
    flex: none;
    display: flex;
    visibility: hidden;
    margin-left: 6px;
    padding: 2px;
    border: 0;
    border-radius: 3px;
    background: none;
    color: var(--vscode-icon-foreground);
    cursor: pointer;
  }
  .row:hover .copy,
  .grid:focus .active .copy {
    visibility: visible;
  }
  .copy:hover {
    background: var(--vscode-toolbar-hoverBackground);
  }
  .row:hover {
    background: var(--vscode-list-hoverBackground);
  }
  .grid:focus .row.active {
    background: var(--vscode-list-activeSelectionBackground);
    color: var(--vscode-list-activeSelectionForeground);
    outline: 1px solid var(--vscode-list-focusOutline, var(--vscode-focusBorder));
    outline-offset: -1px;
  }
  .grid:focus .row.active .muted,
  .grid:focus .row.active div,
  .grid:focus .row.active .copy {
    color: inherit;
  }
  @media (max-width: 640px) {
    .grid {
      --columns: minmax(0, 1fr) 60px 100px 90px;
    }
    .bytes {
      display: none;
    }
  }
`
