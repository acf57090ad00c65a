import type { Content, ScanContext } from './context'
import { extensionOf } from './context'
import { latin1 } from './magic'
import { isHonestArchive, isHonestProgram, isModelName, isNativeLibrary } from './modelNames'

/** Archives that are not looked into: honest ones are not inspected, those named as a model are an evasion. */
export function scanForeignArchive(context: ScanContext, content: Content): void {
  const isHonest = isHonestArchive(content.name) || content.name === ''
  context.add(
    isHonest || !isModelName(content.name) ? 'archive/unread' : 'archive/disguised',
    content,
    {
      evidence: latin1(content.reader.head(0, 8)),
    },
  )
}

/** Programs: a finding where their name hides what they are, or where they lie in a model. */
export function scanExecutable(context: ScanContext, content: Content, name: string): boolean {
  if (isHonestProgram(name)) {
    if (content.within !== undefined && isNativeLibrary(name)) {
      context.add('file/native-library', content)
    }
    return true
  }
  // Scripts and programs without an extension are ordinary, unless they lie in a model.
  if (extensionOf(name) === '' && content.within === undefined) return true
  context.add('file/executable', content, { evidence: latin1(content.reader.head(0, 32)) })
  return true
}
