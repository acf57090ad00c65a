import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import { controls } from '../ui/controls'
import { escapeLines } from '../ui/text'
import { theme } from '../ui/theme'
import { descriptionStyle } from './descriptionStyle'
import { headingStyle } from './headingStyle'
import type { Save } from './valueTable'

/** What the version is and what changed, edited in place. */
@customElement('version-description')
export class VersionDescription extends LitElement {
  static override readonly styles = [theme, controls, headingStyle, descriptionStyle]

  @property({ attribute: false }) accessor text = ''
  @property({ attribute: false }) accessor canEdit = false
  @property({ attribute: false }) accessor save!: Save
  /** With another one everything that was typed is forgotten. */
  @property({ attribute: false }) accessor subject = ''

  @state() private accessor isEditing = false
  @state() private accessor problem: string | undefined

  @query('textarea') private accessor box!: HTMLTextAreaElement | null
  @query('.edit') private accessor editButton!: HTMLElement | null

  #first = ''

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('subject')) this.isEditing = false
  }

  #begin(): void {
    this.isEditing = true
    // What others change meanwhile does not overwrite what is typed.
    this.#first = this.text
    this.problem = undefined
    void this.updateComplete.then(() => this.box?.focus())
    this.dispatchEvent(new CustomEvent('edit-begin'))
  }

  #end(): void {
    this.isEditing = false
    void this.updateComplete.then(() => this.editButton?.focus())
  }

  async #submit(): Promise<void> {
    this.problem = await this.save({ field: 'description', text: this.box?.value ?? '' })
    if (this.problem === undefined) this.#end()
  }

  #onKey(event: KeyboardEvent): void {
    // An Enter that ends the composition of a character is none of a person who is done.
    const isDone = event.key === 'Enter' && !event.shiftKey && !event.isComposing
    if (!isDone && event.key !== 'Escape') return
    event.preventDefault()
    if (isDone) void this.#submit()
    else this.#end()
  }

  protected override render(): TemplateResult {
    return html`<section aria-labelledby="title">
      <div class="head">
        <h2 id="title">Description</h2>
        ${
          this.canEdit && !this.isEditing
            ? html`<button class="small edit" @click=${() => this.#begin()}>
                ${this.text === '' ? 'Add description…' : 'Edit description…'}
              </button>`
            : nothing
        }
      </div>
      ${this.isEditing ? this.#renderForm() : this.#renderText()}
    </section>`
  }

  #renderText(): TemplateResult {
    if (this.text === '') return html`<p class="muted">Nobody described it yet.</p>`
    return html`<p class="text">${escapeLines(this.text, 5000)}</p>`
  }

  #renderForm(): TemplateResult {
    return html`<form
      @submit=${(event: SubmitEvent) => {
        event.preventDefault()
        void this.#submit()
      }}
    >
      <textarea
        aria-label="Description"
        aria-describedby="hint"
        aria-invalid=${this.problem === undefined ? 'false' : 'true'}
        .value=${this.#first}
        @keydown=${(event: KeyboardEvent) => this.#onKey(event)}
      ></textarea>
      ${this.problem === undefined ? nothing : html`<p class="problem" role="alert">${this.problem}</p>`}
      <div class="foot">
        <button class="small primary" type="submit">Save</button>
        <button class="small" type="button" @click=${() => this.#end()}>Cancel</button>
        <span class="muted" id="hint">Enter saves, Shift+Enter is a new line, Esc cancels</span>
      </div>
    </form>`
  }
}
