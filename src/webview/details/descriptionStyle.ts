import { css } from 'lit'

export const descriptionStyle = css`
  .text {
    max-width: 80ch;
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  .foot {
    display: flex;
    flex-wrap: wrap;
    gap: 6px;
    align-items: center;
    margin-top: 6px;
  }
`
