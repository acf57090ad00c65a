import { Uri, workspace, type Disposable } from 'vscode'
import { readFileAt } from '../../harvest/gitFiles'

const SCHEME = 'modelregistry-code'

/**
 * A file as a commit holds it, to be shown in an editor.
 * @param label What stands before its path, where no other editor shows the same file of another commit beside it.
 */
export function codeUri(root: string, commit: string, path: string, label = ''): Uri {
  const query = JSON.stringify({ root, commit, path })
  return Uri.from({ scheme: SCHEME, path: `${label}/${path}`, query })
}

/** Lets editors show files as commits hold them, read from git when they are opened. */
export function provideCode(): Disposable {
  return workspace.registerTextDocumentContentProvider(SCHEME, {
    provideTextDocumentContent: async ({ query }) => {
      // Only `codeUri` makes such addresses.
      const { root, commit, path } = JSON.parse(query) as Record<'root' | 'commit' | 'path', string>
      return (await readFileAt(root, commit, path))?.toString('utf8') ?? ''
    },
  })
}
