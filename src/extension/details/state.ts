import * as v from 'valibot'
import type { DetailsSubject } from '../../webview/details/protocol'

const StateSchema = v.object({
  folder: v.string(),
  model: v.string(),
  version: v.string(),
  id: v.string(),
  isPreview: v.fallback(v.boolean(), false),
})

/** What a page has kept over a reload; `undefined` where it is nothing that can be shown. */
export function readDetailsState(
  state: unknown,
): (DetailsSubject & { readonly isPreview: boolean }) | undefined {
  const kept = v.safeParse(StateSchema, state)
  return kept.success ? kept.output : undefined
}
