import { html, LitElement, nothing, type TemplateResult } from 'lit'
import { customElement } from 'lit/decorators.js'
import { messageOf } from '../base/errors'
import { renderCard } from './details/card'
import './details/description'
import { renderHeader } from './details/header'
import { intentButton, intentButtons } from './details/intents'
import { renderLineage } from './details/lineage'
import type {
  DetailsEvent,
  DetailsHost,
  DetailsIntent,
  DetailsState,
  DetailsView,
  UnavailableView,
  VersionView,
} from './details/protocol'
import {
  renderFiles,
  renderHistory,
  renderScanSection,
  renderSnippet,
  renderStructure,
} from './details/sections'
import { detailsStyle } from './details/style'
import './details/valueTable'
import type { Save } from './details/valueTable'
import { inspectorStyle } from './inspector/style'
import { ask, PageController } from './pageController'
import { controls } from './ui/controls'
import { theme } from './ui/theme'
import { port, readState, writeState } from './vscodePage'

/** What is scrolled is remembered when it has come to rest, in milliseconds. */
const SCROLL_REST = 200

/** The page of a version: everything that the registry knows of it, and what can be done with it. */
@customElement('version-details')
export class VersionDetails extends LitElement {
  static override readonly styles = [theme, inspectorStyle, controls, detailsStyle]

  readonly #page = new PageController<DetailsHost, DetailsEvent, DetailsView>(this, port, {
    read: (host) => host.details(),
    reloadsOn: ['changed'],
    onView: ({ subject }) => this.#onView(subject.id),
  })
  /** What the page was before it was loaded again; used once. */
  #before = (readState() ?? {}) as Partial<DetailsState>
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor() {
    super()
    this.#page.on('replaced', () => {
      scrollTo({ top: 0 })
      void this.#page.load()
    })
    addEventListener(
      'scroll',
      () => {
        clearTimeout(this.#timer)
        this.#timer = setTimeout(() => this.#remember(), SCROLL_REST)
      },
      { passive: true },
    )
    addEventListener('keydown', (event) => this.#onKey(event))
  }

  async #onView(shown: string): Promise<void> {
    await this.updateComplete
    // A tab that was hidden may show another version when it comes back.
    const { id, scroll } = this.#before
    this.#before = {}
    if (id === shown && scroll !== undefined) scrollTo({ top: scroll })
    this.#remember()
  }

  #remember(): void {
    const { view } = this.#page
    if (!view) return
    const { subject, isPreview } = view
    writeState({ ...subject, isPreview, scroll: scrollY } satisfies DetailsState)
  }

  readonly #act = (intent: DetailsIntent): void => {
    void this.#change(this.#page.host.act(intent))
  }

  /** What fails is shown by the host; what was done may show without an event of the registry. */
  async #change(call: Promise<void>): Promise<void> {
    await call.catch(() => undefined)
    await this.#page.load()
  }

  readonly #save: Save = async (change) => {
    const problem = await this.#page.host.edit(change).catch(messageOf)
    if (problem === undefined) await this.#page.load()
    return problem
  }

  /** A preview that somebody works in is kept, as VS Code keeps a preview that was edited. */
  #onEdit(): void {
    if (this.#page.view?.isPreview) this.#act('keep')
  }

  /** Where nothing is typed, undo means the registry. */
  #onKey(event: KeyboardEvent): void {
    if (event.key.toLowerCase() !== 'z' || event.shiftKey || event.altKey) return
    if (!event.ctrlKey && !event.metaKey) return
    const isTyping = event
      .composedPath()
      .some((target) => target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement)
    if (isTyping || !this.#page.view?.intents.includes('undo')) return
    event.preventDefault()
    this.#act('undo')
  }

  protected override render(): TemplateResult {
    const { view, problem } = this.#page
    if (problem !== undefined) return html`<main><p role="alert">${problem}</p></main>`
    if (!view) return html`<main><p role="status">Reading…</p></main>`
    return view.kind === 'version' ? this.#renderVersion(view) : this.#renderUnavailable(view)
  }

  #renderUnavailable({ reference, message, intents, kind }: UnavailableView): TemplateResult {
    return html`<main>
      <header><h1>${reference}</h1></header>
      <p role="alert" class="gone">${message}</p>
      ${intentButtons(['restore', 'openDocument', 'resolveConflict', 'recover', 'manageTrust'], intents, this.#act)}
      ${kind === 'broken' ? html`<p class="muted">The page comes back when the document is in order.</p>` : nothing}
    </main>`
  }

  #renderVersion(view: VersionView): TemplateResult {
    const { host } = this.#page
    const fileActions = {
      act: this.#act,
      openFile: (place: number) => ask(host.openFile(place)),
      copyFileDigest: (place: number) => ask(host.copyFileDigest(place)),
    }
    const openSource = (path: string): void => ask(host.openSource(path))
    return html`<main>
      ${renderHeader(view, {
        act: this.#act,
        removeAlias: (alias) => void this.#change(host.removeAlias(alias)),
        showScan: () => this.#show('#scan-title'),
      })}
      ${this.#renderNotices(view)} ${this.#renderContents(view)}
      <version-description
        id="description"
        .text=${view.description}
        .canEdit=${view.canEdit}
        .save=${this.#save}
        .subject=${view.subject.id}
        @edit-begin=${() => this.#onEdit()}
      ></version-description>
      ${this.#renderValues(view, 'metrics')}
      <div class="columns">
        ${this.#renderValues(view, 'parameters')} ${this.#renderValues(view, 'tags')}
      </div>
      ${renderSnippet(view, this.#act)} ${renderStructure(view, this.#act)}
      ${renderScanSection(view, this.#act)} ${renderFiles(view, fileActions)}
      ${renderLineage(view, this.#act, openSource)} ${renderHistory(view)}
      ${renderCard(view, this.#act)}
      <footer>
        ${intentButtons(['showInView', 'openDocument', 'delete'], view.intents, this.#act)}
      </footer>
    </main>`
  }

  #renderNotices({ canEdit, problem, intents }: VersionView): TemplateResult {
    return html`${
      canEdit
        ? nothing
        : html`<div class="notice" role="note">
            <span
              >This workspace is in Restricted Mode: nothing can be changed here until it is
              trusted.</span
            >
            ${intents.includes('manageTrust') ? intentButton('manageTrust', this.#act) : nothing}
          </div>`
    }
    ${
      problem === undefined
        ? nothing
        : html`<div class="notice" role="alert">
            <span>${problem}</span>
            ${intents.includes('locateArtifact') ? intentButton('locateArtifact', this.#act) : nothing}
          </div>`
    }`
  }

  #renderContents({ snippet, structure, artifact }: VersionView): TemplateResult {
    const parts: readonly (readonly [title: string, place: string, isThere: boolean])[] = [
      ['Description', '#description', true],
      ['Metrics', '#metrics', true],
      ['Parameters', '#parameters', true],
      ['Tags', '#tags', true],
      ['How to load it', '#load-title', snippet !== undefined],
      ['Structure', '#structure-title', structure !== undefined],
      ['Security scan', '#scan-title', artifact !== undefined],
      ['Files', '#files-title', artifact !== undefined],
      ['Lineage', '#lineage-title', true],
      ['History', '#history-title', true],
      ['Model card', '#card-title', true],
    ]
    return html`<nav class="contents" aria-label="On this page">
      ${parts.map(([title, place, isThere]) =>
        isThere
          ? html`<button class="link" @click=${() => this.#show(place)}>${title}</button>`
          : nothing,
      )}
    </nav>`
  }

  /** Scrolls to a part, and lets the keyboard go on from there. */
  #show(place: string): void {
    const part = this.renderRoot.querySelector<HTMLElement>(place)
    if (!part) return
    part.tabIndex = -1
    part.scrollIntoView({ block: 'start' })
    part.focus({ preventScroll: true })
  }

  #renderValues(view: VersionView, field: 'metrics' | 'parameters' | 'tags'): TemplateResult {
    return html`<value-table
      id=${field}
      .field=${field}
      .rows=${view[field]}
      .baselines=${view.baselines}
      .canEdit=${view.canEdit}
      .save=${this.#save}
      .subject=${view.subject.id}
      @edit-begin=${() => this.#onEdit()}
    ></value-table>`
  }
}
