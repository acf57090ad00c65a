import { css } from 'lit'

/** The declarations of a button beside others, in VS Code's own colours; they stand within a rule. */
export const secondaryButton = css`
  border: 1px solid var(--vscode-button-border, var(--vscode-contrastBorder, transparent));
  border-radius: 2px;
  background: var(--vscode-button-secondaryBackground);
  color: var(--vscode-button-secondaryForeground);
  font: inherit;
`
