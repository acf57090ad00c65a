/** The scp-like form: `git@github.com:owner/name.git`. A drive letter (`C:\repo`) is not a host. */
const SCP_LIKE = /^(?:[^@/\s]+@)?([^:/@\s]{2,}):(?!\/\/)(.*)$/

/**
 * A remote without user info, query and fragment, all of which can hold a token; `undefined` for a path of this
 * machine, which says nothing to anyone else. An `ssh` login keeps nothing of its user either: `git@` is implied.
 */
export function stripCredentials(remote: string): string | undefined {
  const trimmed = remote.trim()
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(trimmed)) {
    let url: URL
    try {
      url = new URL(trimmed)
    } catch {
      // A URL that can't be parsed can't be cleaned.
      return undefined
    }
    if (url.protocol === 'file:' || url.host === '') return undefined
    // `host` leaves out user and password; a colon form inside the path (`https://x/y@z`) is part of the path.
    return `${url.protocol}//${url.host}${url.pathname}`.replace(/\/$/, '')
  }
  // A helper (`ext::sh -c …`) is a command, not a place.
  if (trimmed.includes('::')) return undefined
  const scp = SCP_LIKE.exec(trimmed)
  if (!scp || /^[A-Za-z]:[\\/]/.test(trimmed)) return undefined
  const [, host = '', path = ''] = scp
  return `${host}:${path.replace(/[?#].*$/, '')}`
}

/** The parts of a remote that a web address is made of. */
function webParts(remote: string): { host: string; path: string } | undefined {
  const clean = stripCredentials(remote)
  if (clean === undefined) return undefined
  if (clean.includes('://')) {
    const url = new URL(clean)
    // A port belongs to the web address only where the remote is one.
    const host = /^https?:$/.test(url.protocol) ? url.host : url.hostname
    return { host, path: trimPath(url.pathname) }
  }
  const colon = clean.indexOf(':')
  return { host: clean.slice(0, colon), path: trimPath(clean.slice(colon + 1)) }
}

function trimPath(path: string): string {
  return path.replace(/^\/+|\/+$/g, '').replace(/\.git$/, '')
}

/**
 * The web page of a commit at GitHub, GitLab, Bitbucket or Azure DevOps, hosted or self-managed under a name that
 * contains the product's; `undefined` for any other host.
 */
export function commitUrl(remote: string, commit: string): string | undefined {
  const parts = webParts(remote)
  if (!parts || parts.path === '' || !/^[0-9a-f]{4,64}$/i.test(commit)) return undefined
  const page = commitPage(parts.host.toLowerCase(), parts.path, commit)
  if (page === undefined) return undefined
  try {
    return new URL(`https://${page}`).href
  } catch {
    // A remote of the scp-like form can name a host that no address can.
    return undefined
  }
}

function commitPage(host: string, path: string, commit: string): string | undefined {
  if (host.includes('github')) return `${host}/${path}/commit/${commit}`
  if (host.includes('gitlab')) return `${host}/${path}/-/commit/${commit}`
  if (host.includes('bitbucket')) return `${host}/${path}/commits/${commit}`
  if (host === 'ssh.dev.azure.com') {
    // v3/organisation/project/repository
    const [, organisation, project, repository] = path.split('/')
    if (!organisation || !project || !repository) return undefined
    return `dev.azure.com/${organisation}/${project}/_git/${repository}/commit/${commit}`
  }
  if (host === 'dev.azure.com' || host.endsWith('.visualstudio.com')) {
    return path.includes('_git/') ? `${host}/${path}/commit/${commit}` : undefined
  }
  return undefined
}
