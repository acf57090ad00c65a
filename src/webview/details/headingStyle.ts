import { css } from 'lit'

/** A part's heading with what can be done to the part beside it. */
export const headingStyle = css`
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
`
