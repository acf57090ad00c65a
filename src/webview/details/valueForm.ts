import { html, nothing, type TemplateResult } from 'lit'

/** What is edited: the value of that name, or a new one without a name yet. */
export interface FormSubject {
  /** `metric` */
  readonly one: string
  readonly label: string | undefined
  readonly typed: string
  readonly problem: string | undefined
}

export interface FormActions {
  readonly submit: (event: SubmitEvent) => void
  readonly cancel: () => void
}

/** The row in which a value is edited: Enter saves, Esc cancels, and what is wrong stands below. */
export function renderForm(
  { one, label, typed, problem }: FormSubject,
  { submit, cancel }: FormActions,
): TemplateResult {
  return html`<tr>
    <td colspan="5" class="editing">
      <form
        @submit=${submit}
        @keydown=${(event: KeyboardEvent) => {
          if (event.key !== 'Escape') return
          event.preventDefault()
          cancel()
        }}
      >
        ${
          label === undefined
            ? html`<input
                name="name"
                autocomplete="off"
                spellcheck="false"
                aria-label="Name of the ${one}"
                placeholder="Name"
              />`
            : html`<span class="mono name">${label}</span>`
        }
        <input
          name="value"
          autocomplete="off"
          spellcheck="false"
          aria-label=${label === undefined ? `Value of the ${one}` : `Value of ${label}`}
          aria-invalid=${problem === undefined ? 'false' : 'true'}
          aria-describedby=${problem === undefined ? nothing : 'problem'}
          placeholder="Value"
          .value=${typed}
        />
        <button class="small primary" type="submit">Save</button>
        <button class="small" type="button" @click=${cancel}>Cancel</button>
      </form>
      ${problem === undefined ? nothing : html`<p class="problem" id="problem" role="alert">${problem}</p>`}
    </td>
  </tr>`
}

/** What stands in a box of a form. */
export function textIn(fields: FormData, name: string): string {
  const text = fields.get(name)
  return typeof text === 'string' ? text : ''
}
