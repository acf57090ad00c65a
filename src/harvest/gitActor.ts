import { escapeText } from '../base/text'
import { runGit, trimLine } from './gitCommand'
import type { GitOptions } from './gitCommand'

/** The name that git would commit under: the actor of what a person does here. `undefined` where none is set. */
export async function actorName(
  folder: string,
  { signal, env }: { signal?: AbortSignal; env?: GitOptions['env'] } = {},
): Promise<string | undefined> {
  const output = await runGit(folder, ['config', '--get', 'user.name'], {
    signal,
    ...(env ? { env } : {}),
  })
  const name = output?.code === 0 ? escapeText(trimLine(output.stdout)).trim() : ''
  return name === '' ? undefined : name
}
