import { css } from 'lit'

export const descriptionStyle = css`
  .head {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 12px;
    align-items: baseline;
    justify-content: space-between;
    margin-bottom: 6px;
  }
  .head h2 {
    margin: 0;
  }
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
