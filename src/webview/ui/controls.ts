import { css } from 'lit'
import { secondaryButton } from './button'

/** Boxes to type into, small buttons and what is wrong with what was typed, in VS Code's own colours. */
export const controls = css`
  .icon {
    flex: none;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.2;
    vertical-align: -3px;
  }
  .icon-button {
    display: inline-flex;
    padding: 3px;
    border: 1px solid transparent;
    border-radius: 4px;
    background: none;
    color: var(--vscode-icon-foreground, var(--vscode-foreground));
    cursor: pointer;
  }
  .icon-button:hover {
    background: var(--vscode-toolbar-hoverBackground);
    outline: 1px dashed var(--vscode-contrastActiveBorder, transparent);
    outline-offset: -1px;
  }
  input,
  textarea {
    box-sizing: border-box;
    width: 100%;
    min-width: 0;
    padding: 3px 6px;
    border: 1px solid
      var(--vscode-input-border, var(--vscode-contrastBorder, var(--vscode-descriptionForeground)));
    border-radius: 2px;
    background: var(--vscode-input-background);
    color: var(--vscode-input-foreground);
    font: inherit;
  }
  textarea {
    display: block;
    min-height: 5em;
    line-height: 1.45;
    resize: vertical;
  }
  input::placeholder {
    color: var(--vscode-input-placeholderForeground);
    opacity: 1;
  }
  [aria-invalid='true'] {
    border-color: var(--vscode-inputValidation-errorBorder, var(--vscode-errorForeground));
  }
  .problem {
    margin-top: 4px;
    padding: 4px 6px;
    border: 1px solid var(--vscode-inputValidation-errorBorder, var(--vscode-errorForeground));
    background: var(--vscode-inputValidation-errorBackground, var(--vscode-editor-background));
    color: var(--vscode-inputValidation-errorForeground, var(--vscode-foreground));
    overflow-wrap: anywhere;
  }
  .small {
    padding: 2px 8px;
    ${secondaryButton}
    cursor: pointer;
  }
  .small:hover {
    background: var(--vscode-button-secondaryHoverBackground);
  }
  .small.primary {
    background: var(--vscode-button-background);
    color: var(--vscode-button-foreground);
  }
  .small.primary:hover {
    background: var(--vscode-button-hoverBackground);
  }
  .small:focus-visible {
    outline-offset: 1px;
  }
`
