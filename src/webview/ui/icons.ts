import { html, svg, type SVGTemplateResult, type TemplateResult } from 'lit'

const PATHS = {
  edit: svg`<path d="M2.5 13.5l.8-3.2 7.6-7.6 2.4 2.4-7.6 7.6zM9.3 4.3l2.4 2.4" />`,
  remove: svg`<path d="M2.5 4h11M6 4V2.5h4V4M4 4l.6 9.5h6.8L12 4M6.7 6.5v4.5M9.3 6.5v4.5" />`,
  copy: svg`<path d="M5.5 5.5h7v8h-7zM3.5 10.5v-8h7" />`,
  close: svg`<path d="M4 4l8 8M12 4l-8 8" />`,
  shield: svg`<path d="M8 1.8l5 1.7v4.2c0 3-2.1 5.3-5 6.5-2.9-1.2-5-3.5-5-6.5V3.5z" />`,
} as const satisfies Readonly<Record<string, SVGTemplateResult>>
export type IconName = keyof typeof PATHS

/** A drawing beside words, or in a button that has a label: it says nothing by itself. */
export function icon(name: IconName): TemplateResult {
  return html`<svg class="icon" width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
    ${PATHS[name]}
  </svg>`
}

/** A button that is a drawing; its label is for the tooltip and for screen readers. */
export function iconButton(name: IconName, label: string, run: () => void): TemplateResult {
  return html`<button class="icon-button" aria-label=${label} title=${label} @click=${run}>
    ${icon(name)}
  </button>`
}
