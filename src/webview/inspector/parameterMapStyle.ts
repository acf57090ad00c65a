import { css, unsafeCSS } from 'lit'

/** VS Code's own colours of charts. Numbers and names stand beside them: no colour means anything alone. */
export const PALETTE = ['blue', 'green', 'purple', 'yellow', 'red'] as const

const families = PALETTE.map(
  (colour, index) => `.family${index} { --family: var(--vscode-charts-${colour}); }`,
).join('\n')

export const parameterMapStyle = css`
  ${unsafeCSS(families)}
  .rest {
    --family: var(--vscode-descriptionForeground);
  }
  .columns {
    display: grid;
    grid-template-columns: minmax(0, 1fr) minmax(240px, 320px);
    gap: 16px 32px;
    align-items: start;
  }
  @media (max-width: 760px) {
    .columns {
      grid-template-columns: minmax(0, 1fr);
    }
  }
  svg {
    display: block;
  }
  .area rect {
    fill: var(--family);
    fill-opacity: 0.22;
    stroke: var(--family);
    stroke-opacity: 0.7;
  }
  .area.searchable {
    cursor: pointer;
  }
  .area.searchable:hover rect {
    fill-opacity: 0.36;
  }
  .area text {
    fill: var(--vscode-foreground);
    font-size: 11px;
    pointer-events: none;
  }
  .bar {
    margin-bottom: 8px;
    border-radius: 2px;
  }
  .bar rect,
  .key rect {
    fill: var(--family);
  }
  .key {
    display: inline-block;
    margin-right: 6px;
  }
  details {
    margin-top: 8px;
  }
  :host-context(.vscode-high-contrast) .area rect {
    fill-opacity: 0;
    stroke: var(--vscode-contrastBorder, var(--vscode-foreground));
    stroke-opacity: 1;
  }
  :host-context(.vscode-high-contrast) .area.searchable:hover rect {
    stroke: var(--vscode-contrastActiveBorder, var(--vscode-focusBorder));
    stroke-dasharray: 4 2;
  }
`
