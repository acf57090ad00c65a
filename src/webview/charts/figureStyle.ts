import { css } from 'lit'

/** A chart, what stands above it, and its tooltip. Nothing moves by itself. */
export const figureStyle = css`
  :host {
    position: relative;
  }
  .scroll {
    position: relative;
    overflow-x: auto;
    overflow-y: hidden;
  }
  .surface {
    position: relative;
    width: max-content;
    outline-offset: -2px;
  }
  .surface.pointed {
    cursor: pointer;
  }
  svg {
    display: block;
    overflow: visible;
  }
  svg text {
    white-space: pre;
  }
  .overlay {
    position: absolute;
    top: 0;
    left: 0;
    pointer-events: none;
  }
  .tooltip {
    position: absolute;
    z-index: 2;
    box-sizing: border-box;
    max-width: 320px;
    padding: 4px 8px;
    border: 1px solid
      var(--vscode-editorHoverWidget-border, var(--vscode-contrastBorder, transparent));
    border-radius: 3px;
    background: var(--vscode-editorHoverWidget-background, var(--vscode-editor-background));
    color: var(--vscode-editorHoverWidget-foreground, var(--vscode-foreground));
    font-size: 0.95em;
    overflow-wrap: anywhere;
    pointer-events: none;
  }
  .said {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .axis {
    position: absolute;
    width: 24px;
    margin-left: -12px;
    cursor: ns-resize;
    touch-action: none;
  }
  .band {
    position: absolute;
    right: 5px;
    left: 5px;
    border: 1px solid var(--vscode-focusBorder);
    background: var(--vscode-editor-selectionBackground);
    opacity: 0.6;
    pointer-events: none;
  }
  .handle {
    position: absolute;
    right: 3px;
    left: 3px;
    box-sizing: border-box;
    height: 7px;
    margin-top: -4px;
    border: 1px solid var(--vscode-foreground);
    border-radius: 2px;
    background: var(--vscode-editor-background);
    cursor: ns-resize;
  }
`
